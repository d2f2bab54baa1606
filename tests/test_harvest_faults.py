"""Faults of services pass, or are told and gone in the next run; and services are asked politely."""

from gathering import *

pytestmark = pytest.mark.enable_socket


# ---- faults of services

LATE = r"cursor(Mark)?=(?!\*|%2A)"  # a page after the first
PLACES = {"europepmc": r"^/europepmc\S*/search", "crossref": "^/crossref/works", "text": "fullTextXML", "pdf": "^/publisher", "unpaywall": "^/unpaywall"}  # fmt: skip
FAULTS = {
    "429, seconds": ("status", {"status": 429, "retry_after": 0}),
    "429, date": ("status", {"status": 429, "retry_after": format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)}),
    "429, nonsense": ("status", {"status": 429, "retry_after": "soon"}),
    "500": ("status", {"status": 500}),
    "502": ("status", {"status": 502}),
    "503": ("status", {"status": 503}),
    "half a body": ("half_body", {}),
    "another type": ("wrong_type", {}),
    "an HTML error": ("html_error", {}),
    "cut short": ("bad_json", {}),
    "dropped": ("drop", {}),
    "slow": ("slow", {"seconds": 0.6}),
    "a page twice": ("duplicate_page", {}),
    "an empty page": ("empty_page", {}),
    "a bare shell": ("bare", {}),
    "moved": ("redirect", {}),
    "moved to nowhere": ("redirect", {"to": "http://127.0.0.1:9/elsewhere"}),
    "403": ("status", {"status": 403}),
    "404": ("status", {"status": 404}),
}  # fmt: skip
SOME = ("503", "half a body", "another type", "cut short", "a bare shell")
ONCE = [("europepmc", name) for name in FAULTS]
ONCE += [("text", name) for name in FAULTS if "page" not in name and name != "404"]  # 404: see below
ONCE += [
    ("crossref", name) for name in (*SOME, "429, seconds", "dropped", "a page twice", "an empty page", "403", "404")
]
ONCE += [(place, name) for place in ("pdf", "unpaywall") for name in SOME]
PASSING = ("503", "half a body", "another type", "dropped")


@pytest.mark.parametrize(("place", "name"), ONCE)
def test_a_fault_changes_nothing_or_is_told_and_gone_in_the_next_run(services, built, tmp_path, place, name):
    kind, options = FAULTS[name]
    services.faults.append(Fault(PLACES[place], kind, **options))
    troubles = gather(services, tmp_path)
    assert services.faults[0].times == 0
    if troubles:
        assert len(troubles) == 1
        assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


@pytest.mark.parametrize("name", PASSING)
@pytest.mark.parametrize("place", ["europepmc", "crossref", "text"])
def test_a_fault_that_stays_is_told_and_the_next_run_completes(services, built, tmp_path, place, name):
    kind, options = FAULTS[name]
    services.faults.append(Fault(PLACES[place], kind, times=ATTEMPTS, **options))
    (trouble,) = gather(services, tmp_path)
    assert "127.0.0.1" in trouble
    assert trouble.startswith("doi:10.5555/imh." if place == "text" else place)
    assert gathered(tmp_path) != built.gathered
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


@pytest.mark.parametrize("name", ["503", "dropped", "slow"])
def test_attempts_are_as_many_as_manners_allow(services, tmp_path, name):
    kind, options = FAULTS[name]
    services.faults.append(Fault("^/crossref", kind, times=99, **options))
    (trouble,) = ask(services, tmp_path, Service.CROSSREF)
    assert len(services.requests) == ATTEMPTS
    assert trouble.startswith("crossref, Specimen Journal of Infancy: 127.0.0.1")


def test_a_text_that_is_not_found_is_no_trouble_and_asked_for_again_with_again(services, built, definition, tmp_path):
    services.faults.append(Fault("fullTextXML", "status", status=404))
    assert gather(services, tmp_path) == []
    assert sorted(states(tmp_path).values()).count("no full text") == 1
    assert gather(services, tmp_path) == []
    assert "no full text" in states(tmp_path).values()
    at = ("--home", tmp_path, "--source-url", services.url, "--email", EMAIL)
    assert run("corpus", "search", definition, *at, "--again").exit_code == 0
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


def test_a_service_that_is_down_is_left_after_five_articles(tmp_path):
    with Services(a_shelf(7)) as others:
        others.faults.append(Fault("fullTextXML", "status", times=999))
        troubles = gather(others, tmp_path)
        assert "5 articles in a row" in troubles[-1]
        assert len(texts(others)) == 5 * ATTEMPTS
        others.faults.clear()
        assert gather(others, tmp_path) == []
        assert set(states(tmp_path).values()) == {"fetched"}


def test_after_a_long_outage_what_failed_is_fetched_or_told(tmp_path):
    with Services(a_shelf(2)) as others:
        others.faults.append(Fault("fullTextXML", "status", times=999, status=403))
        for _ in range(4):
            assert len(gather(others, tmp_path)) == 2
        others.faults.clear()
        assert gather(others, tmp_path) or set(states(tmp_path).values()) == {"fetched"}


def test_xml_that_is_cut_after_a_tag_is_not_taken_for_whole(tmp_path):
    shelf = (an_article(1, title=f"Infants{' who sleep' * n}{'s' * (n % 9)}") for n in range(2000))
    article = next(a for a in shelf if a.jats[: len(a.jats) // 2].endswith(b">"))
    with Services([article]) as others:
        others.faults.append(Fault("fullTextXML", "bad_json"))
        assert gather(others, tmp_path) == []
    assert [path.read_bytes() for path in (tmp_path / "articles").iterdir()] == [article.jats]


# ---- faults on later pages

PAGED = (Service.EUROPE_PMC, Service.CROSSREF)
PAGE_FAULTS = ("a page twice", "an empty page", "half a body", "cut short", "dropped", "a bare shell", "503", "403")


@pytest.fixture(scope="module")
def many() -> list[Article]:
    """More articles than a page holds, all in one journal."""
    return [an_article(2 * n) for n in range(1, 116)]


@pytest.mark.parametrize("name", PAGE_FAULTS)
@pytest.mark.parametrize("service", PAGED)
def test_no_article_of_a_long_list_is_lost_without_a_word(many, tmp_path, service, name):
    kind, options = FAULTS[name]
    with Services(many) as others:
        others.faults.append(Fault(LATE, kind, **options))
        if ask(others, tmp_path, service):
            assert ask(others, tmp_path, service) == []
        assert others.faults[0].times == 0
    assert len(entries(tmp_path)) == len(many)


@pytest.mark.parametrize("name", ["an empty page", "half a body", "cut short"])
@pytest.mark.parametrize("service", PAGED)
def test_the_last_article_of_a_list_is_not_lost_with_its_page(tmp_path, service, name):
    journal = [an_article(2 * n, title=f"Infants, part {n}", abstract="They slept.") for n in range(1, 102)]
    with Services(journal) as others:
        others.faults.append(Fault(LATE, FAULTS[name][0]))
        told = ask(others, tmp_path, service)
        if told:
            assert ask(others, tmp_path, service) == []
    assert len(entries(tmp_path)) == 101


def test_a_total_that_is_never_reached_is_told_once(tmp_path):
    page = {"message": {"items": [{"DOI": "10.5555/a"}], "total-results": 3}}
    assert asked_of(page, tmp_path, Service.CROSSREF)
    assert asked_of(page, tmp_path, Service.CROSSREF) == []


@pytest.mark.parametrize("cursor_end", ["echo", "absent"])
def test_lists_end_in_either_way(many, tmp_path, cursor_end):
    with Services(many, cursor_end=cursor_end) as others:
        assert ask(others, tmp_path) == []
    assert len(entries(tmp_path)) == len(many)


@pytest.mark.parametrize("service", PAGED)
def test_a_search_whose_cursor_has_expired_begins_anew(many, tmp_path, service):
    with Services(many) as others:
        others.faults.append(Fault(LATE, "status", times=99, status=403))
        assert ask(others, tmp_path, service)
    with Services(many) as later:  # it has not given those cursors
        ask(later, tmp_path, service)
        assert ask(later, tmp_path, service) == []
    assert len(entries(tmp_path)) == len(many)


# ---- answers of another shape than is documented

SHAPES = [
    (Service.EUROPE_PMC, []),
    (Service.EUROPE_PMC, None),
    (Service.EUROPE_PMC, {"errMsg": "no"}),
    (Service.EUROPE_PMC, {"resultList": None}),
    (Service.EUROPE_PMC, {"resultList": {"result": [None]}}),
    (Service.EUROPE_PMC, {"resultList": {"result": []}, "hitCount": 3}),
    (Service.EUROPE_PMC, {"resultList": {"result": []}, "hitCount": "3"}),
    (Service.CROSSREF, None),
    (Service.CROSSREF, {"message": []}),
    (Service.CROSSREF, {"message": {"items": [None]}}),
    (Service.CROSSREF, {"message": {"items": [{"DOI": 5}]}}),
    (Service.CROSSREF, {"message": {"items": [{"author": [None]}]}}),
    (Service.CROSSREF, {"message": {"items": [], "total-results": "many"}}),
    (Service.OPENALEX, None),
    (Service.OPENALEX, {"results": None}),
    (Service.OPENALEX, {"results": [None]}),
]


@pytest.mark.parametrize(("service", "answer"), SHAPES)
def test_an_answer_of_another_shape_is_a_trouble(tmp_path, service, answer):
    assert asked_of(answer, tmp_path, service)


ODD_RECORDS = [
    None,
    [],
    {"doi": "10.5555/a", "best_oa_location": 5},
    {"doi": "10.5555/a", "oa_locations": [{"url_for_pdf": 5, "license": "cc-by"}]},
]


@pytest.mark.parametrize("answer", ODD_RECORDS)
def test_a_record_of_another_shape_from_unpaywall_is_a_trouble_too(services, tmp_path, monkeypatch, answer):
    monkeypatch.setattr(services, "_unpaywall", lambda *_: standin.said(answer))
    assert gather(services, tmp_path)
    assert "fetched" in states(tmp_path).values()


# ---- manners


@pytest.mark.parametrize("place", ["europepmc", "text"])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_wait_a_service_asks_for_is_kept(services, tmp_path, place, form):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    services.faults.append(Fault(PLACES[place], "status", status=429, retry_after=1 if form == "seconds" else date))
    assert gather(services, tmp_path) == []
    waits = [after.time - before.time for before, after in pairwise(services.requests)]
    assert 0.95 < max(waits) < 4
    at = waits.index(max(waits))
    assert services.requests[at].path == services.requests[at + 1].path
    assert services.requests[at].query == services.requests[at + 1].query


@pytest.mark.parametrize("place", ["crossref", "text"])
def test_a_wait_that_is_too_long_is_left_for_another_run(services, built, tmp_path, place):
    services.faults.append(Fault(PLACES[place], "status", status=429, retry_after=3600))
    before = time.monotonic()
    (trouble,) = gather(services, tmp_path)
    assert time.monotonic() - before < 2
    assert "429" in trouble
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


def test_a_trouble_says_how_often_was_asked(services, tmp_path):
    services.faults.append(Fault("^/crossref", "status", status=429, retry_after=3600))
    (trouble,) = ask(services, tmp_path, Service.CROSSREF)
    assert len(services.requests) == 1
    assert f"{ATTEMPTS} times" not in trouble


def test_services_are_told_who_asks_and_publishers_are_not(services, tmp_path):
    gather(services, tmp_path / "with")
    assert {r.service for r in services.requests} == {"europepmc", "crossref", "unpaywall", "publisher"}
    for asked in services.requests:
        assert asked.headers["user-agent"].startswith("citeclass/")
        assert (f"mailto:{EMAIL}" in asked.headers["user-agent"]) == (asked.service != "publisher")
    assert {r.query.get("mailto") for r in services.requests if r.service == "crossref"} == {EMAIL}
    services.requests.clear()
    gather(services, tmp_path / "without", email=None)
    assert not any("mailto" in r.headers["user-agent"] or "mailto" in r.query for r in services.requests)
    assert not any(r.service == "unpaywall" for r in services.requests)


ELSEWHERE = ("http://localhost:{port}/secret", "http://10.0.0.1/secret", "http://[::1]:{port}/secret", "file:///etc/hosts", "ftp://here.invalid/a")  # fmt: skip


@pytest.mark.parametrize("url", ELSEWHERE)
def test_no_answer_leads_into_a_private_network(services, built, tmp_path, url):
    services.faults.append(Fault("fullTextXML", "redirect", to=url.format(port=services.url.rpartition(":")[2])))
    before = time.monotonic()
    (trouble,) = gather(services, tmp_path)
    assert time.monotonic() - before < 3
    assert "secret" not in {r.path for r in services.requests}
    assert trouble.startswith("doi:10.5555/imh.")
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


@pytest.mark.parametrize("faulty", [False, True])
def test_no_more_is_asked_in_a_second_than_manners_allow(services, tmp_path, faulty):
    services.faults += [Fault("fullTextXML", "status", times=2)] * faulty
    gather(services, tmp_path, manners=Manners(per_second=6, attempts=ATTEMPTS, first_wait=0.001))
    times = [r.time for r in services.requests if r.service != "crossref"]
    assert len(times) > 8
    assert min(later - sooner for sooner, later in zip(times, times[6:], strict=False)) > 0.9


@pytest.mark.parametrize(("email", "most", "faults"), [(None, 1, 0), (EMAIL, 3, 2)])
def test_crossref_is_asked_no_more_often_than_it_allows(many, tmp_path, email, most, faults):
    with Services(many) as others:
        others.faults.append(Fault("^/crossref", "status", times=faults))
        assert ask(others, tmp_path, Service.CROSSREF, email=email) == []
        times = [r.time for r in others.requests]
    assert len(times) == 2 + faults
    assert min(later - sooner for sooner, later in zip(times, times[most:], strict=False)) > 0.9


@pytest.mark.parametrize("url", ["nonsense", "ftp://here.invalid"])
def test_an_address_that_cannot_be_one_is_told_at_once(tmp_path, url):
    before = time.monotonic()
    with (
        Manifest(Home(tmp_path).manifest) as manifest,
        open_net(addresses=Addresses.under(url), email=EMAIL, manners=Manners(attempts=2, first_wait=0.3)) as net,
    ):
        assert search(defined(), manifest, net, services=[Service.CROSSREF])
    assert time.monotonic() - before < 0.3


def test_an_address_for_mail_may_have_any_letters(services, definition, tmp_path):
    done = run("corpus", "search", definition, "--home", tmp_path, "--source-url", services.url, "--email", "jörg@here.invalid")  # fmt: skip
    assert done.exit_code in (0, 2), done.exception
