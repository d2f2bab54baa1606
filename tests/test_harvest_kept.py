"""Only open texts are taken, with licence and origin; what was killed goes on where it stopped."""

from gathering import *

pytestmark = pytest.mark.enable_socket


# ---- licences, and what is kept of each article

PDF_ALONE = {"pmcid": None, "pdf": WHOLE_PDF}
UNTOLD = {"licence": "", "open_access": True}  # Europe PMC calls it open, and does not say how
LICENCES = [  # what differs from an open article, licences of the definition (None: the usual), state, whether a file is asked for
    ({}, None, State.FETCHED, True),
    ({"licence": "cc0"}, None, State.FETCHED, True),
    ({"licence": "cc by-nc-nd"}, None, State.FETCHED, True),
    ({"licence": "cc by-nc-nd"}, ["cc0", "cc by"], State.CLOSED, False),
    ({"licence": "cc by-nc"}, ["cc0", "cc by"], State.CLOSED, False),
    ({"licence": "cc by"}, ["cc0", "cc by"], State.FETCHED, True),
    ({"licence": ""}, None, State.CLOSED, None),
    (UNTOLD, None, State.CLOSED, None),
    (UNTOLD | {"jats": an_article(2).jats}, None, State.FETCHED, True),
    (UNTOLD | {"jats": an_article(2, licence="cc by-nc-nd").jats}, None, State.FETCHED, True),
    (UNTOLD | {"jats": an_article(2, licence="cc by-nc-nd").jats}, ["cc by"], State.CLOSED, True),
    (UNTOLD | PDF_ALONE, None, State.CLOSED, False),
    (PDF_ALONE, None, State.FETCHED, True),
    (PDF_ALONE | {"licence": "cc by-nc-nd"}, ["cc by"], State.CLOSED, False),
    ({"withdrawn": True}, None, State.UNAVAILABLE, True),
    ({"updates": RETRACTION}, None, State.WITHDRAWN, False),
    (RATS, None, State.IRRELEVANT, False),
]


@pytest.mark.parametrize(("changes", "licences", "state", "asked"), LICENCES)
def test_only_what_is_open_and_relevant_is_taken(tmp_path, changes, licences, state, asked):
    corpus = defined(licences=licences) if licences else defined()
    with Services([an_article(2, **changes)]) as others:
        assert gather(others, tmp_path, corpus=corpus) == []
        assert asked is None or bool(texts(others)) == asked
    (entry,) = entries(tmp_path).values()
    files = [path.name for path in (tmp_path / "articles").iterdir()]
    assert entry.state is state
    assert files == ([entry.file] if state is State.FETCHED else [])
    if state is State.FETCHED:
        told = "cc by-nc-nd" if b"by-nc-nd" in changes.get("jats", b"") else "cc by"
        assert entry.licence == (changes.get("licence") or told)
    told = json.loads((tmp_path / "works.json").read_text(encoding="utf-8"))
    assert [w["DOI"] for w in told] == ["10.5555/imh.2002"] * (state is not State.IRRELEVANT)
    assert [("file" in w) for w in told] == [state is State.FETCHED] * len(told)


def test_of_each_file_licence_address_service_digest_and_date_are_kept(built):
    began = datetime.now(UTC) - timedelta(minutes=10)
    fetched = [e for e in entries(built.home).values() if e.state is State.FETCHED]
    told = {w["id"]: w for w in json.loads((built.home / "works.json").read_text(encoding="utf-8"))}
    assert [e.service for e in fetched].count("europepmc") == 4
    assert [e.service for e in fetched].count("unpaywall") == 1
    for entry in fetched:
        body = (built.home / "articles" / entry.file).read_bytes()
        assert entry.sha256 == hashlib.sha256(body).hexdigest()
        assert entry.licence == "cc by"
        assert re.search(r"/PMC\d+/fullTextXML$|/publisher/10\.5555/imh\.2005\.pdf$", entry.url)
        assert began < datetime.fromisoformat(entry.fetched) <= datetime.now(UTC)
        assert told[entry.key]["license"] == "cc by"
        assert told[entry.key]["source"] == entry.service
        assert told[entry.key]["note"] == f"fetched {entry.fetched} from {entry.url}"
        assert Path(told[entry.key]["file"]).read_bytes() == body
    assert {path.name for path in (built.home / "articles").iterdir()} == {e.file for e in fetched}


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX rights")
def test_files_are_readable_as_new_files_are(built, tmp_path):
    (tmp_path / "new").touch()
    usual = (tmp_path / "new").stat().st_mode
    assert {path.stat().st_mode for path in (built.home / "articles").iterdir()} == {usual}


def test_an_article_of_two_services_is_one_entry(built):
    found = entries(built.home)
    assert len(found) == 8
    assert found["doi:10.5555/imh.2002"].services == ("europepmc", "crossref")
    assert found["doi:10.5555/imh.2003"].services == ("europepmc",)
    assert found["doi:10.5555/imh.2006"].services == ("crossref",)
    assert set(found["doi:10.5555/imh.2002"].queries) == {
        "europepmc: Specimen Journal of Infancy",
        "europepmc: infant mental health",
        "crossref: Specimen Journal of Infancy",
    }


def test_openalex_adds_to_what_others_found(services, built, tmp_path):
    assert gather(services, tmp_path, sources=tuple(SEARCHED)) == []
    found = entries(tmp_path)
    assert found.keys() == entries(built.home).keys()
    assert found["doi:10.5555/imh.2005"].service == "openalex"
    assert set(found["doi:10.5555/imh.2002"].services) == {"europepmc", "openalex", "crossref"}
    assert {path.read_bytes() for path in (tmp_path / "articles").iterdir()} == set(built.gathered.articles.values())


SAME = [  # what is told one after the other of one article
    [{"doi": "10.5555/a"}, {"doi": "10.5555/a", "pmcid": "PMC1"}, {"pmcid": "PMC1"}],
    [{"pmcid": "PMC1"}, {"doi": "10.5555/a", "pmcid": "PMC1"}],
    [{"pmid": "1"}, {"doi": "10.5555/a", "pmid": "1"}],
    [{"pmcid": "PMC1"}, {"doi": "10.5555/a"}, {"doi": "10.5555/a", "pmcid": "PMC1"}],
]  # fmt: skip


@pytest.mark.parametrize("told", SAME)
def test_whatever_names_it_an_article_is_kept_once(tmp_path, told):
    with Manifest(tmp_path / "manifest.db") as manifest:
        for names in told:
            manifest.add(Found(Service.OPENALEX, "Infants", **names), judged, query="a query")
        assert len(list(manifest.entries())) == 1


def test_what_does_not_belong_is_told_with_reasons_and_left(services, built):
    rats = entries(built.home)["doi:10.5555/imh.2008"]
    assert (rats.state, rats.relevant) == (State.IRRELEVANT, False)
    assert "animals -9 (rat, rats)" in rats.reasons
    assert "infants +4.5 (infant)" in rats.reasons
    assert not any("2008" in name for name in built.gathered.articles)
    assert "2008" not in built.gathered.works


def test_an_open_article_is_not_told_to_be_closed(services, tmp_path):
    assert gather(services, tmp_path, email=None) == []
    found = entries(tmp_path)["doi:10.5555/imh.2005"]
    assert (found.found.licence, found.state is State.CLOSED) == ("cc by", False)


def test_an_address_given_later_lets_unpaywall_be_asked(services, built, tmp_path):
    assert gather(services, tmp_path, email=None) == []
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


def test_where_the_xml_is_not_there_an_open_pdf_is_taken(tmp_path):
    with Services([an_article(2, jats=None, pdf=WHOLE_PDF)]) as others:
        assert gather(others, tmp_path) == []
    assert states(tmp_path) == {"2002": "fetched"}


LEVELLED = [
    ("cc by", "cc by"),
    ("CC-BY", "cc by"),
    ("CC BY-NC-ND 4.0", "cc by-nc-nd"),
    ("cc-by-nc", "cc by-nc"),
    ("https://creativecommons.org/licenses/by-nc-sa/3.0/igo/", "cc by-nc-sa"),
    ("http://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
    ("http://creativecommons.org/publicdomain/mark/1.0/", "public domain"),
    ("CC0", "cc0"),
    ("public-domain", "public domain"),
    ("https://specimen.invalid/tdm", None),
    ("publisher-specific-oa", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("told", "level"), LEVELLED)
def test_licences_are_levelled(told, level):
    assert level_licence(told) == level


# ---- killed runs

MOMENTS = [(1, 0), (3, 0.002), (5, 0.01), (7, 0.001), (9, 0.004), (10, 0)]  # requests seen, seconds later
STAGES: list[tuple[str, bool, Callable[[Path], bool]]] = [  # moment, whether all was fetched before, how it shows
    ("when the works are written", False, lambda home: (home / "works.json").is_file()),
    ("when the library is made", True, lambda home: (home / "library.db").is_file()),
    ("when the library holds something", True, lambda home: holds_statements(home / "library.db")),
    ("when the site is begun", True, lambda home: (home / "site" / "index.html").is_file()),
]
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def holds_statements(db: Path) -> bool:
    if not db.is_file():
        return False
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as opened, suppress(sqlite3.OperationalError):
        return opened.execute("select count(*) from statements").fetchone()[0] > 0
    return False


def killed(arguments: list[object], when: Callable[[], bool], *, later: float = 0.0) -> None:
    """Run the console script, and kill it with no chance to tidy up once ``when`` holds."""
    command = [str(Path(sys.executable).with_name("citeclass")), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not when():
            time.sleep(0.001)
        time.sleep(later)
        assert process.poll() is None, "it was done before"
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(timeout=10) == -signal.SIGKILL


@posix
@pytest.mark.parametrize(("number", "later"), MOMENTS)
def test_a_fetch_that_was_killed_goes_on_to_the_same_end(services, built, definition, tmp_path, number, later):
    at = ["--home", tmp_path, "--source-url", services.url, "--email", EMAIL]
    killed(["corpus", "fetch", definition, *at], lambda: len(services.requests) >= number, later=later)
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered
    assert len(services.requests) <= built.asked + 2  # what is done is not done again
    assert imported(tmp_path, tmp_path / "library.db") == built.library


@posix
@pytest.mark.parametrize(("fetched", "reached"), [pytest.param(*rest, id=name) for name, *rest in STAGES])
def test_a_build_that_was_killed_goes_on_to_the_same_end(services, built, definition, tmp_path, fetched, reached):
    if fetched:
        gather(services, tmp_path)
    killed(build(definition, services, tmp_path), lambda: reached(tmp_path))
    asked = len(services.requests)
    done = run(*build(definition, services, tmp_path))
    assert done.exit_code == 0, done.output
    assert len(services.requests) == asked
    assert gathered(tmp_path) == built.gathered
    assert library(tmp_path / "library.db", tmp_path) == built.library
    assert site(tmp_path / "site", tmp_path) == site(built.site, built.home)


@posix
def test_a_torn_file_of_a_killed_run_is_cleared(services, built, tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / ".part-torn").write_bytes(b"<article>")
    gather(services, tmp_path)
    assert gathered(tmp_path) == built.gathered


def test_what_is_done_is_not_asked_again(services, built, tmp_path):
    gather(services, tmp_path)
    services.requests.clear()
    assert gather(services, tmp_path) == []
    assert services.requests == []
    assert gathered(tmp_path) == built.gathered


def test_a_file_that_was_lost_is_fetched_again(services, built, tmp_path):
    gather(services, tmp_path)
    next((tmp_path / "articles").iterdir()).unlink()
    services.requests.clear()
    assert gather(services, tmp_path) == []
    assert len(texts(services)) == 1
    assert gathered(tmp_path) == built.gathered


def test_a_definition_that_changed_judges_anew_without_asking(services, tmp_path):
    ask(services, tmp_path)
    services.requests.clear()
    strict = defined(relevance=defined().relevance.model_copy(update={"threshold": 4.0}).model_dump())
    assert gather(services, tmp_path, corpus=strict) == []
    assert states(tmp_path)["2001"] == "not relevant"  # infants stand in its abstract alone
    assert states(tmp_path)["2002"] == "fetched"
    assert not any("search" in r.path or r.service == "crossref" for r in services.requests)


def test_what_was_taken_back_since_it_was_fetched_is_told(tmp_path):
    with Services([an_article(2)]) as others:
        assert gather(others, tmp_path) == []
        others.articles[:] = [an_article(2, updates=RETRACTION)]
        with Manifest(Home(tmp_path).manifest) as manifest:
            manifest.restart_searches()
        assert gather(others, tmp_path) == []
    assert states(tmp_path) == {"2002": "withdrawn"}
    (work,) = json.loads((tmp_path / "works.json").read_text(encoding="utf-8"))
    assert "file" not in work
