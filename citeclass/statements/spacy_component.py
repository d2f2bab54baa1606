"""The sentence rules as a spaCy component, ``nlp.add_pipe("citeclass_sentences")``.

Registered by an entry point, so that any pipeline finds it where citeclass is installed. Nothing else
in citeclass imports spaCy.
"""

from spacy.language import Language
from spacy.tokens import Doc

from citeclass.statements.sentences import split_sentences


@Language.factory("citeclass_sentences", assigns=["token.is_sent_start"])
def create(nlp: Language, name: str) -> "CitationSentences":
    """Make the component (spaCy calls this)."""
    del nlp
    return CitationSentences(name)


class CitationSentences:
    """Sets sentence starts so that callouts and their abbreviations never end a sentence."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Mark the first token of each sentence, paragraph by paragraph."""
        starts: set[int] = set()
        base = 0
        for paragraph in doc.text.split("\n"):
            starts.update(base + start for start, _ in split_sentences(paragraph))
            base += len(paragraph) + 1
        for token in doc:
            token.is_sent_start = token.idx in starts or token.i == 0
        return doc
