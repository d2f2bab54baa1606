"""The tools an agent gets: to search, to ask for evidence and tallies, and why. None changes what the library says."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from citeclass import __version__
from citeclass.classifying import DEFAULT_MODEL
from citeclass.errors import CiteclassError, UsageError
from citeclass.evidence import DEFINITIONS, Direction, Filters, evidence_for, tallies_of, work_json
from citeclass.pipeline import Ambiguous, Libraries
from citeclass.text import normal_doi

_INSTRUCTIONS = """What scholarly articles of one library say of each other: every citation with its sentence and its class.
supporting: {supporting}. contrasting: {contrasting}. mentioning: {mentioning}. Quote the sentence and name the citing work; look at
the words, not the class alone; pass on the coverage, since a zero may only mean that no document was read."""

_TALLIES = 500  # works whose tallies are told at once
_MOST = 100

P = ParamSpec("P")
R = TypeVar("R")


def create_server(db: str | Path, *, model: str = DEFAULT_MODEL) -> MCPServer:
    """The server over the library at ``db``. Raises :class:`~citeclass.errors.StoreError` where that is none."""
    server: MCPServer = MCPServer("citeclass", version=__version__, instructions=_INSTRUCTIONS.format(**DEFINITIONS))
    libraries = Libraries(db, model=model)

    @server.tool()
    @_told
    def find_works(query: str, limit: int = 10) -> list[dict[str, Any]]:
        """Works by DOI, PMID or words of title, authors and year; those with most statements first."""
        with libraries.open() as library:
            return [work_json(w) for w in library.store.works.search(query, limit=_within(limit))]

    @server.tool()
    @_told
    def evidence(
        work: str,
        direction: str = "cited",
        types: str = "",
        sections: str = "",
        year: str = "",
        independent: bool = False,  # noqa: FBT001, FBT002 - a tool's parameter
        min_confidence: float = 0,
        limit: int = 20,
        offset: int = 0,
    ) -> dict[str, Any]:
        """What is said of a work (a DOI, id or title), or with direction "citing" what it says of others: tally, coverage,
        definitions, and statements with their sentences, classes and probabilities. types: supporting, contrasting, mentioning,
        joined by commas; sections: introduction, methods, results, discussion; year: 2015-2020; independent leaves out
        statements between works that share an author.
        """
        chosen = Filters.parse(
            types=types, sections=sections, year=year, self_cites=False if independent else None,
            min_confidence=min_confidence or None,
        )  # fmt: skip
        with libraries.open() as library:
            try:
                named = library.find(work, files=False)
            except Ambiguous as many:
                return {"error": str(many), "works": [work_json(w) for w in many.works]}
            found = evidence_for(
                library.store, named, query=work, direction=Direction(direction), filters=chosen, limit=_within(limit),
                offset=max(0, offset),
            )  # fmt: skip
            return found.to_json()

    @server.tool()
    @_told
    def search_statements(words: str, types: str = "", limit: int = 20, offset: int = 0) -> dict[str, Any]:
        """Citation statements by the words of their sentences: all words, "a phrase", attach*, -not; best first."""
        with libraries.open() as library:
            found = library.search(
                words, filters=Filters.parse(types=types), limit=_within(limit), offset=max(0, offset)
            )
        return {"matching": found.matching, "capped": found.capped, "statements": [h.to_json() for h in found.hits]}

    @server.tool()
    @_told
    def tallies(dois: list[str]) -> dict[str, Any]:
        """How many statements support, contrast and mention each work (at most 500 DOIs or ids); null for works not known here."""
        if len(dois) > _TALLIES:
            raise UsageError(f"{len(dois)} works were asked for", fix=f"ask for at most {_TALLIES} at a time")
        plain = list(dict.fromkeys(normal_doi(d) or d for d in dois))
        with libraries.open() as library:
            by_doi = library.store.works.by_doi(plain)
            works = {d: by_doi.get(d) or library.store.works.get(d) for d in plain}
            counted = tallies_of(library.store, [w.id for w in works.values() if w])
        return {d: counted[w.id].to_json() if w else None for d, w in works.items()}

    @server.tool()
    @_told
    def why(statement: str) -> dict[str, Any]:
        """Which words of a statement carried its class: begin, end and weight of each, and the class without the heaviest."""
        with libraries.thinking() as library:
            return library.why(statement).to_json()

    return server


def _told(tool: Callable[P, R]) -> Callable[P, R]:
    """A tool whose errors say what was wrong and what to do."""

    @wraps(tool)
    def told(*args: P.args, **options: P.kwargs) -> R:
        try:
            return tool(*args, **options)
        except CiteclassError as error:
            raise ToolError(f"{error}; {error.fix}" if error.fix else str(error)) from error
        except ValueError as error:
            raise ToolError(str(error)) from error

    return told


def _within(limit: int) -> int:
    return max(1, min(limit, _MOST))
