"""Rows of a file as people save them: CSV by comma, semicolon or tab, or JSON lines."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from citeclass.errors import BadRow, UsageError

JSON_LINES = (".jsonl", ".ndjson")
_WORKBOOKS = (".xlsx", ".xls", ".ods", ".numbers")
_DELIMITERS = "\t;,"  # of as many in the header the first
_TABS = (".tsv", ".tab")
_QUOTED = re.compile(r'"[^"]*"')
_UNCLOSED = "is a quotation mark opened there or above and not closed?"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE = "save it as “CSV UTF-8” (in Excel: File, Save As) and give that file"


def table(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of a table with a header, or of JSON lines, each with its line number.

    The header tells what divides the columns; a byte order mark, that the letters are UTF-16. Raises
    :class:`~citeclass.errors.UsageError` for a workbook or another encoding, :class:`~citeclass.errors.BadRow` with the line
    number for what is no row.
    """
    if path.suffix.lower() in _WORKBOOKS:
        raise UsageError(f"{path.name} is a workbook, not a table of text", fix=_SAVE)
    rows = _json_lines if path.suffix.lower() in JSON_LINES else _separated
    try:
        yield from rows(path)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name} is not in UTF-8: {error.reason} at byte {error.start}", fix=_SAVE) from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in _UTF16 else "utf-8-sig"


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding=_encoding(path)) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise BadRow(f"{path.name}, line {number}: not JSON: {error}") from error
                if not isinstance(row, dict):
                    raise BadRow(f"{path.name}, line {number}: not an object")
                yield number, row


def _separated(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(newline="", encoding=_encoding(path)) as lines:
        header = _QUOTED.sub("", lines.readline())
        lines.seek(0)
        tabs = path.suffix.lower() in _TABS
        rows = csv.DictReader(lines, delimiter="\t" if tabs else max(_DELIMITERS, key=header.count))
        last: tuple[int, dict[str, Any]] | None = None
        try:
            for row in rows:
                if last:
                    yield last
                last = rows.line_num, row
        except csv.Error as error:
            raise BadRow(f"{path.name}, line {rows.line_num}: {error}; {_UNCLOSED}") from error
        if last and any("\n" in str(cell) for cell in last[1].values()) and _marks(path) % 2:
            raise BadRow(f"{path.name}, line {last[0]}: the last row runs over many lines; {_UNCLOSED}")
        if last:
            yield last


def _marks(path: Path) -> int:
    """How many quotation marks a file holds."""
    with path.open(newline="", encoding=_encoding(path)) as lines:
        return sum(line.count('"') for line in lines)
