"""The statement as HTML text, callouts marked."""

from html import escape

from citeclass.records import Reference

Piece = tuple[int, int, Reference | None, bool]


def mark_up(text: str, callouts: list[Piece]) -> str:
    """``text`` escaped, with ``<cite data-doi data-ref>`` around each ``(start, end, reference, is_target)``.

    ``data-ref`` counts references from 1. Spans that overlap an earlier one are left unmarked.
    """
    out, at = [], 0
    for start, end, reference, is_target in sorted(callouts, key=lambda c: (c[0], -c[1])):
        if start < at:
            continue
        attributes = ' class="target"' if is_target else ""
        if reference is not None:
            attributes += f' data-doi="{escape(reference.doi)}"' if reference.doi else ""
            attributes += f' data-ref="{reference.index + 1}"'
        out.append(
            f"{escape(text[at:start], quote=False)}<cite{attributes}>{escape(text[start:end], quote=False)}</cite>"
        )
        at = end
    out.append(escape(text[at:], quote=False))
    return "".join(out)
