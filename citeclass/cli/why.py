"""``citeclass why``: the words that carried a decision."""

from typing import Annotated

import typer

from citeclass.cli.shared import DEFAULT_DB, DEFAULT_MODEL, Db, Json, Model, console, emit, open_library

Statement = Annotated[
    str, typer.Argument(help="A statement's id, as `citeclass evidence` prints it.", show_default=False)
]


def why(statement: Statement, db: Db = DEFAULT_DB, model: Model = DEFAULT_MODEL, as_json: Json = False) -> None:
    """Show which words carried a statement's class: each is left out in turn, and the model asked again.

    Example: citeclass why 750b740d616041ae --db library.db
    """
    from rich.text import Text

    from citeclass.evidence import statements_by_id

    with open_library(db, model=model) as library:
        found = library.why(statement)
        (s,) = statements_by_id(library.store, [statement])
    if as_json:
        emit({"id": statement, "sentence": s.statement.sentence, **found.to_json()})
        return
    out = console()
    sentence = Text(s.statement.sentence)
    sentence.stylize("bold", s.statement.start, s.statement.end)
    heaviest = max((abs(w.weight) for w in found.words), default=0.0) or 1.0
    for word in found.words:
        if abs(word.weight) >= heaviest / 5:
            sentence.stylize("green" if word.weight > 0 else "red", word.start, word.end)
    out.print(sentence)
    out.print(Text(f"\n{found.type.value} {found.probability:.2f}; without a word it loses:"))
    for word in sorted(found.words, key=lambda w: -abs(w.weight))[:8]:
        out.print(Text(f"  {word.weight:+.2f}  {s.statement.sentence[word.start : word.end]}"))
    gone = ", ".join(s.statement.sentence[found.words[i].start : found.words[i].end] for i in found.left_out)
    if gone:
        out.print(Text(f"without {gone}: {found.without_type.value} ({found.type.value} {found.without:.2f})"))
