"""Gathering on the command line: limits, dry runs, folders, definitions, and the whole way to a site."""

from gathering import *

pytestmark = pytest.mark.enable_socket


# ---- the commands


def table(output: str) -> dict[str, int]:
    """The counts that a command printed."""
    return {m[2]: int(m[1]) for m in re.finditer(r"^ *(\d+)  (.+)$", output, re.MULTILINE)}


def test_limit_bounds_a_run_and_a_later_one_completes(services, built, definition, tmp_path):
    at = ("--home", tmp_path, "--source-url", services.url, "--email", EMAIL)
    done = run("corpus", "fetch", definition, *at, "--limit", 2)
    assert done.exit_code == 0
    assert table(done.stdout)["fetched"] == len(texts(services)) == 2
    assert len(list((tmp_path / "articles").iterdir())) == 2
    assert run("corpus", "fetch", definition, *at, "--limit", 0).exit_code == 2
    assert gather(services, tmp_path, limit=1) == []
    assert list(states(tmp_path).values()).count("fetched") == 3
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


def test_search_dry_run_tells_the_queries_and_asks_nothing(services, definition, tmp_path):
    at = ("--home", tmp_path / "home", "--source-url", services.url)
    plan = json.loads(run("corpus", "search", definition, *at, "--dry-run", "--json").stdout)
    assert [(p["service"], p["name"]) for p in plan["queries"]] == [
        ("europepmc", "Specimen Journal of Infancy"),
        ("europepmc", "infant mental health"),
        ("crossref", "Specimen Journal of Infancy"),
    ]
    assert plan["queries"] == [{"service": s.value, "name": n, "query": q} for s, n, q in planned(defined())]
    text = run("corpus", "search", definition, *at, "--dry-run", "--source", "openalex").stdout
    assert "openalex: infant mental health" in text
    assert services.requests == []
    assert not (tmp_path / "home").exists()


def test_fetch_dry_run_lists_what_waits_and_does_nothing(services, definition, tmp_path):
    command = ("corpus", "fetch", definition, "--home", tmp_path / "home", "--source-url", services.url, "--dry-run")
    assert len(json.loads(run(*command, "--json").stdout)["queries"]) == 3
    assert not (tmp_path / "home").exists()
    ask(services, tmp_path / "home")
    services.requests.clear()
    plan = json.loads(run(*command, "--json").stdout)
    assert plan["queries"] == []
    assert sorted(a["doi"] for a in plan["articles"]) == [an_article(n).doi for n in (1, 2, 3, 4)]
    assert len(json.loads(run(*command, "--json", "--limit", 2).stdout)["articles"]) == 2
    text = run(*command).stdout
    assert an_article(1).title in text
    assert RATS["title"] not in text
    assert services.requests == []
    assert not (tmp_path / "home" / "articles").exists()
    assert not (tmp_path / "home" / "works.json").exists()


def test_search_judges_and_again_asks_anew(definition, tmp_path):
    with Services(a_shelf(2)) as others:
        at = ("--home", tmp_path, "--source-url", others.url)
        first = json.loads(run("corpus", "search", definition, *at, "--json").stdout)
        assert first == {"counts": {**dict.fromkeys(map(str, State), 0), "found": 2}, "not_done": []}
        others.articles.append(an_article(3))
        before = len(others.requests)
        assert table(run("corpus", "search", definition, *at).stdout)["found"] == 2
        assert len(others.requests) == before
        assert table(run("corpus", "search", definition, *at, "--again").stdout)["found"] == 3


def test_a_trouble_is_told_with_exit_code_1(services, definition, tmp_path):
    services.faults.append(Fault("^/crossref", "status", status=403))
    done = run("corpus", "search", definition, "--home", tmp_path, "--source-url", services.url)
    assert done.exit_code == 1
    assert "not done: crossref, Specimen Journal of Infancy: 127.0.0.1 answered 403" in done.stderr
    assert table(done.stdout)["found"] == 5


def test_status_tells_counts_and_searches(built, definition):
    told = json.loads(run("corpus", "status", definition, "--home", built.home, "--json").stdout)
    assert told["home"] == str(built.home)
    assert {name: n for name, n in told["articles"].items() if n} == {
        "fetched": 5, "no open licence": 1, "not relevant": 1, "withdrawn": 1,
    }  # fmt: skip
    assert [(s["service"], s["name"], s["seen"], s["total"], s["done"]) for s in told["searches"]] == [
        ("crossref", "Specimen Journal of Infancy", 5, 5, True),
        ("europepmc", "Specimen Journal of Infancy", 4, 4, True),
        ("europepmc", "infant mental health", 6, 6, True),
    ]
    text = run("corpus", "status", definition, "--home", built.home).stdout
    for words in ("fetched", "no open licence", "europepmc, infant mental health", "6 of 6"):
        assert words in text


def test_status_lists_articles_with_state_licence_and_reasons(built, definition):
    at = ("--home", built.home, "--articles")
    rows = json.loads(run("corpus", "status", definition, *at, "--json").stdout)["articles"]
    assert [row["key"] for row in rows] == [row["key"] for row in built.gathered.entries]
    assert {(row["state"], row["licence"]) for row in rows} >= {("fetched", "cc by"), ("no open licence", None)}
    text = run("corpus", "status", definition, *at).stdout
    assert f"not relevant: {RATS['title']}" in text
    assert "animals -9 (rat, rats)" in text
    assert text.count("fetched: ") == 5


def test_status_before_anything_was_gathered_tells_how_to_begin(definition, tmp_path):
    done = run("corpus", "status", definition, "--home", tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "nothing was gathered" in done.stderr
    assert "fix: citeclass corpus search" in done.stderr
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["sleep, at night", "sleep [night]", "sleep [/night]"])
def test_status_shows_names_as_they_are(services, tmp_path, name):
    path = tmp_path / "corpus.toml"
    path.write_text(DEFINITION.replace('name = "infant mental health"', f'name = "{name}"'), encoding="utf-8")
    done = run("corpus", "search", path, "--home", tmp_path / "home", "--source-url", services.url, "--source", "europepmc")  # fmt: skip
    assert done.exit_code == 0
    done = run("corpus", "status", path, "--home", tmp_path / "home")
    assert name in done.stdout


COMMANDS = [
    ("search",),
    ("fetch",),
    ("build", "--out", "site"),
    ("report", "--out", "site"),
    ("relevance", "--title", "x"),
]
SOURCES = [
    ("nonsense", "'nonsense' is not"),
    ("europepmc,nonsense", "'nonsense' is not"),
    ("unpaywall", "unpaywall cannot be searched"),
    ("folder", "folder cannot be searched"),
    ("", "no service is named"),
    (",", "no service is named"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_corpus_is_told(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    done = run("corpus", command[0], "nowhere.toml", *command[1:])
    assert done.exit_code == 2
    assert "there is no corpus 'nowhere.toml'" in done.stderr
    assert "imh" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("source", "told"), SOURCES)
def test_an_unknown_source_is_told(services, definition, tmp_path, source, told):
    done = run("corpus", "search", definition, "--home", tmp_path, "--source", source, "--source-url", services.url)
    assert done.exit_code == 2
    assert told in done.stderr
    assert services.requests == []


BROKEN = [  # what stands in place of what, and what is told
    ("from_year = 1990", "", "from_year: Field required"),
    ("from_year = 1990", 'from_year = "then"', "from_year: "),
    ("from_year = 1990", "from_year = 1990\nto_year = 1980", "to_year lies before from_year"),
    ("from_year = 1990", "from_year = ", "line 4"),
    ("from_year = 1990", "from_year = 1990\nfrom_yaer = 1", "from_yaer: "),
    ('name = "specimen"', 'name = "Two Words"', "name: "),
    ('["en"]', '["english"]', "languages.0: "),
    ('["en"]', "[]", "languages: "),
    ("5555-0010", "5555-0011", "journals.0.issn.0: Value error, the check digit of ISSN '5555-0011' is wrong"),
    ("5555-0010", "5555", "journals.0.issn.0: Value error, '5555' is no ISSN"),
    ('["infant mental health"]', "[]", "topics.0.terms: "),
    ('["infant mental health"]', '["x"]', "topics.0.terms.0: "),
    ("points = 3", 'points = "many"', "relevance.signals.0.points: "),
    ("[relevance]", "[relevance]\nthresholds = 3", "relevance.thresholds: "),
    ("threshold = 2\ntitle", "title", "relevance.threshold: "),
    (DEFINITION, "", "name: Field required"),
    (
        DEFINITION,
        re.sub(r"\[\[(journals|topics)\]\][^[]*\[[^[]*", "", DEFINITION),
        "neither topics nor core journals",
    ),
    ("from_year", 'licences = ["free for all"]\nfrom_year', "licences.0: "),
    ('["infant*"]', '["--"]', "relevance.signals.0.terms.0: "),
    ('name = "infant mental health"', 'name = "Specimen Journal of Infancy"', "names two journals or topics"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), BROKEN)
def test_a_broken_definition_is_refused_with_the_place(tmp_path, old, new, told):
    assert old in DEFINITION
    path = tmp_path / "broken.toml"
    path.write_text(DEFINITION.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadCorpus) as refused:
        load_corpus(path)
    assert told in str(refused.value)
    assert str(path) in str(refused.value)


def test_licences_of_a_definition_are_levelled_as_those_of_services():
    assert defined(licences=["CC BY 4.0", "CC0"]).licences == ("cc by", "cc0")


def test_commands_refuse_a_broken_definition(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("broken.toml").write_bytes(DEFINITION.replace("Specimens", "Spécimens").encode("latin-1"))
    done = run("corpus", "search", "broken.toml")
    assert done.exit_code == 2
    assert "broken.toml is not UTF-8 text" in done.stderr
    assert os.listdir() == ["broken.toml"]


def test_a_manifest_that_is_none_is_refused(services, definition, tmp_path):
    (tmp_path / "manifest.db").write_bytes(b"no database at all\n" * 100)
    done = run("corpus", "search", definition, "--home", tmp_path, "--source-url", services.url)
    assert done.exit_code == 2
    assert "cannot open the manifest" in done.stderr


# ---- folders in place of services


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "own"
    path.mkdir()
    for article in (*a_shelf(3), an_article(8, **RATS)):
        (path / f"{article.pmcid}.xml").write_bytes(article.jats)
    return path


@pytest.mark.parametrize(("option", "taken"), [("--folder", 4), ("--sift", 3)])
def test_a_folder_stands_in_for_services(services, definition, folder, tmp_path, option, taken):
    home = tmp_path / "home"
    done = run("corpus", "fetch", definition, "--home", home, option, folder, "--offline", "--source-url", services.url)
    assert done.exit_code == 0, done.output
    assert services.requests == []
    assert table(done.stdout)["fetched"] == taken
    assert table(done.stdout)["not relevant"] == 4 - taken
    for entry in (e for e in entries(home).values() if e.state is State.FETCHED):
        assert entry.service == "folder"
        assert entry.sha256 == hashlib.sha256(Path(entry.file).read_bytes()).hexdigest()
        assert entry.url == Path(entry.file).as_uri()
    told = json.loads((home / "works.json").read_text(encoding="utf-8"))
    assert sorted(Path(w["file"]).parent for w in told) == [folder] * taken
    assert list((home / "articles").glob("*")) == []


def test_a_folder_adds_to_what_services_tell(services, folder, tmp_path):
    gather(services, tmp_path / "home")
    with Manifest(Home(tmp_path / "home").manifest) as manifest:
        take_folder(defined(), manifest, folder)
    found = entries(tmp_path / "home")
    assert len(found) == 8
    assert found["doi:10.5555/imh.2001"].services == ("europepmc", "folder")


def test_articles_of_a_folder_that_name_nothing_are_still_two(definition, tmp_path):
    (tmp_path / "own").mkdir()
    for number in (1, 2):
        nameless = re.sub(rb"<front>.*</front>", b"<front></front>", an_article(number).jats)
        (tmp_path / "own" / f"{number}.xml").write_bytes(nameless)
    done = run("corpus", "fetch", definition, "--home", tmp_path / "home", "--folder", tmp_path / "own", "--offline")
    assert table(done.stdout)["fetched"] == 2


def test_a_folder_without_articles_is_told(definition, tmp_path):
    done = run("corpus", "fetch", definition, "--home", tmp_path / "home", "--folder", tmp_path / "none", "--offline")
    assert done.exit_code == 2
    assert str(tmp_path / "none") in done.stderr


def test_a_dry_run_of_a_folder_does_nothing(definition, folder, tmp_path):
    at = ("--home", tmp_path / "home", "--folder", folder, "--offline", "--dry-run")
    assert run("corpus", "fetch", definition, *at).exit_code == 0
    assert not (tmp_path / "home" / "works.json").exists()


# ---- from nothing to a site


def test_build_ends_in_a_site_that_names_both_sides(built):
    pages = {path.name: path.read_text(encoding="utf-8") for path in built.site.rglob("*.html")}
    assert "Specimens" in pages["index.html"]
    everything = "\n".join(pages.values())
    assert re.search(r'class="[^"]*supporting[^"]*"', everything)
    assert "This agrees with what was found in a smaller sample" in everything
    assert "In contrast to a previous report" in everything
    with (built.site / "data" / "statements.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    by_type = {
        kind: " ".join(r["sentence"] for r in rows if r["type"] == kind) for kind in ("supporting", "contrasting")
    }
    assert "This agrees with" in by_type["supporting"]
    assert "In contrast to a previous report" in by_type["contrasting"]


def test_a_second_build_changes_nothing_but_dates(services, built, definition):
    before = site(built.site, built.home)
    done = run(*build(definition, services, built.home))
    assert done.exit_code == 0
    assert services.requests == []
    assert site(built.site, built.home) == before
    assert gathered(built.home) == built.gathered
    assert library(built.home / "library.db", built.home) == built.library


def test_build_counts_the_works_that_it_keeps(built):
    assert int(re.search(r"works known +(\d+)", built.output)[1]) == len(built.library["works"])


def test_import_of_the_works_makes_the_same_library(built, tmp_path):
    done = run("import", built.home / "works.json", "--db", tmp_path / "library.db", "--jobs", "1")
    assert done.exit_code == 0, done.output
    assert library(tmp_path / "library.db", built.home) == built.library


def test_build_keeps_out_of_a_folder_with_other_files(services, built, definition, tmp_path):
    (tmp_path / "mine.txt").write_text("keep me", encoding="utf-8")
    done = run("corpus", "build", definition, "--home", built.home, "--out", tmp_path, "--offline")
    assert done.exit_code == 2
    assert "holds other files" in done.stderr
    assert os.listdir(tmp_path) == ["mine.txt"]


def test_build_tells_why_there_is_nothing(services, definition, tmp_path):
    services.faults.append(Fault("", "status", times=99, status=403))
    done = run(*build(definition, services, tmp_path))
    assert done.exit_code in (1, 2)
    assert "403" in done.stderr
