"""What services know of a library's works, asked of the stand-in; and that it is shown wherever the work is."""

import json

import pytest
from conftest import cite, jats, ref
from services import Fault, Services, an_article
from typer.testing import CliRunner

pytest.importorskip("hishel", reason="the extra 'corpus' is not installed")

import citeclass
from citeclass.cli import app
from citeclass.corpora import Addresses, Ask, Manners, enrich, open_net
from citeclass.errors import ServiceError
from citeclass.evidence import coverage_of, markdown_note, notices_checked, write_ris
from citeclass.records import Notice, NoticeKind
from citeclass.store import Store

pytestmark = pytest.mark.enable_socket
QUICK = Manners(per_second=500, attempts=3, first_wait=0.01, timeout=5)

RETRACTED = an_article(
    1, updates=[{"kind": "retraction", "doi": "10.5555/notice.1", "date": "2021-03-01"}, {"kind": "correction", "doi": "10.5555/notice.2", "date": "2020-01-05"}]
)  # fmt: skip
SOUND = an_article(2)
PREPRINT = an_article(3, issn="", journal="A Server", doi="10.5555/preprint.3", preprint_of="10.5555/imh.2003")
PUBLISHED = an_article(3)


def article(*cited, doi: str = "10.5555/citing.1", with_doi: bool = True) -> bytes:
    """An article that supports each of ``cited``."""
    refs = "".join(
        ref(f"r{n}", a.authors[0][0], str(a.year), a.title, a.doi if with_doi else "") for n, a in enumerate(cited)
    )
    said = "".join(
        f"<p>Our results are in line with {cite(f'r{n}', f'{a.authors[0][0]} ({a.year})')}.</p>"
        for n, a in enumerate(cited)
    )
    return jats(f"<sec><title>Discussion</title>{said}</sec>", refs=refs, doi=doi)


def library_of(tmp_path, *files: bytes) -> str:
    folder = tmp_path / "articles"
    folder.mkdir(exist_ok=True)
    for n, data in enumerate(files):
        (folder / f"{n}.xml").write_bytes(data)
    db = str(tmp_path / "library.db")
    with citeclass.open(db) as library:
        library.add(folder)
    return db


def asked(db: str, services: Services, *what: Ask, **options):
    with (
        Store(db) as store,
        open_net(addresses=Addresses.under(services.url), email="me@library.test", manners=QUICK) as net,
    ):
        return enrich(store, net, what=what or tuple(Ask), **options)


def test_notices_are_told_apart_from_not_checked_and_none(tmp_path):
    db = library_of(tmp_path, article(RETRACTED, SOUND))
    with Store(db) as store:
        assert store.works.get(f"doi:{SOUND.doi}").retracted is None
        assert notices_checked(store.works.get(f"doi:{SOUND.doi}")) == "editorial notices: not checked"
    with Services([RETRACTED, SOUND]) as services:
        done = asked(db, services, Ask.NOTICES)
    assert (done.noticed, done.troubles) == (1, [])
    with Store(db) as store:
        work = store.works.get(f"doi:{RETRACTED.doi}")
        assert work.notices[0] == Notice(
            NoticeKind.RETRACTION, "10.5555/notice.1", "2021-03-01", work.notices[0].source
        )
        assert [n.kind for n in work.notices] == [NoticeKind.RETRACTION, NoticeKind.CORRECTION]
        sound = store.works.get(f"doi:{SOUND.doi}")
        assert (sound.retracted, sound.notices) == (False, ())
        assert "none (checked 20" in notices_checked(sound)


@pytest.fixture(scope="module")
def noticed(tmp_path_factory):
    """A library in which a retracted work is cited, and one citing work is retracted too."""
    path = tmp_path_factory.mktemp("noticed")
    db = library_of(path, article(RETRACTED, SOUND), article(SOUND, doi=RETRACTED.doi))
    with Services([RETRACTED, SOUND]) as services:
        asked(db, services)
    return db


def test_notices_stand_wherever_the_work_does(noticed, tmp_path):
    run = lambda *args: CliRunner().invoke(app, [str(a) for a in args])  # noqa: E731
    assert "retracted 2021-03-01 (10.5555/notice.1)" in run("evidence", RETRACTED.doi, "--db", noticed).stdout
    assert "[retracted" in run("evidence", SOUND.doi, "--db", noticed).stdout  # the citing work
    told = json.loads(run("evidence", RETRACTED.doi, "--json", "--db", noticed).stdout)
    assert told["work"]["retracted"] is True
    assert told["work"]["notices"][0]["kind"] == "retracted"
    manuscript = tmp_path / "manuscript.xml"
    manuscript.write_bytes(article(RETRACTED, doi="10.5555/new"))
    assert "[retracted" in run("check", manuscript, "--db", noticed).stdout
    assert json.loads(run("check", manuscript, "--json", "--db", noticed).stdout)["retracted"] == 1
    with citeclass.open(noticed) as library:
        found = library.evidence(SOUND.doi)
        assert "**retracted 2021-03-01" in markdown_note(found)
        work = library.evidence(RETRACTED.doi).work
        assert "retracted" in write_ris([(work, found.tally)])
    assert run("corpus", "report", "imh", "--db", noticed, "--out", tmp_path / "site").exit_code == 0
    pages = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "site" / "works").glob("*.html"))
    assert 'class="notice grave"' in pages


def test_notices_stand_in_pages_and_in_scites_answers(noticed):
    testclient = pytest.importorskip("starlette.testclient", reason="the extra 'serve' is not installed")
    from citeclass.web import create_app

    with testclient.TestClient(create_app(noticed), base_url="http://localhost") as client:
        paper = client.get(f"/papers/{RETRACTED.doi}").json()
        assert (paper["retracted"], paper["editorialNotices"][0]["status"]) == (True, "Retracted")
        assert client.get(f"/papers/{SOUND.doi}").json()["retracted"] is False
        assert client.get("/search", params={"has_retraction": True}).json()["count"] == 1
        assert 'class="notice grave"' in client.get(f"/report/{RETRACTED.doi}").text
        assert 'class="notice grave"' in client.get(f"/report/{SOUND.doi}").text


def test_a_preprint_and_what_it_became_are_one_work(tmp_path):
    db = library_of(tmp_path, article(PREPRINT, doi="10.5555/a"), article(PUBLISHED, doi="10.5555/b"))
    with Services([PREPRINT, PUBLISHED]) as services:
        assert asked(db, services, Ask.NOTICES).joined == 1
    with citeclass.open(db) as library:
        found = library.evidence(PUBLISHED.doi)
        assert found.tally.works == 2
        assert library.evidence(PREPRINT.doi).work.id == found.work.id  # asked by its other DOI
        (tmp_path / "articles" / "late.xml").write_bytes(article(PREPRINT, doi="10.5555/c"))
        library.add(tmp_path / "articles")
        assert library.evidence(PUBLISHED.doi).tally.works == 3  # also for who comes later


def test_a_preprint_alone_takes_in_what_is_said_of_its_published_version_later(tmp_path):
    db = library_of(tmp_path, article(PREPRINT, doi="10.5555/a"))
    with Services([PREPRINT, PUBLISHED]) as services:
        assert asked(db, services, Ask.NOTICES).joined == 0
    (tmp_path / "articles" / "late.xml").write_bytes(article(PUBLISHED, doi="10.5555/b"))
    with citeclass.open(db) as library:
        library.add(tmp_path / "articles")
        assert library.evidence(PUBLISHED.doi).tally.works == 2


def test_references_get_the_doi_that_also_fits(tmp_path):
    stranger = an_article(9, title="Some other title that nobody knows of in the services", authors=[("Nemo", "N")])
    db = library_of(tmp_path, article(SOUND, stranger, with_doi=False))
    with Services([RETRACTED, SOUND, PUBLISHED]) as services:
        done = asked(db, services, Ask.DOIS)
        count = len(services.requests)
        asked(db, services, Ask.DOIS)
        assert len(services.requests) == count  # what was not found is not asked about again
        asked(db, services, Ask.DOIS, again=True)
        assert len(services.requests) > count
    assert done.dois == 1
    with Store(db) as store:
        rows = {
            r["title"]: r
            for r in store.db.query(
                "select e.title, e.method, e.score, w.doi from entries e join works w on w.id = e.work"
            )
        }
    assert (rows[SOUND.title]["method"], rows[SOUND.title]["doi"]) == ("crossref", SOUND.doi)
    assert rows[SOUND.title]["score"] >= 0.94
    assert rows[stranger.title]["doi"] is None


def test_a_reference_that_gets_the_doi_of_a_known_work_is_joined_to_it(tmp_path):
    long = an_article(5, title="A title of good length about the still face and its repair in daily life")
    short = an_article(
        5, title="A title of good length about the still face and its repair in dally life", year=long.year
    )
    db = library_of(tmp_path, article(long, doi="10.5555/a"), article(short, doi="10.5555/b", with_doi=False))
    with Store(db) as store:
        assert len(list(store.db.query("select distinct work from entries"))) == 1  # a misprint does not part them
        assert [r["method"] for r in store.db.query("select method from entries order by doi is null")] == [
            None,
            "title",
        ]


def test_known_citing_works_stand_beside_those_processed(noticed):
    with Store(noticed) as store:
        work = store.works.get(f"doi:{SOUND.doi}")
        coverage = coverage_of(store, work)
    assert (coverage.known_citing, coverage.known_by, coverage.cited_by) == (SOUND.cited_by, "OpenAlex", 2)


def test_what_cannot_be_asked_is_told_and_the_rest_goes_on(tmp_path):
    db = library_of(tmp_path, article(RETRACTED, SOUND))
    with Services([RETRACTED, SOUND]) as services:
        services.faults.append(Fault("crossref/works/10.5555.*2001", "status", times=99, status=503))
        done = asked(db, services, Ask.NOTICES)
        assert len(done.troubles) == 1
        services.faults.clear()
        assert asked(db, services, Ask.NOTICES).noticed == 1  # the next run asks what is left


def test_a_service_that_is_down_ends_the_run(tmp_path):
    db = library_of(tmp_path, article(*(an_article(n) for n in range(1, 8))))
    with Services([]) as services:
        services.faults.append(Fault("crossref", "status", times=999, status=500))
        with pytest.raises(ServiceError, match="in a row"):
            asked(db, services, Ask.NOTICES)


def test_on_the_command_line(tmp_path):
    db = library_of(tmp_path, article(RETRACTED))
    with Services([RETRACTED]) as services:
        done = CliRunner().invoke(
            app, ["enrich", "--db", db, "--what", "notices,counts", "--source-url", services.url, "--json"]
        )
    assert json.loads(done.stdout)["counts"]["noticed"] == 1
    wrong = CliRunner().invoke(app, ["enrich", "--db", db, "--what", "gossip"])
    assert (wrong.exit_code, "dois, notices, counts" in wrong.stderr) == (2, True)
