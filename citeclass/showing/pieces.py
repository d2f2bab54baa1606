"""A sentence cut into pieces that are shown in their own ways."""

from dataclasses import dataclass

from citeclass.evidence import EvidenceStatement


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence and how it is shown: ``target``, ``found``, ``for1`` to ``for5``, ``against1`` to ``against5``, or plain."""

    text: str
    kind: str = ""


def pieces(text: str, spans: list[tuple[int, int, str]]) -> list[Piece]:
    """``text`` cut at ``spans`` (begin, end, kind); of overlapping ones the first counts."""
    out, at = [], 0
    for begin, end, kind in sorted(spans):
        if begin < at:
            continue
        out += [Piece(text[at:begin]), Piece(text[begin:end], kind)]
        at = end
    return [p for p in (*out, Piece(text[at:])) if p.text]


def sentence_pieces(found: EvidenceStatement, marks: tuple[tuple[int, int], ...] = ()) -> list[Piece]:
    """A statement's sentence with its target callout, and what a search found."""
    s = found.statement
    around = [(a, b, "found") for a, b in marks if not (a < s.end and b > s.start)]
    return pieces(s.sentence, [(s.start, s.end, "target"), *around])
