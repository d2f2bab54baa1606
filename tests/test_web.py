"""The server: scite's shapes, our own, safety. The pages in a browser are in test_pages.py."""

import json
import time

import pytest
from conftest import CONTRASTING, MENTIONING, SAMPLE, SUPPORTING

pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")

from starlette.testclient import TestClient

import citeclass
from citeclass.errors import CiteclassError
from citeclass.store import Store
from citeclass.web import Settings, create_app

ASKED = "10.5555/specimen.2014.07"
CONTRAST = "750b740d616041ae"


@pytest.fixture(scope="module")
def client(sample_db):
    with TestClient(create_app(sample_db, settings=Settings(rate=0)), base_url="http://localhost") as made:
        yield made


@pytest.fixture
def writer(own_sample):
    with TestClient(create_app(own_sample, settings=Settings(rate=0)), base_url="http://localhost") as made:
        yield made


# ---------------------------------------------------------------- scite's shapes

TALLY = {"total", "supporting", "contradicting", "mentioning", "unclassified", "doi", "citingPublications"}
CITATION = {
    "id", "source", "target", "type", "typeConfidence", "positive", "negative", "neutral", "section", "snippet", "lang",
    "refLocation", "expertClassification", "selfCites",
}  # fmt: skip


def test_a_tally_as_scite_gives_it(client):
    answer = client.get(f"/tallies/{ASKED.upper()}")
    assert set(answer.json()) == TALLY
    assert answer.json() == {
        "doi": ASKED, "total": 23, "supporting": SUPPORTING, "contradicting": CONTRASTING, "mentioning": MENTIONING, "unclassified": 0,
        "citingPublications": 4,
    }  # fmt: skip
    assert answer.headers["x-citeclass-coverage"] == "known"
    assert client.get("/tallies/10.5555/nowhere").headers["x-citeclass-coverage"] == "not known"


def test_many_tallies_have_lower_case_keys(client):
    answer = client.post("/tallies", json=[ASKED.upper(), "10.5555/NOWHERE"]).json()["tallies"]
    assert list(answer) == [ASKED, "10.5555/nowhere"]
    assert [t["total"] for t in answer.values()] == [23, 0]
    assert client.post("/tallies/aggregate", json=[ASKED, "10.5555/specimen.2019.01"]).json()["total"] == 34
    assert client.post("/tallies", json=[ASKED] * 501).status_code == 422


def test_sections_add_up(client):
    told = client.get(f"/tallies/cited-by-sections/{ASKED}").json()
    assert told.pop("doi") == ASKED
    assert told.pop("total") == sum(told.values()) == 23


def test_papers(client):
    paper = client.get(f"/papers/{ASKED}").json()
    assert (paper["year"], paper["retracted"], paper["tally"]["total"], paper["citingTally"]["total"]) == (
        2014,
        None,
        23,
        0,
    )
    assert paper["authors"][0] == {
        "family": "Brandt",
        "given": "L.",
        "authorName": "L. Brandt",
        "authorSequenceNumber": 1,
    }
    assert set(client.post("/papers", json=[ASKED, "10.5555/nowhere"]).json()["papers"]) == {ASKED}
    assert len(client.get(f"/papers/sources/{ASKED}").json()["papers"]) == 4
    assert client.get("/papers/10.5555/nowhere").status_code == 404


def test_citations_in_both_directions(client):
    page = client.get(f"/api_partner/citations/citing/{ASKED}", params={"limit": 3}).json()
    assert set(page) == {"citations", "papers", "tallies", "metadata"}
    assert page["metadata"]["totalCitationCount"] == 23
    first = page["citations"][0]
    assert set(first) == CITATION
    assert first["positive"] + first["negative"] + first["neutral"] == pytest.approx(1, abs=2e-4)
    assert f'data-doi="{ASKED}"' in first["snippet"]
    assert all(c["source"] in page["papers"] for c in page["citations"])
    later = client.get(f"/api_partner/citations/citing/{ASKED}", params={"limit": 3, "offset": 3}).json()
    assert not {c["id"] for c in page["citations"]} & {c["id"] for c in later["citations"]}
    citing = client.get("/api_partner/citations/cited_by/10.5555/specimen.2019.01", params={"limit": 500}).json()
    assert citing["metadata"]["totalCitationCount"] == len(citing["citations"])
    places = [c["refLocation"] for c in citing["citations"]]
    assert len(places) == len(set(places))
    assert "b1/1" in places


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"term": "supervision"}, 7),
        ({"term": "supervision", "citation_types": "contradicting"}, 4),
        ({"term": "supervision", "date_from": 2019}, 2),
        ({"term": "supervision", "author": "Brandt"}, 1),
        ({"term": "supervision", "journal": "papers in reflective"}, 3),
        ({"term": "supervision", "contradicting_from": 2}, 2),
        ({"term": "supervision", "has_retraction": True}, 0),
        ({"term": "zebra"}, 0),
    ],
)
def test_search_as_scite_takes_it(client, query, count):
    answer = client.get("/search", params=query).json()
    assert answer["count"] == len(answer["hits"]) == count


def test_search_in_other_forms_and_orders(client):
    assert client.get("/search", params={"term": "supervision", "format": "ris"}).text.count("TY  - ") == 7
    assert client.get("/search", params={"term": "supervision", "format": "csv"}).text.count("\r\n") == 8
    for sort, key in (("date", "year"), ("total_cited", None), ("total_supported", None), ("total_contradicted", None)):
        hits = client.get("/search", params={"term": "supervision", "sort": sort}).json()["hits"]
        if key:
            assert [h[key] for h in hits] == sorted((h[key] for h in hits), reverse=True)
        else:
            assert hits[0]["doi"] == ASKED


def _wait(client, task):
    for _ in range(300):
        told = client.get(f"/reference_check/tasks/{task}").json()
        if told["status"] in ("SUCCESS", "FAILURE"):
            return told
        time.sleep(0.1)
    raise AssertionError(told)


def test_a_manuscript_is_checked_in_the_background(client):
    data = (SAMPLE / "lindqvist-2021.xml").read_bytes()
    started = client.post("/reference_check", files={"file": ("m.xml", data)})
    assert started.status_code == 202
    done = _wait(client, started.json()["id"])
    assert done["status"] == "SUCCESS", done
    result = done["result"]
    assert result["known"] == len(result["references"]) == len(result["papers"])
    assert result["tallies"][ASKED]["contradicting"] == CONTRASTING
    assert {c["type"] for c in result["citations"]} >= {"supporting", "mentioning"}
    assert client.post("/reference_check", files={"file": ("again.xml", data)}).json()["id"] == started.json()["id"]
    assert client.post("/reference_check", files={"file": ("a.txt", b"plain words")}).status_code == 415
    broken = client.post("/reference_check", files={"file": ("b.pdf", b"%PDF-1.4 nothing")}).json()
    assert _wait(client, broken["id"])["status"] == "FAILURE"
    assert client.get("/reference_check/tasks/" + "0" * 32).status_code == 404


AWKWARD = [
    "10.1016/S0163-6383(99)00015-6",
    "10.1002/(SICI)1097-0355(199721)18:2<170::AID-IMHJ5>3.0.CO;2-M",
    "10.5555/a/b//c;d",
]


@pytest.mark.parametrize("doi", AWKWARD)
def test_awkward_dois_survive(tmp_path, doi):
    from conftest import cite, jats, ref

    from citeclass.extraction import extract_bytes

    with Store(tmp_path / "l.db") as store:
        escaped = doi.replace("<", "&lt;")
        refs = ref("a", "Smith", "2010", "What Smith found about visits", doi=escaped)
        store.documents.put(extract_bytes(jats(f"<p>As {cite('a', 'Smith (2010)')} said.</p>", refs=refs), path="a"))
    with TestClient(create_app(tmp_path / "l.db"), base_url="http://localhost") as client:
        from urllib.parse import quote

        for form in (quote(doi, safe=""), quote(doi, safe="/"), quote(doi.upper(), safe="/()")):
            told = client.get(f"/tallies/{form}").json()
            assert (told["doi"], told["total"]) == (doi.casefold(), 1)
            assert client.get(f"/badges/{form}.svg").text.count("mentioning") or True
            assert client.get(f"/report/{form}", headers={"accept": "text/html"}).status_code == 200
        assert client.post("/tallies", json=[doi]).json()["tallies"][doi.casefold()]["total"] == 1


# ---------------------------------------------------------------- our own


def test_evidence_with_filters_and_pages(client):
    told = client.get("/v1/evidence", params={"work": ASKED, "type": "contrasting", "limit": 2}).json()
    assert (told["matching"], len(told["statements"]), told["tally"]["total"]) == (CONTRASTING, 2, 23)
    assert told["definitions"]["contrasting"]
    assert told["coverage"]["status"] == "known from reference lists only"
    assert client.get("/v1/evidence", params={"work": "10.5555/nowhere"}).json()["coverage"]["status"] == "not known"
    several = client.get("/v1/evidence", params={"work": "infant home"})
    assert several.status_code == 409
    assert len(several.json()["works"]) > 1


def test_a_request_reaches_no_file(client):
    told = client.get("/v1/evidence", params={"work": str(SAMPLE / "hale-2019.pdf")})
    assert told.json()["work"] is None
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/report/../../etc/passwd",
        "/badges/../../etc/passwd.svg",
    ):
        assert "root:" not in client.get(path).text
        assert "create_app" not in client.get(path).text


def test_search_statements_library_works_failures_suggestions(client):
    assert client.get("/v1/search", params={"q": '"reflective supervision"'}).json()["statements"][0]["highlights"]
    assert client.get("/v1/library").json()["statements"] == 110
    assert client.get("/v1/works", params={"q": "strain engagement"}).json()["works"][0]["doi"] == ASKED
    assert client.get("/v1/failures").json() == []
    assert len(client.get("/v1/suggestions", params={"limit": 5}).json()) == 5


def test_why_is_told_and_kept(writer, own_sample):
    first = writer.get(f"/v1/statements/{CONTRAST}/why").json()
    sentence = writer.get(f"/v1/statements/{CONTRAST}").json()["sentence"]
    words = {sentence[a:b]: weight for a, b, weight in first["words"]}
    assert first["type"] == "contrasting"
    assert max(words, key=words.get) == "Contrary"
    assert first["without"] < first["probability"]
    with Store(own_sample) as store:
        assert store.db["explanations"].count == 1
    assert writer.get(f"/v1/statements/{CONTRAST}/why").json() == first


def test_a_correction_wins_and_can_be_taken_back(writer):
    path = f"/v1/statements/{CONTRAST}/correction"
    assert writer.put(path, json={"type": "supporting", "by": "me", "note": "read it"}).json()["type"] == "supporting"
    told = writer.get(f"/v1/statements/{CONTRAST}").json()
    assert (told["type"], told["expertClassification"]) == ("supporting", "supporting")
    assert writer.get(f"/tallies/{ASKED}").json()["contradicting"] == CONTRASTING - 1
    assert writer.delete(path).status_code == 204
    assert writer.delete(path).status_code == 404
    assert writer.get(f"/tallies/{ASKED}").json()["contradicting"] == CONTRASTING
    assert writer.put(path, json={"type": "praising"}).status_code == 422
    assert writer.put("/v1/statements/0000000000000000/correction", json={"type": "supporting"}).status_code == 404


@pytest.mark.parametrize(
    ("format", "told"),
    [
        ("csv", "source_doi"),
        ("ris", "TY  - JOUR"),
        ("bibtex", "@article{hale2019reflective"),
        ("csl-json", '"article-journal"'),
        ("json-ld", "cito/disputes"),
    ],
)
def test_evidence_is_taken_away(client, format, told):
    answer = client.get("/v1/evidence/export", params={"work": ASKED, "format": format})
    assert told in answer.text
    assert "attachment" in answer.headers["content-disposition"]


def test_notes_and_linked_data(client):
    note = client.get("/v1/evidence/export", params={"work": ASKED})
    assert note.headers["content-type"].startswith("text/markdown")
    assert f"### Contrasting ({CONTRASTING})" in note.text
    assert "cito:disputes" in client.get("/v1/evidence/export", params={"work": ASKED, "format": "turtle"}).text


# ---------------------------------------------------------------- safety


@pytest.mark.parametrize("path", ["/", "/v1/library", f"/tallies/{ASKED}", "/nowhere", "/static/app.css"])
def test_every_answer_carries_its_policy(client, path):
    headers = client.get(path, headers={"accept": "text/html"}).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_errors_are_problems_or_pages(client):
    for path, status in (
        ("/papers/10.5555/nowhere", 404),
        ("/nowhere", 404),
        ("/v1/evidence", 422),
        ("/v1/search?q=--", 422),
    ):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
        page = client.get(path, headers={"accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")


def test_no_stack_trace_leaves_the_server(own_sample, monkeypatch):
    from citeclass.pipeline import Library

    monkeypatch.setattr(Library, "suggest", lambda *_, **__: 1 / 0)
    with TestClient(create_app(own_sample), base_url="http://localhost", raise_server_exceptions=False) as client:
        answer = client.get("/v1/suggestions")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "Traceback" not in answer.text


def test_answers_are_tagged_and_small(client):
    first = client.get("/v1/library")
    again = client.get("/v1/library", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/report/{ASKED}", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"


FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://[evil"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_other_sites_cannot_write(writer, headers):
    for send in (
        lambda: writer.put(f"/v1/statements/{CONTRAST}/correction", json={"type": "supporting"}, headers=headers),
        lambda: writer.post(f"/statement/{CONTRAST}/label", data={"type": "supporting"}, headers=headers),
        lambda: writer.post("/check", files={"file": b"%PDF"}, headers=headers),
    ):
        assert send().status_code == 403
    assert writer.get(f"/v1/statements/{CONTRAST}").json()["type"] == "contrasting"


def test_our_own_pages_can_write(writer):
    own = {"sec-fetch-site": "same-origin", "origin": "http://localhost"}
    done = writer.post(f"/statement/{CONTRAST}/label", data={"type": "supporting"}, headers=own, follow_redirects=False)
    assert done.status_code == 303
    part = writer.post(f"/statement/{CONTRAST}/label", data={"type": "none"}, headers={**own, "hx-request": "true"})
    assert part.text.startswith("<article")


def test_a_token_is_needed_where_one_is_set(own_sample):
    with TestClient(create_app(own_sample, settings=Settings(token="secret")), base_url="http://localhost") as client:
        path, body = f"/v1/statements/{CONTRAST}/correction", {"type": "supporting"}
        assert client.put(path, json=body).status_code == 401
        assert client.put(path, json=body, headers={"authorization": "Bearer wrong"}).status_code == 401
        assert client.post("/reference_check", files={"file": b"%PDF"}).status_code == 401
        assert client.post("/tallies", json=[ASKED]).status_code == 200
        assert client.put(path, json=body, headers={"authorization": "Bearer secret"}).status_code == 200
        assert client.post("/token", data={"token": "wrong"}).status_code == 401
        client.post("/token", data={"token": "secret"})
        assert client.post(f"/statement/{CONTRAST}/label", data={"type": "none"}).status_code == 200


def test_foreign_names_many_calls_and_large_bodies_are_refused(own_sample):
    with TestClient(
        create_app(own_sample, settings=Settings(rate=5, upload_bytes=1000)), base_url="http://localhost"
    ) as client:
        assert client.get("/v1/library", headers={"host": "evil.example"}).status_code == 400
        large = b"%PDF" + b"0" * 3_000_000
        assert client.post("/reference_check", files={"file": large}).status_code == 413
        assert client.post("/reference_check", files={"file": large[:2000]}).status_code == 413
        chunks = iter([large])
        kind = {"content-type": "multipart/form-data; boundary=x"}
        assert client.post("/reference_check", content=chunks, headers=kind).status_code == 413
        answers = [client.get("/v1/library").status_code for _ in range(6)]
        assert answers[0] == 200
        assert answers[-1] == 429


def test_what_articles_say_is_escaped(tmp_path):
    from conftest import cite, jats, ref

    from citeclass.extraction import extract_bytes

    nasty = "&lt;script&gt;alert(1)&lt;/script&gt;"
    with Store(tmp_path / "l.db") as store:
        refs = ref("a", f"Smith{nasty}", "2010", f"What {nasty} found about visits", doi="10.5555/nasty")
        body = f"<p>As {nasty} {cite('a', 'Smith (2010)')} said {nasty}.</p>"
        store.documents.put(extract_bytes(jats(body, refs=refs), path="a"))
    with TestClient(create_app(tmp_path / "l.db"), base_url="http://localhost") as client:
        for path in (
            "/",
            "/report/10.5555/nasty",
            "/find?q=said",
            "/overview",
            "/find?q=<script>x",
            "/report/<script>",
        ):
            text = client.get(path, headers={"accept": "text/html"}).text
            assert "<script>alert" not in text
            assert text.count("<script") == 1
        snippet = client.get("/api_partner/citations/citing/10.5555/nasty").json()["citations"][0]["snippet"]
        assert "<script" not in snippet


@pytest.mark.parametrize("path", ["/", "/v1/library", f"/report/{ASKED}", "/static/app.css"])
def test_head_is_get_without_the_body(client, path):
    head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == whole.headers["etag"]


def test_tags_are_compared_weakly_and_vary_is_told(client):
    tag = client.get("/v1/library").headers["etag"]
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        answer = client.get("/v1/library", headers={"if-none-match": known})
        assert answer.status_code == 304
        assert "Accept-Encoding" in answer.headers["vary"]


def test_errors_beyond_the_guard_carry_the_policy_too(own_sample, monkeypatch):
    from citeclass.pipeline import Library

    monkeypatch.setattr(Library, "suggest", lambda *_, **__: 1 / 0)
    app = create_app(own_sample)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        assert "script-src" in client.get("/v1/suggestions").headers["content-security-policy"]


BLIND = [
    "?hidden=true",
    "?hidden=true&type=contrasting",
    "?hidden=true&min_confidence=0.9",
    "?hidden=true&sort=type",
    "?hidden=true&sort=oldest",
]


@pytest.mark.parametrize("query", BLIND)
def test_hidden_classes_leak_nowhere(client, query):
    import re

    text = client.get(f"/report/{ASKED}{query}", headers={"accept": "text/html"}).text
    text = text[text.index("<main") : text.index("</main>")]
    text = re.sub(r'<div class="choices">.*?</div>', "", text, flags=re.S)
    for word in ("supporting", "contrasting", "mentioning", "unclassified", "/why", "probability"):
        assert word not in text, word
    assert text.count("<article") == 23
    links = re.findall(r'href="(/(?:report|statement)/[^"]*)"', text)
    assert links
    assert all("hidden=true" in link or link.startswith(f"/report/{ASKED}?") for link in links), links
    ids = re.findall(r'id="s-([0-9a-f]{16})"', text)
    kinds = [client.get(f"/v1/statements/{i}").json()["type"] for i in ids]
    assert kinds != sorted(kinds, key=["supporting", "contrasting", "mentioning", "unclassified"].index)


def test_blind_labels_show_no_class_of_the_model(writer):
    own = {"sec-fetch-site": "same-origin", "hx-request": "true"}
    for kind, told in (("supporting", "kept: supporting"), ("none", "taken back")):
        data = {"type": kind, "hidden": "true", "side": "one"}
        part = writer.post(f"/statement/{CONTRAST}/label", data=data, headers=own).text
        assert told in part
        assert "class hidden" in part
        assert "0.45" not in part


def test_refusals_are_said_where_the_reader_is(own_sample):
    with TestClient(create_app(own_sample, settings=Settings(token="secret")), base_url="http://localhost") as client:
        path, data = f"/statement/{CONTRAST}/label", {"type": "supporting"}
        assert 'href="/token"' in client.post(path, data=data, headers={"hx-request": "true"}).text
        page = client.post(path, data=data, headers={"accept": "text/html"})
        assert (page.status_code, "<main" in page.text) == (401, True)
    with pytest.raises(CiteclassError):
        Settings(token=" ")


def test_a_library_that_is_gone_is_not_made_anew(tmp_path):
    with pytest.raises(CiteclassError):
        create_app(tmp_path / "typo.db")
    assert not (tmp_path / "typo.db").exists()


def test_the_description_names_every_field(client):
    described = client.get("/openapi.json").json()
    for name, schema in described["components"]["schemas"].items():
        if name.startswith(("HTTPValidation", "Validation", "Body_")):
            continue
        assert schema.get("description"), name
        for field, told in schema.get("properties", {}).items():
            assert told.get("description"), f"{name}.{field}"
    assert json.dumps(described)


def test_an_answer_has_every_field_that_evidence_tells(client, sample_db):
    with citeclass.open(str(sample_db)) as library:
        told = library.evidence(ASKED, limit=1).to_json()
    answer = client.get("/v1/evidence", params={"work": ASKED, "limit": 1}).json()
    assert set(answer) == set(told)
    for part in ("work", "coverage"):
        assert set(answer[part]) == set(told[part])
    assert set(answer["statements"][0]) == set(told["statements"][0])


def test_a_work_named_twice_is_counted_once(client):
    named = client.get("/v1/evidence", params={"work": ASKED}).json()["work"]["id"]
    once, twice = (client.post("/tallies/aggregate", json=dois).json() for dois in ([ASKED], [ASKED, named]))
    assert once == twice
    assert (once["total"], once["citingPublications"]) == (23, 4)


def test_a_manuscript_is_checked_anew_once_a_label_changes(writer):
    def started() -> str:
        data = (SAMPLE / "lindqvist-2021.xml").read_bytes()
        return writer.post("/reference_check", files={"file": ("m.xml", data)}).json()["id"]

    def labelled(kind: str) -> str:
        answer = writer.put(f"/v1/statements/{CONTRAST}/correction", json={"type": kind})
        assert answer.status_code < 300, answer.text
        return started()

    assert labelled("supporting") != labelled("mentioning") == started()


def test_the_scheme_of_a_token_has_no_case(own_sample):
    with TestClient(
        create_app(own_sample, settings=Settings(rate=0, token="secret")), base_url="http://localhost"
    ) as made:
        path, body = f"/v1/statements/{CONTRAST}/correction", {"type": "supporting"}
        assert made.put(path, json=body, headers={"authorization": "bearer secret"}).status_code < 300
        assert made.put(path, json=body, headers={"authorization": "Basic secret"}).status_code == 401
