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


@migrations()
def m003_what_is_shown(db: Database) -> None:
    """The stance shown of each statement, kept beside it in the order in which evidence is read.

    ``judged`` says what is to be shown (a person's label, else the prediction of the current model); ``shown`` holds it,
    and triggers keep the two alike whoever writes. Answers and tallies then come from an index alone. ``stance`` is the
    place of the type in ``supporting, contrasting, mentioning, unclassified``.
    """
    db.execute(
        "create view judged as select s.id statement, s.source_work, s.cited_work, "
        "case coalesce(c.type, p.type) when 'supporting' then 0 when 'contrasting' then 1 when 'mentioning' then 2 else 3 end stance, "
        "coalesce(case coalesce(c.type, p.type) when 'supporting' then p.supporting when 'contrasting' then p.contrasting "
        "when 'mentioning' then p.mentioning else max(p.supporting, p.contrasting, p.mentioning) end, 0) certainty, "
        "c.type is not null expert "
        "from statements s left join corrections c on c.statement = s.id left join predictions p on p.statement = s.id "
        "and p.model = (select value from settings where name = 'model')"
    )
    db.execute(
        "create table shown (statement text primary key, source_work text, cited_work text, stance integer not null, "
        "certainty real not null, expert integer not null) without rowid"
    )
    db.execute("create index shown_cited on shown (cited_work, stance, certainty desc, statement, source_work, expert)")
    db.execute(
        "create index shown_citing on shown (source_work, stance, certainty desc, statement, cited_work, expert)"
    )
    db.execute("insert into shown select * from judged")
    for table, event, row, key in (
        ("statements", "insert", "new", "id"),
        ("statements", "delete", "old", "id"),
        ("predictions", "insert", "new", "statement"),
        ("predictions", "update", "new", "statement"),
        ("predictions", "delete", "old", "statement"),
        ("corrections", "insert", "new", "statement"),
        ("corrections", "update", "new", "statement"),
        ("corrections", "update", "old", "statement"),
        ("corrections", "delete", "old", "statement"),
    ):
        change = (
            f"delete from shown where statement = {row}.{key}"
            if (table, event) == ("statements", "delete")
            else f"insert or replace into shown select * from judged where statement = {row}.{key}"
        )
        db.execute(f"create trigger shown_{table}_{event}_{row} after {event} on {table} begin {change}; end")


@migrations()
def m004_titles_explanations_and_catalogue(db: Database) -> None:
    """Works found by words of title, authors and year; which words carried a decision, by statement and model; the works
    a reference manager told of, with their file, and what it told of the article at a path. Reference lists are counted from an index alone.
    """
    db.execute("drop index idx_entries_work")
    db.table("entries").create_index(["work", "document"])
    db.table("documents").create_index(["duplicate_of"])
    db.table("works").enable_fts(
        ["title", "authors", "year"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
    )
    db.table("explanations").create({"statement": str, "model": str, "found": str}, pk=("statement", "model"))
    db.table("catalogue").create({"work": str, "origin": str, "path": str, "at": str}, pk="work")
    db.table("catalogue").create_index(["path"])
    db.table("told").create({"path": str, "facts": str}, pk="path")


@migrations()
def m005_notices_links_and_audits(db: Database) -> None:
    """What services tell of works (editorial notices, how many works are known to cite them; null: not asked), further DOIs of
    a work, how an entry came to its work, and audits: what was drawn of which stratum, and how each reader judged it.
    """
    works = db.table("works")
    for name, kind in (
        ("notices", str), ("checked", str), ("known_citing", int), ("known_by", str), ("doi_asked", str),
    ):  # fmt: skip
        works.add_column(name, kind)
    db.table("entries").add_column("method", str)
    db.table("entries").add_column("score", float)
    db.table("aliases").create({"doi": str, "work": str, "method": str, "score": float, "at": str}, pk="doi")
    db.table("aliases").create_index(["work"])
    db.table("audits").create({"name": str, "model": str, "strata": str, "at": str}, pk="name")
    db.table("draws").create({"audit": str, "statement": str, "stratum": str}, pk=("audit", "statement"))
    db.table("judgements").create(
        {
            "audit": str, "statement": str, "by": str, "type": str, "certainty": int, "note": str, "at": str,
        },
        pk=("audit", "statement", "by"),
    )  # fmt: skip


@migrations()
def m006_full_text_of_sentences_alone(db: Database) -> None:
    """Sentences are searched, their neighbours never were: they stood in the index for nothing, each sentence up to twice more."""
    statements = db.table("statements")
    statements.disable_fts()
    statements.enable_fts(["sentence"], create_triggers=True, tokenize="porter unicode61")


@migrations()
def m007_places_of_corrections(db: Database) -> None:
    """Where in its sentence the callout stands that a person judged, so that the label finds it again among others; null: not noted."""
    db.table("corrections").add_column("start", int)
    db.execute(
        'update corrections set "start" = (select s."start" from statements s where s.id = corrections.statement)'
    )
