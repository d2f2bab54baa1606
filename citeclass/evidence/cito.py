"""Statements as linked data in CiTO, the Citation Typing Ontology (Peroni and Shotton 2012), by rdflib.

A supporting statement becomes ``cito:confirms``, a contrasting one ``cito:disputes``, a mention by its intent
``cito:obtainsBackgroundFrom``, ``cito:usesMethodIn`` or ``cito:discusses``. Each is an annotation of its own, so that the words,
the certainty and the maker travel along with the claim.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from citeclass.errors import missing_extra
from citeclass.evidence.statement import EvidenceStatement
from citeclass.records import Intent, Stance
from citeclass.store import Work
from citeclass.text import doi_url

CITO = "http://purl.org/spar/cito/"
_VOCABULARY = "urn:citeclass:"

_BY_STANCE = {Stance.SUPPORTING: "confirms", Stance.CONTRASTING: "disputes"}
_BY_INTENT = {Intent.BACKGROUND: "obtainsBackgroundFrom", Intent.METHOD: "usesMethodIn"}


def property_of(found: EvidenceStatement) -> str:
    """The CiTO property of a statement, without its namespace; ``cites`` where no class was given."""
    if found.type in _BY_STANCE:
        return _BY_STANCE[found.type]
    if found.type is Stance.UNCLASSIFIED:
        return "cites"
    intent = found.prediction.intent if found.prediction else None
    return _BY_INTENT.get(intent, "discusses") if intent else "discusses"


def write_cito(statements: Iterable[EvidenceStatement], *, format: str = "turtle") -> str:
    """Statements with both works as ``turtle`` or ``json-ld``. Raises :class:`~citeclass.errors.MissingExtra`."""
    try:
        from rdflib import Graph, Literal, Namespace, URIRef
        from rdflib.namespace import DCTERMS, RDF, XSD
    except ImportError as error:
        missing_extra("exchange", error)
    cito, own = Namespace(CITO), Namespace(_VOCABULARY)
    graph = Graph()
    for prefix, space in (("cito", cito), ("dcterms", DCTERMS), ("citeclass", own)):
        graph.bind(prefix, space)

    def described(work: Work) -> Any:
        node = URIRef(iri_of(work))
        if work.title:
            graph.add((node, DCTERMS.title, Literal(work.title)))
        if work.calendar_year is not None:
            graph.add((node, DCTERMS.date, Literal(f"{work.calendar_year:04}", datatype=XSD.gYear)))
        for author in work.authors:
            graph.add((node, DCTERMS.creator, Literal(str(author))))
        return node

    for found in statements:
        if found.target is None:
            continue
        source, target, kind = described(found.source), described(found.target), cito[property_of(found)]
        node = URIRef(f"urn:citeclass:statement:{found.statement.id}")
        graph.add((source, kind, target))
        graph.add((node, RDF.type, cito.Citation))
        graph.add((node, cito.hasCitingEntity, source))
        graph.add((node, cito.hasCitedEntity, target))
        graph.add((node, cito.hasCitationCharacterization, kind))
        graph.add((node, own.sentence, Literal(found.statement.sentence)))
        graph.add((node, own.stance, Literal(found.type.value)))
        if found.type_confidence is not None:
            graph.add((node, own.probability, Literal(round(found.type_confidence, 4))))
        made = "a person" if found.expert else found.prediction.model if found.prediction else None
        if made:
            graph.add((node, DCTERMS.creator, Literal(made)))
    return str(graph.serialize(format=format))


def iri_of(work: Work) -> str:
    """The work's address: its DOI's, or a name made of our id."""
    return doi_url(work.doi) if work.doi else f"urn:citeclass:{quote(work.id, safe='')}"
