"""What a corpus is: its journals, terms, years and languages, and how a title and abstract are judged to belong.

A definition is a TOML file; ``imh.toml`` beside this module is the one that ships. Its schema is
``docs/corpus-definition.schema.json``, written from these classes.
"""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from citeclass.corpora.found import level_licence
from citeclass.errors import BadCorpus
from citeclass.text import words

SHIPPED = ("imh",)


def _issn(text: str) -> str:
    """An ISSN with its check digit right (ISO 3297)."""
    digits = text.replace("-", "").upper()
    if len(digits) != 8 or not digits[:7].isdigit():
        raise ValueError(f"{text!r} is no ISSN")
    weighed = sum(int(d) * w for d, w in zip(digits[:7], range(8, 1, -1), strict=True))
    check = (11 - weighed % 11) % 11
    if digits[7] != ("X" if check == 10 else str(check)):
        raise ValueError(f"the check digit of ISSN {text!r} is wrong")
    return f"{digits[:4]}-{digits[4:]}"


def _licence(text: str) -> str:
    levelled = level_licence(text)
    if levelled is None:
        raise ValueError(f"{text!r} is no open licence that is known here")
    return levelled


def _term(text: str) -> str:
    """A term with letters in each word; a star stands behind some."""
    if any(not words(part) for part in text.split()) or not text.split():
        raise ValueError(f"{text!r} is no term: each of its words needs letters or digits")
    return text


Issn = Annotated[str, AfterValidator(_issn)]
Term = Annotated[
    str, AfterValidator(_term), Field(min_length=2, description='Words, folded; a word may end in "*" ("infan*").')
]
Terms = Annotated[tuple[Term, ...], Field(min_length=1)]


class _Strict(BaseModel):
    """Values that cannot be changed, and names that must be known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Journal(_Strict):
    """A journal. All of a ``core`` journal is asked for; of others only what the corpus's terms find."""

    name: str
    issn: Annotated[tuple[Issn, ...], Field(min_length=1, description="Print and electronic ISSN.")]
    core: bool = True


class Topic(_Strict):
    """Works on a topic have, in title or abstract, one term of ``terms`` and, where given, one of ``together`` as well."""

    name: str
    terms: Terms
    together: tuple[Term, ...] = ()


class Signal(_Strict):
    """Words that speak for a work (``points`` above 0) or against it (below).

    A signal gives its points once if a word of it stands in the abstract, and half as many again if one stands in the title.
    With ``together`` it counts only where one of those words stands too.
    """

    name: str
    points: float
    terms: Terms
    together: tuple[Term, ...] = ()


class Relevance(_Strict):
    """How works are judged: the points of the signals are added up, and ``threshold`` is what a work needs.

    ``title_threshold`` is what one without abstract needs.
    """

    threshold: float
    title_threshold: float
    core_journal: float = Field(default=0.0, description="Points for standing in a core journal.")
    signals: Annotated[tuple[Signal, ...], Field(min_length=1)]


class Corpus(_Strict):
    """A corpus definition. ``languages`` are ISO 639-1 codes; ``to_year`` left out means up to now."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    title: str
    about: str = ""
    languages: Annotated[tuple[Annotated[str, Field(pattern="^[a-z]{2}$")], ...], Field(min_length=1)]
    from_year: Annotated[int, Field(ge=1500, le=2100)]
    to_year: Annotated[int | None, Field(ge=1500, le=2100)] = None
    licences: Annotated[
        tuple[Annotated[str, AfterValidator(_licence)], ...],
        Field(description="Licences that count as open: `cc by`, `cc0`, `public domain` …"),
    ] = ("cc0", "cc by", "cc by-sa", "cc by-nc", "cc by-nc-sa", "cc by-nd", "cc by-nc-nd", "public domain")
    journals: tuple[Journal, ...] = ()
    topics: tuple[Topic, ...] = ()
    relevance: Relevance

    @model_validator(mode="after")
    def _asks_for_something(self) -> "Corpus":
        if not self.topics and not any(j.core for j in self.journals):
            raise ValueError("it has neither topics nor core journals, so nothing would be asked for")
        names = [j.name for j in self.journals if j.core] + [t.name for t in self.topics]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"{twice[0]!r} names two journals or topics")
        if self.to_year is not None and self.to_year < self.from_year:
            raise ValueError("to_year lies before from_year")
        return self

    @property
    def core_issns(self) -> frozenset[str]:
        """The ISSNs of core journals."""
        return frozenset(i for j in self.journals if j.core for i in j.issn)


def load_corpus(name: str | Path) -> Corpus:
    """The corpus that ships as ``name``, or the definition in the TOML file at that path.

    Raises :class:`~citeclass.errors.BadCorpus` with the place of what is wrong.
    """
    if str(name) in SHIPPED:
        text = (files("citeclass.corpora") / f"{name}.toml").read_text(encoding="utf-8")
    else:
        path = Path(name)
        if not path.is_file():
            raise BadCorpus(
                f"there is no corpus {str(name)!r}", fix=f"give one of {', '.join(SHIPPED)}, or the path of a TOML file"
            )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise BadCorpus(f"{path} is not UTF-8 text", fix="save it as UTF-8") from error
    try:
        told = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # beside its own error that of numbers and names too long for it
        raise BadCorpus(f"{name} is no TOML: {str(error)[:200]}", fix="see docs/corpus.md for the form") from error
    try:
        return Corpus.model_validate(told)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors()[:5])
        raise BadCorpus(f"{name} is no corpus definition: {wrong}", fix="see docs/corpus.md for the form") from error
