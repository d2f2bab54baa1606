"""How names are printed before a year: persons with particles and initials, lists of them, bodies."""

import regex

_APOSTROPHE = "'’ʼ`´"
_PARTICLE = r"(?:[Aa]n(?=\s+de[rn])|[Aa]uf(?=\s+der)|[Oo]p(?=\s+de)|[Vv]an|[Vv]on|[Dd]e|[Dd]er|[Dd]en|[Dd]el|[Dd]ella|[Dd]i|[Dd]a|[Dd]os|[Dd]as|[Dd]u|[Ll]a|[Ll]e|[Ee]l|[Aa]l|[Bb]in|[Ii]bn|[Tt]er|[Tt]en|[Tt]e|[Zz]u|’t|'t|[Ss]t\.|[Mm]ac|[Mm]c|und|von)"
SURNAME = rf"(?:{_PARTICLE}\s+){{0,3}}(?:[dDlLOoMN][{_APOSTROPHE}]|al-|el-|de-)?\p{{Lu}}(?:[\p{{L}}\p{{M}}{_APOSTROPHE}\-‐‑]|–(?=\p{{Lu}}\p{{Ll}}))*"
_ONE = rf"(?:(?:\p{{Lu}}\.[\s\-‐]?){{1,3}}\s?)?{SURNAME}(?:\s+(?:Jr|Sr|II|III)\.?)?(?:,?\s+(?:\p{{Lu}}\.[\s\-‐]?){{1,3}}(?=[\s,;&(]|$))?"
AND = r"(?:and|&|y|e|und|et|og|och|en|with)"
ETAL = r"(?:,?\s*(?:et\.?\s+all?\b\.?|et\.al\b\.?|et\s+coll?\b\.?|(?:and|&)\s+(?:colleagues|associates|others|co-?workers|collaborators)|[ey]\s+cols?\b\.?|y\s+otros|and\s+his\s+colleagues|and\s+her\s+colleagues))"
_LIST = rf"(?<![\p{{L}}\p{{M}}\-])(?P<names>{_ONE}(?:\s*,\s*{_ONE}){{0,9}}(?:\s*,?\s*{AND}\s+{_ONE})?(?P<etal>{ETAL})?)"
_POSSESSIVE = rf"(?:[{_APOSTROPHE}]s?)?(?:\s+(?:study|work|model|theory|finding|findings|results))?"
WITHIN = regex.compile(rf"{_LIST}\s*[,:.]?\s*[\(\[]?\s*$")
BEFORE_BRACKET = regex.compile(rf"{_LIST}{_POSSESSIVE}\s*,?\s*$")
_CORPORATE_WORD = r"(?:\p{Lu}[\p{L}\p{M}\p{N}’'&/\-\.]*|of|for|the|and|on|in|to|&|de|del|la|do|da|des|du|y|e|für|der)"
CORPORATE = regex.compile(
    rf"(?<![\p{{L}}\-])(?P<names>\p{{Lu}}[\p{{L}}\p{{N}}’'&/\-\.]*(?:,?\s+{_CORPORATE_WORD}){{0,9}}(?:\s*[\[\(]\p{{Lu}}[\p{{L}}&\-]*(?:\s\p{{Lu}}[\p{{L}}&\-]*){{0,2}}[\]\)])?)\s*[,:]?\s*$"
)
CORPORATE_HEAD = regex.compile(
    rf"(?<![\p{{L}}\-])(?P<names>\p{{Lu}}[\p{{L}}’'&/\-]*(?:\s+{_CORPORATE_WORD}){{1,9}}(?:\s*[\[\(]\p{{Lu}}+(?:\s\p{{Lu}}+){{0,2}}[\]\)])?)\s*$"
)
SEMICOLON_NAME = regex.compile(rf"(?<=[(\[;\s])(?P<name>{SURNAME})\s*;\s*$")
_ETAL_LAST = regex.compile(rf"{ETAL}\s*$")
_BETWEEN = regex.compile(rf"\s*,\s*(?:{AND}\s+)?|\s+{AND}\s+")
_INITIAL = regex.compile(r"(?<![\p{L}])\p{Lu}\.[\s\-‐]?")
_OF_ANOTHER = regex.compile(rf"[{_APOSTROPHE}]s?$")
_NO_NAME = regex.compile(r"\p{Lu}{1,2}|Jr|Sr|II|III")
MONTH = regex.compile(
    r"^(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|January|February|March|April|August|September|October|"
    r"November|December|Spring|Summer|Autumn|Fall|Winter)\b\.?$"
)
NUMBERED = regex.compile(
    r"^(?:Since|Until|During|Between|Version|Vol|Table|Figure|Fig|Section|Chapter|Appendix|Study|Experiment|Equation|Phase|Wave|Time|Year)\b\.?$"
)
# Capitalised words that open a sentence before a name: not names themselves.
NOT_NAMES = frozenset(
    """
    However In Although While As Similarly Moreover Furthermore Both Following The These This Those That For
    From By With And But Also Thus Hence Therefore Since Because Unlike Like See Given Building Finally First
    Second Third When Where Whereas Recently Indeed Interestingly Likewise Conversely Additionally Consistent
    Contrary According Study Studies Work Importantly Notably Specifically Later Early Earlier Overall
    Nevertheless Nonetheless Still Yet On To At After Before Even If Based Only Research Researchers Authors
    Using Our Their An A Here There Then Some Many Most Several Other Others Similar Compared Por Para Segundo
    Según En El La Los Las Os Um Uma Como Assim Para Figure Table Fig Eq Equation Section Review Instead
    Despite Rather Perhaps Again Further More Within Among Between Through Findings Results Data Evidence
    Previous Prior
    """.split()  # noqa: SIM905 - a list this long reads better as words
)


NAMES_TOO = frozenset({"An", "Early", "En", "In", "Os", "Para", "Still"})
"""Of these the ones that are surnames, too, where another name is joined to them: An & Lee."""


def first_initial(printed: str) -> str:
    """The first initial of the first of the printed authors; empty where none is printed.

    >>> first_initial("Lee Q., & Roy, A."), first_initial("Lee & Roy")
    ('Q', '')
    """
    found = _INITIAL.search(_BETWEEN.split(printed, 1)[0])
    return found[0][0] if found else ""


def split_names(printed: str) -> tuple[str, ...]:
    """The surnames of a printed list of authors, without initials, ``et al.`` and connectives.

    >>> split_names("van der Kolk, B. A., O’Neil & Lee et al.")
    ('van der Kolk', 'O’Neil', 'Lee')
    """
    parts = _BETWEEN.split(_ETAL_LAST.sub("", printed))
    names = []
    for part in parts:
        name = _OF_ANOTHER.sub("", _INITIAL.sub("", part).strip(" .,"))
        if name and not _NO_NAME.fullmatch(name):
            names.append(name)
    return tuple(names) or tuple(p.strip(" .,") for p in parts[:1] if p.strip(" .,"))
