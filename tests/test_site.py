"""The site of a corpus: plain files, whole by themselves, with everything that is said downloadable."""

import csv
import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner

pytest.importorskip("hishel", reason="the extra 'corpus' is not installed")

from citeclass.cli import app
from citeclass.corpora import load_corpus
from citeclass.corpora.network import network_of
from citeclass.corpora.site import write_site
from citeclass.errors import UsageError
from citeclass.evidence import contested_works, library_tally, stance_links
from citeclass.store import Store, Work

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def site(sample_db, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("site") / "site"
    with Store(sample_db) as store:
        made = write_site(store, load_corpus("imh"), out)
    assert made["pages"] == len(list(out.rglob("*.html")))
    return out


def test_every_link_leads_somewhere_and_nothing_comes_from_elsewhere(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"]*)"', text):
            if target.startswith(("#", "https://doi.org/")):
                continue
            assert "://" not in target, (page.name, target)
            assert (page.parent / unquote(target.partition("#")[0])).is_file(), (page.name, target)
        assert not re.search(r"<script|@import|url\(|<iframe|srcset|javascript:", text), page.name


def test_it_says_what_the_library_says(site, sample_db):
    with Store(sample_db) as store:
        tally, contested = library_tally(store), contested_works(store)
        work, counts = contested[0]
    front = (site / "index.html").read_text(encoding="utf-8")
    assert f"{tally.total:,} statements about {tally.works:,} works" in front
    assert (work.title or "") in front
    assert f"{counts.contrasting} contrasting" in front
    both = (site / "contested.html").read_text(encoding="utf-8")
    assert both.count('<section class="contested">') == len(contested)
    assert both.count('class="statement supporting"') >= len(contested)
    assert both.count('class="statement contrasting"') >= len(contested)
    with (site / "data" / "statements.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == tally.total
    schema = json.loads((site / "data" / "schema.json").read_text(encoding="utf-8"))
    assert set(rows[0]) == set(schema["$defs"]["statement"]["properties"])
    with (site / "data" / "works.csv").open(encoding="utf-8-sig", newline="") as file:
        assert set(next(csv.reader(file))) == set(schema["$defs"]["work"]["properties"])
    methods = (site / "methods.html").read_text(encoding="utf-8")
    assert "citeclass predict rows.jsonl" in methods  # the model's card
    for name in ("supporting", "contrasting", "mentioning", "unclassified"):
        assert f'<span class="chip {name}">{name}</span></dt>' in front  # the definitions


def test_markup_in_titles_and_sentences_stays_text(tmp_path):
    from conftest import cite, jats, ref

    import citeclass

    evil = '<script>alert(1)</script> "quoted" & more of a title'
    escaped = evil.replace("&", "&amp;").replace("<", "&lt;")
    said = jats(
        f"<p>As {cite('r', 'Lee (2001)')} said &lt;img src=x onerror=alert(1)&gt;.</p>",
        refs=ref("r", "Lee", "2001", escaped),
    )
    (tmp_path / "a.xml").write_bytes(said)
    with citeclass.open(str(tmp_path / "l.db")) as library:
        library.add(tmp_path / "a.xml")
        write_site(library.store, load_corpus("imh"), tmp_path / "site")
    text = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "site").rglob("*.html"))
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


def test_other_peoples_folders_are_left_alone(sample_db, site, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with Store(sample_db) as store:
        with pytest.raises(UsageError, match="other files"):
            write_site(store, load_corpus("imh"), tmp_path)
        before = sorted(p.name for p in site.rglob("*"))
        write_site(store, load_corpus("imh"), site)  # its own may be written anew
    assert sorted(p.name for p in site.rglob("*")) == before
    assert (tmp_path / "mine.txt").exists()


def test_an_empty_library_is_refused(tmp_path):
    with Store(tmp_path / "empty.db") as store, pytest.raises(UsageError, match="empty"):
        write_site(store, load_corpus("imh"), tmp_path / "site")


def test_on_the_command_line(sample_db, tmp_path):
    args = ["corpus", "report", "imh", "--db", str(sample_db), "--out", str(tmp_path / "site"), "--json"]
    assert json.loads(CliRunner().invoke(app, args).stdout)["pages"] > 10


def work(name: str) -> Work:
    return Work(name, name, (), None, None, None, None)


def test_a_network_shows_whole_groups_and_says_what_it_leaves_out():
    links = [("a", "b", 1, 0), ("a", "c", 0, 2), ("d", "e", 1, 1), ("f", "g", 1, 0)]
    works = {n: work(n) for n in "abcdefg"}
    found = network_of(links, works, {n: n for n in works}, limit=5)
    assert {n.work.id for n in found.nodes} == set("abcde")
    assert (found.works, found.all_works, found.all_links) == (5, 7, 4)
    assert [x.kind for x in found.links] == ["supporting", "contrasting", "both"]
    assert all(0 <= n.x <= found.width and 0 <= n.y <= found.height for n in found.nodes)
    assert network_of(links, works, {n: n for n in works}, limit=5) == found
    assert len(network_of([("a", n, 1, 0) for n in "bcdefg"], works, {n: n for n in works}, limit=4).nodes) == 4
    assert network_of([], {}, {}).nodes == ()


def test_links_count_both_kinds(sample_db):
    with Store(sample_db) as store:
        links, tally = stance_links(store), library_tally(store)
    assert sum(s for *_, s, _ in links) == tally.supporting
    assert sum(c for *_, c in links) == tally.contrasting


@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_and_axe_find_no_fault(site, scheme):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    work_page = max((site / "works").glob("*.html"), key=lambda p: p.stat().st_size)
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page(color_scheme=scheme)
        for name in ("index", "contested", "network", "works", "methods", "data", f"works/{work_page.stem}"):
            page.goto((site / f"{name}.html").as_uri())
            found = axe.Axe().run(page).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == [], (
                name
            )
        page.set_viewport_size({"width": 360, "height": 700})
        page.goto((site / "index.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        browser.close()
