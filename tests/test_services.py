"""The stand-in for the scholarly services answers as they are documented to."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote
from xml.etree import ElementTree

import httpx2
import pytest
from services import Fault, Services, a_shelf, an_article

pytestmark = pytest.mark.enable_socket
SEARCH, WORKS, OPENALEX = "/europepmc/webservices/rest/search", "/crossref/works", "/openalex/works"


@pytest.fixture
def services() -> Iterator[Services]:
    with Services(a_shelf(7)) as running:
        yield running


@pytest.fixture
def client(services: Services) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=services.url) as opened:
        yield opened


def search(client: httpx2.Client, query: str, **parameters: object) -> dict:
    return client.get(SEARCH, params={"query": query, "format": "json", **parameters}).json()


def walked(client: httpx2.Client, size: int = 3) -> tuple[list[str], list[int]]:
    """Ids and page sizes of a Europe PMC list, walked until the cursor ends."""
    cursor, ids, sizes = "*", [], []
    while True:
        page = search(client, "infant", pageSize=size, cursorMark=cursor)
        ids += [record["id"] for record in page["resultList"]["result"]]
        sizes.append(len(page["resultList"]["result"]))
        if page.get("nextCursorMark", cursor) == cursor:
            return ids, sizes
        cursor = page["nextCursorMark"]


def test_an_article_is_the_same_each_time_and_cites_others_of_the_shelf():
    article, text = an_article(5), an_article(5).jats
    root = ElementTree.fromstring(text)
    assert text == an_article(5).jats
    assert len(root.findall(".//ref")) == 6
    assert len(root.findall(".//xref[@ref-type='bibr']")) == 8
    assert {an_article(4).doi, an_article(2).doi} < {found.text for found in root.findall(".//ref//pub-id")}
    assert an_article(3).title in {found.text for found in root.findall(".//mixed-citation/article-title")}
    assert root.findtext(".//article-id[@pub-id-type='doi']") == article.doi
    assert b"by-nc/4.0" in an_article(5, licence="cc by-nc").jats
    assert len({article.title for article in a_shelf(200)}) == 200
    assert not an_article(1, licence="").open_access


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("infant", 7),
        ('TITLE_ABS:"infant mental health" AND OPEN_ACCESS:y AND LICENSE:"cc by" AND HAS_FT:y AND SRC:MED', 7),
        ('TITLE:"video feedback" OR DOI:"10.5555/IMH.2001"', 2),
        ('(TITLE:("video feedback" OR "home visiting")) NOT PMCID:PMC9000002', 1),
        ("ISSN:5555-0029 AND LANG:eng", 4),
        ("PUB_YEAR:[2001 TO 2024]", 4),
        ("FIRST_PDATE:[2000-01-01 TO 2000-12-31]", 3),
        ('"no such phrase" OR infan*', 7),
        ('NOT TITLE:"infant"', 3),
    ],
)
def test_europe_pmc_honours_its_query_language(client, query, found):
    assert search(client, query)["hitCount"] == found


def test_europe_pmc_records_say_what_they_lack_by_leaving_it_out(services, client):
    retracted = replace(an_article(8), updates=[{"kind": "retraction", "doi": an_article(1).doi, "date": "2020-05-06"}])
    preprint = an_article(9, pmcid=None, issn="", journal="specimenRxiv", published_as=an_article(2).doi, licence="")
    services.articles += [retracted, preprint]
    lite = search(client, "DOI:10.5555/imh.2001")["resultList"]["result"][0]
    core = search(client, "DOI:10.5555/imh.2008", resultType="core")["resultList"]["result"][0]
    ahead = search(client, "SRC:PPR", resultType="core")["resultList"]["result"][0]
    assert (lite["id"], lite["source"], lite["pmcid"], lite["isOpenAccess"]) == ("39000001", "MED", "PMC9000001", "Y")
    assert not {"abstractText", "license", "journalInfo"} & set(lite)
    assert core["license"] == "cc by"
    assert core["journalInfo"]["journal"]["issn"] == "5555-0010"
    assert core["authorList"]["author"][0].keys() == {"fullName", "firstName", "lastName", "initials"}
    assert "Retracted Publication" in core["pubTypeList"]["pubType"]
    assert core["commentCorrectionList"]["commentCorrection"][0]["type"] == "Retraction in"
    assert not {"license", "pmcid", "journalInfo"} & set(ahead)
    assert ahead["isOpenAccess"] == "N"
    assert ahead["commentCorrectionList"]["commentCorrection"][0]["id"] == an_article(2).pmid


def test_europe_pmc_ends_a_list_with_an_empty_page_or_without_a_cursor(client):
    ids, sizes = walked(client)
    assert (len(set(ids)), sizes) == (7, [3, 3, 1, 0])
    with Services(a_shelf(7), cursor_end="absent") as others, httpx2.Client(base_url=others.url) as other:
        assert walked(other)[1] == [3, 3, 1]
        first = search(other, "infant", pageSize=6)
        assert len(httpx2.get(first["nextPageUrl"]).json()["resultList"]["result"]) == 1


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"query": ""}, "No search criteria"),
        ({"query": "x" * 1500}, "No search criteria"),
        ({"query": "infant", "pageSize": 1001}, "Invalid page size"),
        ({"query": "(infant AND"}, None),
        ({"query": 'TITLE:"infant'}, None),
        ({"query": "NOSUCHFIELD:infant"}, None),
        ({"query": "infant", "cursorMark": "not a cursor"}, None),
    ],
)
def test_europe_pmc_tells_of_errors_with_status_200(client, parameters, told):
    answer = client.get(SEARCH, params={"format": "json", **parameters})
    assert answer.status_code == 200
    assert "resultList" not in answer.json()
    assert told in answer.json()["errMsg"] if told else answer.json() == {"version": "6.9"}


def test_full_text_is_given_of_open_articles_only(services, client):
    services.articles += [
        an_article(8, withdrawn=True),
        an_article(9, licence=""),
        an_article(10, jats=None, pdf=b"%PDF"),
    ]
    answers = [client.get(f"/europepmc/webservices/rest/PMC{9000000 + n}/fullTextXML") for n in (1, 8, 9, 10, 99)]
    assert [answer.status_code for answer in answers] == [200, 404, 404, 404, 404]
    assert answers[0].content == an_article(1).jats
    assert client.get("/publisher/10.5555/imh.2010.pdf").content == b"%PDF"


def test_crossref_gives_works_and_its_rates(services, client):
    notice = an_article(8, title="Retraction: an article")
    done = {"kind": "retraction", "doi": notice.doi, "date": "2020-05-06", "source": "retraction-watch"}
    services.articles += [notice, an_article(9, updates=[done]), an_article(10, preprint_of=an_article(1).doi)]
    slashed, encoded = (
        client.get(f"{WORKS}/10.5555/imh.2009"),
        client.get(f"{WORKS}/{quote('10.5555/IMH.2009', safe='')}"),
    )
    work = slashed.json()["message"]
    assert slashed.json() == encoded.json()
    assert slashed.json()["message-type"] == "work"
    assert work["title"] == [an_article(9).title]
    assert work["issued"] == {"date-parts": [[2002, 3, 1]]}
    assert work["license"][0]["URL"] == "https://creativecommons.org/licenses/by/4.0/"
    assert work["updated-by"][0]["DOI"] == notice.doi
    assert work["updated-by"][0]["updated"]["date-time"] == "2020-05-06T00:00:00Z"
    assert client.get(f"{WORKS}/{notice.doi}").json()["message"]["update-to"][0]["DOI"] == "10.5555/imh.2009"
    ahead, after = (client.get(f"{WORKS}/10.5555/imh.{n}").json()["message"] for n in (2010, 2001))
    assert ahead["relation"]["is-preprint-of"][0]["id"] == an_article(1).doi
    assert after["relation"]["has-preprint"][0]["id"] == "10.5555/imh.2010"
    gone = client.get(f"{WORKS}/10.5555/none")
    assert (gone.status_code, gone.text, gone.headers["content-type"]) == (404, "Resource not found.", "text/plain")
    assert (gone.headers["x-rate-limit-limit"], gone.headers["x-rate-limit-interval"]) == ("5", "1s")
    polite = client.get(
        WORKS, params={"query.bibliographic": an_article(3).title, "rows": 2, "mailto": "us@here.invalid"}
    )
    found = polite.json()["message"]["items"]
    assert (found[0]["DOI"], polite.headers["x-rate-limit-limit"]) == (an_article(3).doi, "3")
    assert found[0]["score"] > found[1]["score"]


def test_crossref_keeps_one_cursor_until_an_empty_list(client):
    cursor, seen = "*", []
    while items := (
        message := client.get(
            WORKS, params={"filter": "issn:5555-0029,from-pub-date:2000-06", "rows": 2, "cursor": cursor}
        ).json()["message"]
    )["items"]:
        assert cursor in ("*", message["next-cursor"])
        cursor, seen = message["next-cursor"], seen + items
    assert len(seen) == message["total-results"] == 2
    for wrong in ({"filter": "nonsense:1"}, {"rows": 1001}, {"cursor": "stale"}):
        answer = client.get(WORKS, params=wrong)
        assert (answer.status_code, answer.json()["message-type"]) == (400, "validation-failure")


def test_openalex_pages_and_picks(client):
    first = client.get(OPENALEX, params={"filter": "is_oa:true", "per-page": 4, "cursor": "*"}).json()
    second = client.get(OPENALEX, params={"per-page": 4, "cursor": first["meta"]["next_cursor"]}).json()
    assert (first["meta"]["count"], first["meta"]["per_page"]) == (7, 4)
    assert (len(second["results"]), second["meta"]["next_cursor"]) == (3, None)
    work = client.get(f"{OPENALEX}/doi:10.5555/imh.2003").json()
    words = {at: word for word, places in work["abstract_inverted_index"].items() for at in places}
    assert " ".join(words[at] for at in sorted(words)) == an_article(3).abstract
    assert work["primary_location"]["license"] == "cc-by"
    assert work["primary_location"]["source"]["issn"] == ["5555-0029"]
    assert work["ids"]["pmcid"].endswith("/9000003")
    picked = client.get(f"{OPENALEX}/doi:10.5555/imh.2003", params={"select": "id,cited_by_count"}).json()
    assert picked == {"id": work["id"], "cited_by_count": an_article(3).cited_by}
    both = client.get(OPENALEX, params={"filter": "doi:10.5555/imh.2001|https://doi.org/10.5555/imh.2002"}).json()
    assert both["meta"]["count"] == 2
    gone = client.get(f"{OPENALEX}/doi:10.5555/none")
    assert (gone.status_code, gone.json()["error"]) == (404, "Not Found")
    for wrong in ({"per-page": 201}, {"cursor": "stale"}, {"filter": "nonsense:1"}, {"select": "nonsense"}):
        assert client.get(OPENALEX, params=wrong).status_code == 400


def test_unpaywall_wants_an_address_and_opencitations_counts(services, client):
    services.articles += [an_article(8, pdf=b"%PDF"), an_article(9, licence="")]
    at = {"email": "us@here.invalid"}
    assert [client.get("/unpaywall/v2/10.5555/imh.2001", params=p).status_code for p in ({}, at)] == [422, 200]
    assert client.get("/unpaywall/v2/10.5555/imh.2001", params={"email": "me@example.com"}).status_code == 422
    assert client.get("/unpaywall/v2/10.5555/none", params=at).json()["HTTP_status_code"] == 404
    best = client.get("/unpaywall/v2/10.5555%2Fimh.2008", params=at).json()["best_oa_location"]
    assert (best["license"], client.get(best["url_for_pdf"]).content) == ("cc-by", b"%PDF")
    shut = client.get("/unpaywall/v2/10.5555/imh.2009", params=at).json()
    assert (shut["is_oa"], shut["oa_status"], shut["best_oa_location"]) == (False, "closed", None)
    counts = [
        client.get(f"/opencitations/index/v2/citation-count/doi:10.5555/{doi}").json() for doi in ("imh.2001", "x")
    ]
    assert counts == [[{"count": str(an_article(1).cited_by)}], [{"count": "0"}]]


def test_faults_come_once_and_are_over(services, client):
    plain = "/openalex/works/doi:10.5555/imh.2001"
    services.faults += [
        Fault(r"^/openalex", "status", status=429, retry_after=7),
        Fault("openalex", "status", times=2),
        Fault("imh", "redirect", to="http://127.0.0.1:9/elsewhere"),
        Fault("imh", "wrong_type"),
        Fault("imh", "html_error"),
    ]
    answers = [client.get(plain) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [429, 503, 503, 302, 200, 500, 200]
    assert answers[0].headers["retry-after"] == "7"
    assert answers[3].headers["location"] == "http://127.0.0.1:9/elsewhere"
    assert answers[4].headers["content-type"] == answers[5].headers["content-type"] == "text/html"
    assert answers[6].json()["publication_year"] == 2000
    for kind, error in (("half_body", httpx2.RemoteProtocolError), ("drop", httpx2.RemoteProtocolError)):
        services.faults.append(Fault("imh", kind))
        with pytest.raises(error):
            client.get(plain)
    services.faults += [Fault("imh", "bad_json"), Fault("imh", "slow", seconds=0.2)]
    with pytest.raises(json.JSONDecodeError):
        client.get(plain).json()
    before = time.monotonic()
    assert client.get(plain).json()
    assert time.monotonic() - before > 0.2
    request = services.requests[0]
    assert (request.service, request.path, request.query) == ("openalex", "works/doi:10.5555/imh.2001", {})
    assert "user-agent" in request.headers
    assert request.time < services.requests[-1].time


@pytest.mark.parametrize(("kind", "sizes"), [("duplicate_page", [3, 3, 3, 1, 0]), ("empty_page", [3, 0, 3, 1, 0])])
def test_pages_may_come_twice_or_empty(services, client, kind, sizes):
    services.faults.append(Fault(r"cursorMark=[^*%]|cursorMark=%2B", kind))
    ids, seen = walked(client)
    assert (seen, len(set(ids))) == (sizes, 7)
    services.faults.append(Fault("search", "bare"))
    assert search(client, "infant") == {"version": "6.9"}
