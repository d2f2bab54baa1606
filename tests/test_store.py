"""The library's file: migrations, identity, replacement, corrections."""

import sqlite3
from dataclasses import replace

import pytest
from conftest import cite, jats, ref
from sqlite_utils import Database

from citeclass.errors import LibraryTooNew, NotALibrary, StoreError, UsageError
from citeclass.extraction import extract_bytes
from citeclass.records import Author, Failure, OperatingPoint, Prediction, Reason, Stance
from citeclass.resolving import WorkFacts
from citeclass.store import Store
from citeclass.store.migrations import migrations

REFS = ref("a", "Smith", "2010", "What Smith found about long visits") + ref("b", "Lee", "2011", doi="10.5555/lee")
BODY = f"<p>We agree with {cite('a', 'Smith (2010)')}. Others differ ({cite('b', 'Lee, 2011')}).</p>"


@pytest.fixture
def store():
    with Store(":memory:") as opened:
        yield opened


def put(store, body=BODY, path="a.xml", **options):
    store.documents.put(extract_bytes(jats(body, refs=REFS, **options), path=path))
    return list(store.documents.statements())


def test_migrations_give_one_schema_from_empty_and_from_the_first(tmp_path):
    first, empty = Database(str(tmp_path / "first.db")), Database(str(tmp_path / "empty.db"))
    names = [m.name for m in migrations._migrations]
    migrations.apply(first, stop_before=names[1:])
    migrations.apply(first)
    migrations.apply(empty)
    assert first.schema == empty.schema
    assert names == sorted(names)


def test_a_library_can_be_closed_and_opened(tmp_path):
    with Store(tmp_path / "l.db") as store:
        put(store)
    with Store(tmp_path / "l.db") as store:
        assert store.documents.count() == {"documents": 1, "works": 3, "statements": 2, "unlinked": 0}


def test_what_is_no_library_is_left_alone(tmp_path):
    text, other, newer = tmp_path / "a.txt", tmp_path / "other.db", tmp_path / "newer.db"
    text.write_text("not a database, but long enough to be looked at" * 50)
    sqlite3.connect(other).execute("create table things (id)").connection.commit()
    Store(newer).close()
    database = Database(str(newer))
    database.table("_sqlite_migrations").insert({"migration_set": "citeclass", "name": "m999_later", "applied_at": "x"})
    database.close()
    for path, error in (
        (text, NotALibrary),
        (other, NotALibrary),
        (newer, LibraryTooNew),
        (tmp_path / "no" / "where.db", StoreError),
    ):
        with pytest.raises(error):
            Store(path)
    assert text.read_text().startswith("not a database")


def test_a_work_met_twice_is_one(store):
    reference = store.works.find_or_add(
        WorkFacts("What Lee found about evening visits", (Author("Lee", "A"),), "2011")
    ).key
    document = store.works.find_or_add(
        WorkFacts("What Lee found about evening visits", (Author("Lee", "Ann"),), "2011", doi="10.5555/lee")
    )
    assert (reference, "title") == (document.key, document.method)
    assert store.works.get(reference).doi == "10.5555/lee"
    assert [w.id for w in store.works.search("10.5555/LEE")] == [reference]
    assert [w.id for w in store.works.search("evening lee")] == [reference]
    assert store.works.search("absent words") == []


def test_a_changed_file_replaces_its_own_statements(store):
    before = put(store)
    after = put(store, BODY.replace("Others differ", "Others still differ"))
    assert len(before) == len(after) == 2
    assert before[0].id == after[0].id
    assert before[1].id != after[1].id


def test_the_better_source_of_a_work_counts(store):
    pdf_like = extract_bytes(jats(BODY, refs=REFS), path="a.pdf")
    worse = replace(pdf_like, path="b.pdf", reader="pdf-1", digest="d" * 64)
    store.documents.put(worse)
    store.documents.put(pdf_like)
    assert {r["path"]: r["duplicate_of"] for r in store.documents.rows()} == {"a.pdf": None, "b.pdf": pdf_like.digest}
    assert len(list(store.documents.statements())) == 2


def test_statements_can_be_searched_in_full_text_by_their_sentence_not_its_neighbours(store):
    first, _ = put(store)
    assert "Others differ" in first.after
    assert {r["callout"] for r in store.db.table("statements").search("differing")} == {"Lee, 2011"}
    assert list(store.db.table("statements").search("absent")) == []


def test_predictions_are_kept_by_statement_and_model(store):
    statements = put(store)
    made = [Prediction(s.id, "m@1", Stance.SUPPORTING, 0.8, 0.1, 0.1) for s in statements]
    store.predictions.put(made, point=OperatingPoint.BALANCED)
    store.predictions.use("m@1")
    assert store.predictions.counts() == {"supporting": 2}
    assert list(store.documents.statements(without=("m@1", OperatingPoint.BALANCED))) == []
    assert len(list(store.documents.statements(without=("m@1", OperatingPoint.PRECISE)))) == 2


def test_a_correction_wins_and_finds_its_statement_again(store):
    first = put(store)[0]
    store.corrections.put(first.id, Stance.CONTRASTING, by="me", note="read it")
    assert store.predictions.counts()["contrasting"] == 1
    changed = put(store, BODY.replace("We agree", "We do agree"))
    assert store.corrections.reattach() == 0
    assert store.corrections.all()[0].statement == changed[0].id != first.id
    put(store, "<p>Nothing of this is left.</p>")
    assert store.corrections.reattach() == 1
    assert [(c.type, c.sentence) for c in store.corrections.detached()] == [(Stance.CONTRASTING, first.sentence)]
    put(store)
    assert store.corrections.reattach() == 0


def test_only_a_statement_can_be_corrected(store):
    with pytest.raises(UsageError):
        store.corrections.put("nothing", Stance.SUPPORTING)


def test_failures_are_one_a_path(store):
    for reason in (Reason.EMPTY, Reason.MALFORMED):
        store.failures.put(Failure("a.pdf", reason, "m", "f"))
    assert [f.reason for f in store.failures] == ["malformed"]
    store.failures.clear("a.pdf")
    assert list(store.failures) == []


def test_in_bulk_commits_do_not_wait_for_the_disk_and_then_do_again(tmp_path):
    with Store(tmp_path / "l.db") as store:

        def waits() -> bool:
            return store.db.execute("pragma synchronous").fetchone()[0] == 2

        assert waits()
        with store.in_bulk():
            assert not waits()
        assert waits()
        with pytest.raises(KeyError), store.in_bulk():
            raise KeyError
        assert waits()

        def cut_off() -> None:
            with store.in_bulk():
                store.db.conn.execute("begin")  # where an interruption came between this and the rest
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            cut_off()
        assert waits()
        assert not store.db.conn.in_transaction


def test_bulk_writing_ends_well_while_the_library_is_read(tmp_path):
    with Store(tmp_path / "l.db") as store:
        for name in ("a.pdf", "b.pdf"):
            store.failures.put(Failure(name, Reason.EMPTY, "m", "f"))
        reading = store.db.execute("select path from failures")
        reading.fetchone()
        with store.in_bulk():
            store.failures.put(Failure("c.pdf", Reason.EMPTY, "m", "f"))
        assert len(list(store.failures)) == 3
