"""The schema, as numbered steps. A step that was released is never changed; a new one follows it."""

from sqlite_utils import Database, Migrations

migrations = Migrations("citeclass")


@migrations()
def m001_first_schema(db: Database) -> None:
    """Works, documents, references, statements with full-text search, predictions, failures, corrections."""
    db.table("works").create(
        {
            "id": str, "doi": str, "pmid": str, "title": str, "authors": str, "year": str, "container": str,
            "abstract": str, "block": str,
        },
        pk="id",
    )  # fmt: skip
    db.table("works").create_index(["doi"])
    db.table("works").create_index(["block"])
    db.table("documents").create(
        {
            "digest": str, "path": str, "work": str, "source_key": str, "reader": str, "version": str, "language": str,
            "added": str, "duplicate_of": str, "callouts": int, "unlinked": int,
        },
        pk="digest",
        foreign_keys=[("work", "works", "id")],
    )  # fmt: skip
    db.table("documents").create_index(["path"])
    db.table("documents").create_index(["work"])
    db.table("entries").create(
        {
            "document": str, "idx": int, "work": str, "raw": str, "label": str, "authors": str, "year": str,
            "title": str, "container": str, "volume": str, "pages": str, "doi": str, "pmid": str,
        },
        pk=("document", "idx"),
        foreign_keys=[("document", "documents", "digest"), ("work", "works", "id")],
    )  # fmt: skip
    db.table("entries").create_index(["work"])
    db.table("statements").create(
        {
            "id": str, "document": str, "source_work": str, "cited_work": str, "entry": int, "ordinal": int,
            "callout": str, "sentence": str, "start": int, "end": int, "before": str, "after": str, "snippet": str,
            "section": str, "section_title": str, "zone": str, "page": int, "language": str, "confidence": float,
            "reason": str,
        },
        pk="id",
        foreign_keys=[("document", "documents", "digest")],
    )  # fmt: skip
    db.table("statements").create_index(["cited_work"])
    db.table("statements").create_index(["source_work"])
    db.table("statements").create_index(["document"])
    db.table("statements").enable_fts(
        ["sentence", "before", "after"], create_triggers=True, tokenize="porter unicode61"
    )
    db.table("predictions").create(
        {
            "statement": str, "model": str, "point": str, "type": str, "supporting": float, "contrasting": float,
            "mentioning": float, "note": str,
        },
        pk=("statement", "model"),
    )  # fmt: skip
    db.table("failures").create(
        {
            "path": str, "digest": str, "reason": str, "message": str, "fix": str, "partial": int, "at": str,
        },
        pk="path",
    )  # fmt: skip
    db.table("corrections").create(
        {
            "id": str, "statement": str, "type": str, "note": str, "by": str, "at": str, "source_work": str,
            "cited_work": str, "sentence": str,
        },
        pk="id",
    )  # fmt: skip
    db.table("corrections").create_index(["statement"])
    db.table("settings").create({"name": str, "value": str}, pk="name")


@migrations()
def m002_intents(db: Database) -> None:
    """What each citation is there for, beside its stance."""
    db.table("predictions").add_column("intent", str)
