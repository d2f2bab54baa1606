"""A corpus's evidence as a site of plain files, which needs no server and no net.

Every page says how much stands behind it, and what the classes mean; everything it shows can be downloaded from it.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from citeclass import __version__
from citeclass.classifying import ModelFolder, find_model
from citeclass.corpora.definition import Corpus
from citeclass.corpora.manifest import Manifest, State
from citeclass.corpora.network import network_of
from citeclass.corpora.schema import SCHEMA, STATEMENT_COLUMNS, WORK_COLUMNS
from citeclass.errors import ModelError, UsageError
from citeclass.evidence import (
    EvidenceStatement,
    Tally,
    contested_works,
    coverage_of,
    export_rows,
    library_journals,
    library_sections,
    library_tally,
    library_years,
    sections_of,
    short_name,
    stance_links,
    statements_by_id,
    tallies_of,
    top_works,
    write_csv,
    write_jsonl,
    write_works_csv,
    years_of,
)
from citeclass.showing import environment, style, year_columns
from citeclass.store import Store, Work

Watch = Callable[[str], None]

_MARK = ".citeclass-site"  # lists what we wrote in a folder; nothing else in it is touched
_STATEMENTS = 200  # of one work on its page; the rest are in the data
_SIDE = 4  # statements of each side of a contested work
_MENTIONS = 40


def page_name(work: Work) -> str:
    """The file of a work's page: readable, and no two alike."""
    plain = re.sub(r"[^a-z0-9]+", "-", short_name(work).casefold()).strip("-")[:50]
    return f"{plain}-{hashlib.sha256(work.id.encode()).hexdigest()[:8]}.html"


@dataclass(frozen=True, slots=True)
class _Contested:
    """A contested work with words of both sides."""

    work: Work
    tally: Tally
    supporting: tuple[EvidenceStatement, ...]
    contrasting: tuple[EvidenceStatement, ...]


def write_site(
    store: Store, corpus: Corpus, out: Path, *, manifest: Path | None = None, watch: Watch = lambda _: None
) -> dict[str, Any]:
    """Write the site of a library into the folder ``out``; what was written, in numbers.

    Raises :class:`~citeclass.errors.UsageError` where ``out`` holds something else.
    """
    out = out.resolve()
    mark = out / _MARK
    if out.exists() and any(out.iterdir()) and not mark.is_file():
        raise UsageError(f"{out} holds other files", fix="give a new folder with --out")
    if not store.documents.count()["documents"]:
        raise UsageError("the library is empty", fix="classify some articles first")
    out.mkdir(parents=True, exist_ok=True)
    before = set(mark.read_text(encoding="utf-8").split("\n")) if mark.is_file() else set()
    mark.write_text("\n".join(sorted(before)), encoding="utf-8")
    writer = _Writer(store, corpus, out, _gathered(manifest), watch)
    writer.pages()
    writer.data()
    for name in before - writer.written - {""}:
        (out / name).unlink(missing_ok=True)  # a page of a work that is no longer there
    mark.write_text("\n".join(sorted(writer.written)), encoding="utf-8")
    return {"pages": writer.count, "statements": library_tally(store).total, "folder": str(out)}


def _gathered(manifest: Path | None) -> dict[str, int]:
    """How many articles of the corpus stand where, as its manifest says; empty without one."""
    if manifest is None:
        return {}
    with Manifest(manifest) as opened:
        return {name: n for name, n in opened.counts().items() if n and name != State.IRRELEVANT}


class _Writer:
    """What the pages share while they are written."""

    def __init__(self, store: Store, corpus: Corpus, out: Path, gathered: dict[str, int], watch: Watch) -> None:
        self._store, self._corpus, self._out, self._watch = store, corpus, out, watch
        self.count = 0
        self.written: set[str] = set()
        self._root = ""
        self._templates = environment("citeclass.corpora", report_url=self._address, version=__version__)
        self._shared: dict[str, Any] = {
            "corpus": corpus, "counts": store.documents.count(), "gathered": gathered, "made": date.today().isoformat(),
            "model": store.predictions.current_model, "tally": library_tally(store),
        }  # fmt: skip

    def _address(self, work: Work, *, hidden: bool = False) -> str:  # noqa: ARG002 - the shared templates may ask
        return f"{self._root}works/{page_name(work)}"

    def _page(self, path: str, template: str, **values: Any) -> None:
        self._root = "../" * path.count("/")
        made = self._templates.get_template(template).render(root=self._root, here=path, **self._shared, **values)
        self._file(path).write_text(made, encoding="utf-8")
        self.count += 1

    def _file(self, path: str) -> Path:
        self.written.add(path)
        (self._out / path).parent.mkdir(exist_ok=True)
        return self._out / path

    def pages(self) -> None:
        """All pages, and their style."""
        store = self._store
        own = (files("citeclass.corpora") / "templates" / "site.css").read_text(encoding="utf-8")
        self._file("style.css").write_text(style() + own, encoding="utf-8")
        supported = top_works(store, by="supporting", limit=25)
        contrasted = top_works(store, by="contrasting", limit=25)
        contested = self._contested()
        self._page(
            "index.html", "index.html.j2", supported=supported, contrasted=contrasted, contested=contested[:5],
            all_contested=len(contested), columns=year_columns(library_years(store)),
            judged=year_columns(library_years(store), classes=("supporting", "contrasting")), parts=library_sections(store),
            journals=library_journals(store),
        )  # fmt: skip
        self._page("contested.html", "contested.html.j2", contested=contested)
        self._page("network.html", "network.html.j2", network=self._network())
        works = self._works()
        self._page("works.html", "works.html.j2", works=works)
        self._page(
            "methods.html", "methods.html.j2", card=_model_card(self._shared["model"]), failures=list(store.failures),
            languages=_languages(store), missing=store.works.many(list(store.catalogue.without_document())[:500]),
        )  # fmt: skip
        for number, (work, tally) in enumerate(works, 1):
            self._work_page(work, tally)
            if number % 100 == 0:
                self._watch(f"{number} of {len(works)} works")

    def _works(self) -> list[tuple[Work, Tally]]:
        """All works that have statements on either side, those with most about them first."""
        rows = self._store.db.query(
            "select id from (select cited_work id, count(*) n from shown where cited_work is not null group by 1 "
            "union all select source_work, 0 from shown group by 1) group by id order by max(n) desc, id"
        )
        works = self._store.works.many([r["id"] for r in rows])
        tallies = tallies_of(self._store, [w.id for w in works])
        return [(w, tallies[w.id]) for w in works]

    def _contested(self) -> list[_Contested]:
        found = []
        for work, tally in contested_works(self._store, limit=1000):
            said = self._said(work.id)
            found.append(_Contested(work, tally, tuple(said["supporting"][:_SIDE]), tuple(said["contrasting"][:_SIDE])))
        return found

    def _said(self, work: str, side: str = "cited_work") -> dict[str, list[EvidenceStatement]]:
        """The statements about a work (or, by ``source_work``, of it) by class, surest first, at most so many of each."""
        found: dict[str, list[EvidenceStatement]] = defaultdict(list)
        for stance, most in ((0, _STATEMENTS), (1, _STATEMENTS), (2, _MENTIONS), (3, _MENTIONS)):
            rows = self._store.db.query(
                f"select statement from shown where {side} = ? and stance = ? order by certainty desc, statement limit ?",
                [work, stance, most],
            )
            for s in statements_by_id(self._store, [r["statement"] for r in rows]):
                found[s.type.value].append(s)
        return found

    def _network(self) -> Any:
        links = stance_links(self._store)
        works = {w.id: w for w in self._store.works.many(list(dict.fromkeys(w for x in links for w in x[:2])))}
        return network_of(links, works, {id: short_name(w) for id, w in works.items()})

    def _work_page(self, work: Work, tally: Tally) -> None:
        store = self._store
        self._page(
            f"works/{page_name(work)}", "work.html.j2", work=work, about=tally, coverage=coverage_of(store, work),
            said=self._said(work.id), says=self._said(work.id, "source_work"), parts=sections_of(store, work.id),
            columns=year_columns(years_of(store, work.id)),
        )  # fmt: skip

    def data(self) -> None:
        """The downloads, with the schema that tells their columns."""
        with self._file("data/statements.jsonl").open("w", encoding="utf-8") as file:
            write_jsonl(export_rows(self._store), file)
        with self._file("data/statements.csv").open("w", encoding="utf-8-sig", newline="") as file:
            write_csv(export_rows(self._store), file)
        with self._file("data/works.csv").open("w", encoding="utf-8-sig", newline="") as file:
            write_works_csv(self._works(), file)
        self._file("data/schema.json").write_text(json.dumps(SCHEMA, indent=1), encoding="utf-8")
        self._file("data/corpus.json").write_text(self._corpus.model_dump_json(indent=1), encoding="utf-8")
        self._page("data.html", "data.html.j2", statement_columns=STATEMENT_COLUMNS, work_columns=WORK_COLUMNS)


def _model_card(model: str | None) -> str | None:
    """The card of the model that judged, where its folder is at hand."""
    try:
        folder: ModelFolder = find_model((model or "").partition("@")[0])
    except ModelError:
        return None
    card = folder.path / "README.md"
    if folder.id.partition("+")[0] != (model or "").partition("+")[0] or not card.is_file():
        return None
    return card.read_text(encoding="utf-8").split("\n---\n", 1)[-1].strip()


def _languages(store: Store) -> Sequence[tuple[str, int]]:
    rows = store.db.query(
        "select coalesce(language, 'unknown') l, count(*) n from statements group by 1 order by 2 desc, 1"
    )
    return [(r["l"], r["n"]) for r in rows]
