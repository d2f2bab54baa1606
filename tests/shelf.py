"""Invented articles about infant mental health that cite one another, and how Europe PMC's queries find them."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

SUBJECTS = "Evening lullabies|Shared floor play|Home visiting|Video feedback|Parental warmth|Skin contact|Night waking"
OUTCOMES = (
    "infant mental health|early attachment security|infant crying|joint attention in infants|infant self-soothing"
)
GROUPS = (
    "island families|first-time parents|foster homes|preterm twins|shift workers|rural clinics|young fathers|"
    "grandparents|migrant families"
)
DESIGNS = "a waiting-list trial|a two-year follow-up|an interview study|a register study"
FAMILIES = "Almgren|Brodal|Castell|Dunmoor|Eskelin|Farrow|Gunnarby|Hollis|Ivarson|Jessop|Korvald"
GIVEN = "Ada|Bo Emil|Clara|Dag|Elin Marie|Finn|Greta"
JOURNALS = [("Specimen Journal of Infancy", "5555-0010"), ("Annals of Invented Paediatrics", "5555-0029")]
BODY = {  # what is said in each section; {0} to {5} are callouts of the six references
    "Introduction": "Families in many towns have been offered some form of {subject} {0}. Waiting lists of about the "
    "same length were reported by a trial {1} and a survey {2}. We asked if {outcome} would change in {group}.",
    "Methods": "Each recording was scored with the manual of an earlier group {3}. Two raters, who did not know the "
    "families, scored a third of them.",
    "Results": "In line with earlier work {1}, {outcome} improved between the visits. This agrees with what was found "
    "in a smaller sample {4}. The two raters agreed on nearly all recordings.",
    "Discussion": "In contrast to a previous report {5}, we found no loss of the effect after six months. Our results "
    "do not support the claim that {group} gain nothing from {subject} {2}. Longer follow-up is needed.",
}


@dataclass(frozen=True)
class Article:
    """One work, as all the services know it."""

    doi: str
    pmcid: str | None
    pmid: str
    title: str
    abstract: str
    authors: list[tuple[str, str]]  # (family, given)
    year: int
    journal: str  # of a preprint: its server
    issn: str  # '' for a preprint
    licence: str  # as Europe PMC writes it: 'cc by', 'cc by-nc-nd', 'cc0'; '' where there is none
    open_access: bool
    jats: bytes | None = None
    pdf: bytes | None = None
    cited_by: int = 0
    updates: list[dict[str, str]] = field(default_factory=list)  # done to it: kind, doi (of the notice), date[, source]
    preprint_of: str | None = None  # the article it became, as deposited with Crossref
    published_as: str | None = None  # the same, where only Europe PMC knows (it matches titles and authors)
    withdrawn: bool = False  # its full text is gone, though Europe PMC's index still calls it open

    @property
    def became(self) -> str | None:
        """DOI of the published article, where this is its preprint."""
        return self.preprint_of or self.published_as

    @property
    def key(self) -> tuple[str, str]:
        """Source and id, which together name it in Europe PMC; the source of a preprint is PPR."""
        if self.became or not self.issn:
            return "PPR", f"PPR{zlib.crc32(self.doi.encode())}"
        return ("MED", self.pmid) if self.pmid else ("PMC", self.pmcid or "")

    @property
    def preprint(self) -> bool:
        """Whether it is one."""
        return self.key[0] == "PPR"

    @property
    def date(self) -> str:
        """When it first appeared."""
        return f"{self.year}-03-01"

    @property
    def short(self) -> list[str]:
        """Its authors as ``Family GI``."""
        return [f"{family} {''.join(part[0] for part in given.split())}" for family, given in self.authors]

    @property
    def retracted(self) -> bool:
        """Whether a notice takes it back."""
        return any(update["kind"] in ("retraction", "withdrawal", "removal") for update in self.updates)

    @property
    def licence_url(self) -> str:
        """Where its Creative Commons licence stands; '' where it has none."""
        path = "publicdomain/zero/1.0" if self.licence == "cc0" else f"licenses/{self.licence[3:]}/4.0"
        return f"https://creativecommons.org/{path}/" if self.licence else ""


def has(text: str, wanted: str) -> bool:
    """Whether the text holds these words in a row; ``*`` ends a word early."""
    words = [re.escape(word).replace(r"\*", r"\w*") for word in re.findall(r"[\w*]+", wanted.casefold())]
    return re.search(r"\b" + r"\W+".join(words) + r"\b", text.casefold()) is not None


def between(date: str, wanted: str) -> bool:
    """Whether a date lies in ``[from TO until]`` (``*``: open) or in the year, month or day named."""
    low, _, high = (part.strip() for part in wanted.strip("[] ").partition(" TO "))
    return (low == "*" or date[: len(low)] >= low) and (high == "*" or date[: len(high or low)] <= (high or low))


def same(one: str | None, other: str | None) -> bool:
    """Whether two DOIs or codes are the same one, upper or lower case."""
    return (one or "").casefold() == (other or "").casefold() != ""


FIELDS: dict[str, Callable[[Article, str], bool]] = {  # of Europe PMC's query language; '' is a term without a field
    "": lambda a, v: has(f"{a.title} {a.abstract} " + re.sub("<[^>]+>", " ", (a.jats or b"").decode()), v),
    "TITLE": lambda a, v: has(a.title, v),
    "ABSTRACT": lambda a, v: has(a.abstract, v),
    "TITLE_ABS": lambda a, v: has(f"{a.title} / {a.abstract}", v),
    "AUTH": lambda a, v: has(" / ".join(a.short), v),
    "JOURNAL": lambda a, v: has(a.journal, v),
    "ISSN": lambda a, v: same(a.issn, v),
    "DOI": lambda a, v: same(a.doi, v),
    "PMCID": lambda a, v: same(a.pmcid, v),
    "EXT_ID": lambda a, v: a.key[1] == v,
    "SRC": lambda a, v: same(a.key[0], v),
    "LANG": lambda _, v: v in ("eng", "en"),
    "OPEN_ACCESS": lambda a, v: a.open_access == (v.casefold() in ("y", "true")),
    "HAS_PDF": lambda a, v: (a.pdf is not None) == same("y", v),
    "IN_EPMC": lambda a, v: bool(a.pmcid and a.jats) == same("y", v),
    "HAS_FT": lambda a, v: bool(a.pmcid and a.jats) == same("y", v),
    "LICENSE": lambda a, v: same(a.licence, re.sub("^cc-", "cc ", v)) or (v == "cc" and bool(a.licence)),
    "PUB_YEAR": lambda a, v: between(str(a.year), v),
    "FIRST_PDATE": lambda a, v: between(a.date, v),
    "SORT_DATE": lambda _, __: True,
    "SORT_CITED": lambda _, __: True,
    # not of that language, but what filters of the other services ask
    "type": lambda a, v: v in (("posted-content", "preprint") if a.preprint else ("journal-article", "article")),
    "retracted": lambda a, v: a.retracted == (v == "true"),
}
TOKEN = re.compile(
    r'\s*(?:([()])|([A-Za-z_]+):(?=\S)|"([^"]*\w[^"]*)"|(\[\S+ TO \S+\])|(AND|OR|NOT)(?=[\s()]|$)|'
    r'([^\s()"\[\]]*[^\s()"\[\]:]))\s*'
)


def understood(query: str) -> Callable[[Article], bool]:
    """What a Europe PMC query asks of an article; terms side by side are ANDed. SyntaxError if it is malformed."""
    terms: list[Callable[[Article], bool]] = []
    code, at, name, names = "", 0, "", [""]  # Python's and, or, not and parentheses say the same; fields go inwards
    while at < len(query):
        if not (found := TOKEN.match(query, at)) or (found[2] or "").upper() not in FIELDS:
            raise SyntaxError(query)
        at, opens, word = found.end(), found[1] == "(", found[3] or found[4] or found[6]
        if found[2]:
            name = found[2].upper()
            continue
        code += "and " if code.endswith(") ") and (opens or word or found[5] == "NOT") else ""
        names = [*names, name or names[-1]] if opens else names[:-1] if found[1] else names
        if word:
            terms.append(partial(lambda test, wanted, article: test(article, wanted), FIELDS[name or names[-1]], word))
        code, name = code + (found[1] or (found[5] or "").lower() or f"terms[{len(terms) - 1}](a)") + " ", ""
    return partial(eval(f"lambda terms, a: {code}"), terms)  # the code holds nothing of what was asked


def _pick(n: int, choices: str) -> str:
    words = choices.split("|")
    return words[n % len(words)]


def an_article(n: int, **changes: Any) -> Article:
    """Article number ``n`` (from 1), always the same: open, CC BY, in JATS, citing the three before it; then changed.

    Without ``jats`` among the changes the JATS says what the changed article says; with ``licence=""`` it is not open.
    Its references: 1 is article n-1 with its DOI, 2 is n-2 without, 3 is n-3 with, the rest are of no article here.
    """
    subject, outcome, group = _pick(n, SUBJECTS), _pick(n, OUTCOMES), _pick(n, GROUPS)
    journal, issn = JOURNALS[n % 2]
    article = Article(
        doi=f"10.5555/imh.{2000 + n}",
        pmcid=f"PMC{9000000 + n}",
        pmid=str(39000000 + n),
        title=f"{subject} and {outcome} in {group}: {_pick(n, DESIGNS)}",
        abstract=f"Little is known about {subject.lower()} and infant mental health in {group}. "
        f"We followed {40 + n % 50} families and found that {outcome} improved.",
        authors=[(_pick(n + 4 * i, FAMILIES), _pick(n + 2 * i, GIVEN)) for i in range(3)],
        year=min(2000 + n // 4, 2025),
        journal=journal,
        issn=issn,
        licence="cc by",
        open_access=True,
        cited_by=n * 7 % 30,
    )
    changes.setdefault("open_access", bool(changes.get("licence", "cc by")))
    article = replace(article, **changes)
    return article if "jats" in changes else replace(article, jats=_jats(n, article))


def a_shelf(count: int) -> list[Article]:
    """Articles 1 to ``count``."""
    return [an_article(n) for n in range(1, count + 1)]


def _people(authors: list[tuple[str, str]]) -> str:
    name = "<name><surname>{}</surname><given-names>{}</given-names></name>"
    return "".join(name.format(escape(family), escape(given)) for family, given in authors)


def _reference(n: int, i: int) -> tuple[str, str]:
    """Reference ``i`` (from 0) of article ``n``, and its callout."""
    if i < 3 and n - 1 - i > 0:
        cited = an_article(n - 1 - i, jats=None)
        authors, title, year, journal = cited.authors[:2], cited.title, cited.year, cited.journal
        doi = "" if i == 1 else cited.doi
    else:
        authors, title = [(_pick(n + 3 * i, FAMILIES), _pick(n + i, GIVEN))], f"{_pick(n + i, SUBJECTS)} at age {i + 2}"
        year, journal, doi = 1985 + (n + i) % 15, "Letters from Nowhere", f"10.5555/elsewhere.{n}" if i == 3 else ""
    kind, printed = ("element-citation", "mixed-citation")[i % 2], " and ".join(family for family, _ in authors)
    tagged = f'<pub-id pub-id-type="doi">{doi}</pub-id>' if doi else ""
    return (
        f'<ref id="B{i + 1}"><{kind} publication-type="journal"><person-group person-group-type="author">'
        f"{_people(authors)}</person-group> <year>{year}</year> <article-title>{title}</article-title> "
        f"<source>{journal}</source> {tagged}</{kind}></ref>"
    ), f'(<xref ref-type="bibr" rid="B{i + 1}">{printed}, {year}</xref>)'


def _jats(n: int, a: Article) -> bytes:
    """Article ``n`` in JATS, under the title, names and licence of ``a``."""
    refs, callouts = zip(*(_reference(n, i) for i in range(6)), strict=True)
    words = {"subject": _pick(n, SUBJECTS).lower(), "outcome": _pick(n, OUTCOMES), "group": _pick(n, GROUPS)}
    sections = [f"<sec><title>{t}</title><p>{said.format(*callouts, **words)}</p></sec>" for t, said in BODY.items()]
    ids = [
        f'<article-id pub-id-type="{kind}">{escape(value)}</article-id>'
        for kind, value in (("pmid", a.pmid), ("pmcid", a.pmcid), ("doi", a.doi))
        if value
    ]
    people = "".join(f'<contrib contrib-type="author">{_people([author])}</contrib>' for author in a.authors)
    licence = f'<license xlink:href="{a.licence_url}"><license-p>{a.licence.upper()} 4.0.</license-p></license>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<article xmlns:xlink="http://www.w3.org/1999/xlink" '
        'article-type="research-article" xml:lang="en"><front><journal-meta><journal-title-group><journal-title>'
        f"{escape(a.journal)}</journal-title></journal-title-group><issn>{a.issn}</issn></journal-meta><article-meta>"
        f"{''.join(ids)}<title-group><article-title>{escape(a.title)}</article-title></title-group><contrib-group>"
        f'{people}</contrib-group><pub-date pub-type="epub"><day>1</day><month>3</month><year>{a.year}</year>'
        f"</pub-date><volume>4</volume><permissions>{licence if a.licence else ''}</permissions>"
        f"<abstract><p>{escape(a.abstract)}</p></abstract></article-meta></front><body>{''.join(sections)}</body>"
        f"<back><ref-list>{''.join(refs)}</ref-list></back></article>"
    ).encode()
