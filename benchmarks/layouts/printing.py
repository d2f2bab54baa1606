"""How styles print authors, callouts and reference entries."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeclass.records import Author, Reference


@dataclass(frozen=True)
class CitationStyle:
    """``callouts``: *as printed*, *author-year*, *[n]*, *(n)* or *superscript*; ``entries`` names the form of the list."""

    name: str
    callouts: str
    entries: str
    together: str = "and"  # between two authors in a callout
    comma: bool = True  # before the year in a callout
    capitals: bool = False  # surnames, as Latin-American standards print them


STYLES = {
    "apa": CitationStyle("apa", "author-year", "apa", together="&"),
    "harvard": CitationStyle("harvard", "author-year", "harvard", comma=False),
    "chicago": CitationStyle("chicago", "author-year", "chicago", comma=False),
    "abnt": CitationStyle("abnt", "author-year", "abnt", together=";", capitals=True),
    "vancouver": CitationStyle("vancouver", "[n]", "vancouver"),
    "round": CitationStyle("round", "(n)", "vancouver"),
    "nature": CitationStyle("nature", "superscript", "nature"),
    "ama": CitationStyle("ama", "superscript", "vancouver"),
}


def initials(author: Author, *, stops: str = ". ") -> str:
    """The initials of given names: ``A. B.`` or, with ``stops`` empty, ``AB``."""
    parts = author.given.replace(".", " ").replace("-", " ").split()
    letters = parts[0] if len(parts) == 1 and parts[0].isupper() and len(parts[0]) < 4 else "".join(p[0] for p in parts)
    return stops.join(letters) + stops.rstrip() if letters else ""


def year_letters(references: Sequence[Reference]) -> dict[int, str]:
    """Years as author–year styles print them: works alike in authors and year get a, b, c."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for r in references:
        alike[(*(_short(r)), (r.year or "")[:4])].append(r.index)
    years = {}
    printed = {r.index: (r.year or "n.d.")[:4] for r in references}
    for members in alike.values():
        for letter, index in zip("abcdefghijklmnopqrstuvwxyz", members, strict=False):
            years[index] = printed[index] + (letter if len(members) > 1 else "")
    return years


def _short(reference: Reference) -> tuple[str, ...]:
    names = [a.family for a in reference.authors]
    return (names[0], "et al.") if len(names) > 2 else tuple(names)


def named(reference: Reference, style: CitationStyle, *, narrative: bool) -> str:
    """The authors in a callout."""
    names = [a.family.upper() if style.capitals and not narrative else a.family for a in reference.authors]
    if len(names) > (3 if style.name == "abnt" else 2):
        return f"{names[0]} et al."
    if style.name == "abnt":
        if not narrative:
            return "; ".join(names)
        return ", ".join(names[:-1]) + " e " + names[-1] if len(names) > 1 else names[0]
    return f" {'and' if narrative else style.together} ".join(names)


def numbers(values: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
    """Numbers as they are printed, runs of three and more as a range: each piece with what it stands for."""
    run: list[int] = []
    for value in [*sorted(set(values)), -1]:
        if run and value != run[-1] + 1:
            if len(run) > 2:
                yield f"{run[0]}–{run[-1]}", run
            else:
                yield from ((str(n), [n]) for n in run)
            run = []
        run = [*run, value]


def entry(reference: Reference, style: CitationStyle, year: str) -> str:
    """The reference as the style's list prints it."""
    r, people = reference, reference.authors
    doi = f"https://doi.org/{r.doi}" if r.doi else ""
    title, container = (r.title or "").rstrip("."), r.container or ""
    volume, pages = r.volume or "", (r.pages or "").replace("-", "–")
    if style.entries == "apa":
        who = _listed([_inverted(a, ", ") for a in people[:7]], ", & ", more=len(people) > 7, last=", . . .")
        return _tidy(f"{who} ({year}). {title}. {container}, {volume}, {pages}. {doi}")
    if style.entries == "harvard":
        who = _listed([_inverted(a, ", ") for a in people[:6]], " and ", more=len(people) > 6, last=" et al.")
        return _tidy(f"{who} {year}. {title}. {container} {volume}: {pages}. {'doi:' + r.doi if r.doi else ''}")
    if style.entries == "chicago":
        first, rest = people[:1], [f"{a.given} {a.family}".strip() for a in people[1:6]]
        who = _listed([*(f"{a.family}, {a.given}".rstrip(", ") for a in first), *rest], ", and ", more=len(people) > 6)
        return _tidy(f"{who}. {year}. “{title}.” {container} {volume}: {pages}. {doi}")
    if style.entries == "abnt":
        who = "; ".join(f"{a.family.upper()}, {initials(a)}".rstrip(", ") for a in people[:6])
        return _tidy(f"{who}. {title}. {container}, v. {volume}, p. {pages}, {year}.")
    if style.entries == "nature":
        who = _listed([_inverted(a, ", ") for a in people[:5]], " & ", more=len(people) > 5, last=" et al.")
        return _tidy(f"{who} {title}. {container} {volume}, {pages} ({year[:4]}).")
    who = ", ".join(f"{a.family} {initials(a, stops='')}".strip() for a in people[:6])
    who += ", et al" if len(people) > 6 else ""
    return _tidy(f"{who}. {title}. {container}. {year[:4]};{volume}:{pages}. {'doi: ' + r.doi if r.doi else ''}")


def _inverted(author: Author, comma: str) -> str:
    return f"{author.family}{comma}{initials(author)}".rstrip(", ")


def _listed(names: Sequence[str], link: str, *, more: bool, last: str = " et al.") -> str:
    if more or len(names) < 2:
        return ", ".join(names) + (last if more else "")
    return ", ".join(names[:-1]) + link + names[-1]


def _tidy(text: str) -> str:
    """Without the punctuation around parts that are not known."""
    for wrong, right in ((" , ", " "), (", ,", ","), (" v. ,", ""), (" p. ,", ""), (": .", "."), (";:.", "."), (",.", "."), ("..", "."), (" .", "."), (":.", ".")):  # fmt: skip
        text = text.replace(wrong, right)
    return " ".join(text.split()).strip(" ,")
