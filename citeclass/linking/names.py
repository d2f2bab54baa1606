"""Do two printed names mean the same author?"""

from rapidfuzz.fuzz import ratio

from citeclass.records import Author, Reference
from citeclass.text import squash, words

# As parts of patterns, the small words before a surname
PARTICLES = r"an(?=\s+de[rn])|auf(?=\s+der)|op(?=\s+de)|van|von|de|der|den|del|della|di|da|do|dos|das|du|la|le|el|al|bin|ibn|ter|ten|te|zu"
_PARTICLES = frozenset(
    "an auf op van von de der den del della di da dos das du la le el al bin ibn ter ten te zu st mc mac und".split()  # noqa: SIM905 - reads better
)
_SMALL = frozenset("of for the and on in to de del la do da des du y e und der fur".split())  # noqa: SIM905 - reads better


# Letters that no accent makes: Møller and Moller, Kırtel and Kirtel
_LETTERS = str.maketrans("øØłŁđĐðÐıħŧ", "oOlLdDdDiht") | {
    ord("æ"): "ae",
    ord("Æ"): "Ae",
    ord("œ"): "oe",
    ord("Œ"): "Oe",
    ord("þ"): "th",
    ord("Þ"): "Th",
}


def plain(name: str) -> str:
    """``name`` in letters that foreign lists print in its place."""
    return name if name.isascii() else name.translate(_LETTERS)


def core(name: str) -> str:
    """A surname without particles, folded: ``van IJzendoorn`` → ``ijzendoorn``."""
    parts = words(name)
    kept = [w for w in parts if w not in _PARTICLES] or parts
    return "".join(kept)


def same_surname(printed: str, family: str) -> float:
    """How surely two surnames are one (0 to 1): equal, equal but for particles, one part of a double name, near."""
    printed, family = plain(printed), plain(family)
    a, b = squash(printed), squash(family)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    if core(printed) == core(family):
        return 0.97
    left, right = words(printed), words(family)
    if left and right and (set(left) - _PARTICLES and (left[-1] == right[-1] or left[0] == right[0])):
        shared = left[-1] if left[-1] == right[-1] else left[0]
        if len(shared) > 2 and shared not in _PARTICLES and (len(left) > 1) != (len(right) > 1):
            return 0.9
    if min(len(a), len(b)) >= 5 and ratio(a, b) >= 88:
        return 0.85
    return 0.0


def acronym(name: str) -> str:
    """The initials of a body's name, ``World Health Organization`` → ``who``."""
    return "".join(w[0] for w in words(name) if w not in _SMALL)


def abbreviates(letters: str, name: str) -> bool:
    """Whether ``letters`` leave out at most two in five of the initials of a body's ``name``, not the first: *nice*, *cdc*."""
    initials = acronym(name)
    if not 3 <= len(letters) <= len(initials) or letters[0] != initials[0] or 5 * len(letters) < 3 * len(initials):
        return False
    rest = iter(initials)
    return all(letter in rest for letter in letters)


def same_body(printed: str, author: Author, raw: str) -> float:
    """How surely a printed corporate name is the reference's author."""
    bare = printed.partition("[")[0].partition("(")[0].strip() or printed
    a, b = squash(bare), squash(author.family)
    if a and b and (a == b or (min(len(a), len(b)) >= 8 and (b.startswith(a) or a.startswith(b)))):
        return 0.97
    if 2 < len(a) <= 8 and bare.isupper() and a in (acronym(author.family), acronym(raw.partition(".")[0])):
        return 0.9
    if 2 < len(a) <= 8 and bare.isupper() and abbreviates(a, author.family):
        return 0.85
    if len(a) >= 8 and squash(raw).startswith(a):
        return 0.95
    if 2 < len(a) <= 8 and bare.isupper() and squash(raw).startswith(a):
        return 0.9
    return 0.0


def names_agree(names: tuple[str, ...], *, et_al: bool, reference: Reference) -> float:
    """How well the printed names of a callout fit a reference's authors (0 to 1).

    The first must fit; a second or third that does not fit, or a count that cannot be, lowers it, one in another place a little.
    """
    if not names:
        return 0.0
    authors = reference.authors
    head = authors[0] if authors else Author("")
    score = max(same_surname(names[0], head.family), same_body(names[0], head, reference.raw))
    if score == 0.0:
        return 0.0
    if et_al:
        if len(authors) == 1:
            score *= 0.75
        elif len(authors) == 2:
            score *= 0.95
        others = names[1:]
    else:
        others = names[1:]
        if len(names) == 1 and len(authors) > 1:
            score *= 0.8
        elif len(names) == 2 and len(authors) != 2:
            score *= 0.85 if len(authors) != 1 else 0.7
        elif len(names) > 2 and 0 < len(authors) < len(names):
            score *= 0.7
    for name, author in zip(others, authors[1:], strict=False):
        if same_surname(name, author.family) == 0.0:
            elsewhere = any(same_surname(name, other.family) for other in authors[1:])
            score *= 0.85 if elsewhere else 0.5
    return score
