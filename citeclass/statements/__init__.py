"""From callouts to citation statements: whole sentences around each callout, with their neighbours."""

from citeclass.statements.build import build, source_key
from citeclass.statements.sentences import split_sentences

__all__ = ["BUILDER", "build", "source_key", "split_sentences"]

BUILDER = "statements-3"
"""Name and version of these rules; stored statements are stale when it changes."""
