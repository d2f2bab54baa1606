"""The published data sets that are read here: where they come from and what their makers state."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSet:
    """``name`` is the ``source`` of its rows; ``url`` is where its makers publish it: a file or archive (of which ``files`` are
    read) that can be fetched, or a ``page`` to look at.
    """

    name: str
    title: str
    licence: str
    url: str
    files: tuple[str, ...] = ()
    page: bool = False


KNOWN = {
    s.name: s
    for s in (
        KnownSet(
            name="citeclass", title="citeclass's own labels", licence="labels Apache-2.0; texts CC-BY, fetched, not included",
            url="https://github.com/citeclass/citeclass/tree/main/data/citeclass",
            page=True,
        ),
        KnownSet(
            name="kilicoglu2019", title="Kilicoglu et al. 2019, doi 10.1016/j.jbi.2019.103123", licence="none stated",
            url="https://github.com/kilicogluh/clinical-citation-sentiment",
            page=True,
        ),
        KnownSet(
            name="scicite", title="Cohan et al. 2019, doi 10.18653/v1/N19-1361", licence="none stated",
            url="https://s3-us-west-2.amazonaws.com/ai2-s2-research/scicite/scicite.tar.gz",
            files=("train.jsonl", "dev.jsonl", "test.jsonl"),
        ),
        KnownSet(
            name="lamers2021", title="Lamers et al. 2021, doi 10.7554/eLife.72737", licence="MIT",
            url="https://github.com/murrayds/sci-text-disagreement",
            page=True,
        ),
        KnownSet(
            name="acl_arc", title="Jurgens et al. 2018, doi 10.1162/tacl_a_00028", licence="none stated",
            url="https://s3-us-west-2.amazonaws.com/ai2-s2-research/scicite/acl-arc.tar.gz",
            files=("train.jsonl", "dev.jsonl", "test.jsonl"),
        ),
        KnownSet(
            name="multicite", title="Lauscher et al. 2022, doi 10.18653/v1/2022.naacl-main.137", licence="CC-BY-NC 2.0",
            url="https://raw.githubusercontent.com/allenai/multicite/main/data/full-v20210918.json",
        ),
    )
}  # fmt: skip


def licence_of(source: str) -> str:
    """What the makers of a source state; sources that are not known here are the user's own."""
    return KNOWN[source].licence if source in KNOWN else "your own"
