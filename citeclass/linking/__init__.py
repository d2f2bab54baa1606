"""Callouts found, expanded and tied to the reference list.

``link(document)`` is a pure function. References come from the file's markup or are segmented from the
printed list; callouts come from the publisher's tags where there are any, else from the grammar.
"""

from dataclasses import replace

from citeclass.linking.anchored import aimless_callouts, anchored_callouts
from citeclass.linking.bibliography import segment
from citeclass.linking.entry import completed
from citeclass.linking.printed import printed_callouts, untagged_callouts
from citeclass.records import Callout, Document, Linking

__all__ = ["LINKER", "link", "segment"]

LINKER = "link-6"
"""Name and version of the linking rules; stored statements are stale when it changes."""


def link(document: Document) -> Linking:
    """The references of ``document``, completed from their printed form, and its callouts by position."""
    references = completed(document.references or segment(document))
    if any(a.keys for a in document.anchors):
        found = anchored_callouts(document, references)
        found += untagged_callouts(document, references, found)
        found += aimless_callouts(document, found)
    else:
        found = printed_callouts(document, references)
    found.sort(key=lambda c: (c.start, c.end))
    callouts: tuple[Callout, ...] = tuple(replace(c, ordinal=i) for i, c in enumerate(found))
    return Linking(references, callouts)
