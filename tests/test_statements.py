"""Statements: whole sentences, marked snippets, ids that last."""

import html
import re

import pytest
from conftest import SAMPLE, cite, jats, ref

from citeclass.classifying.inputs import statement_input
from citeclass.linking import link
from citeclass.reading import read, read_bytes
from citeclass.records import Source, Zone
from citeclass.statements import build, source_key
from citeclass.statements.build import statement_id
from citeclass.text import detect_language

REFS = ref("a", "Smith", "2010", doi="10.5555/a&lt;1&gt;") + ref("b", "Lee", "2011")


def statements(body: str, refs: str = REFS):
    document = read_bytes(jats(body, refs=refs))
    return build(document, link(document), Source("doi:10.5555/test.1"))


def test_a_statement_has_its_sentence_and_neighbours():
    (s,) = statements(
        f"<sec><title>Discussion</title><p>One. We agree with {cite('a', 'Smith (2010)')} &amp; others. Three.</p></sec>"
    )
    assert (s.before, s.sentence, s.after) == ("One.", "We agree with Smith (2010) & others.", "Three.")
    assert s.sentence[s.start : s.end] == s.callout == "Smith (2010)"
    assert (s.section, s.section_title, s.zone) == ("discussion", "Discussion", Zone.BODY)
    assert (
        s.snippet
        == 'One. We agree with <cite class="target" data-doi="10.5555/a&lt;1&gt;" data-ref="1">Smith (2010)</cite> &amp; others. Three.'
    )


def test_a_group_gives_a_statement_for_each_reference():
    one, two = statements(f"<p>Known ({cite('a', 'Smith, 2010')}; {cite('b', 'Lee, 2011')}).</p>")
    assert (one.callout, two.callout) == ("Smith, 2010", "Lee, 2011")
    assert one.sentence == two.sentence
    assert [s.reference.index for s in (one, two)] == [0, 1]
    assert 'class="target" data-ref="2"' in two.snippet


def test_an_unlinked_callout_is_kept_with_its_reason():
    (s,) = statements('<p>As in <xref ref-type="bibr" rid="gone">9</xref>.</p>')
    assert s.reference is None
    assert s.reason == "the file points to a reference it does not hold"


def test_ids_depend_on_letters_only():
    plain = statements(f"<p>We agree, with {cite('a', 'Smith (2010)')}.</p>")[0].id
    assert (
        statements(
            f"<p>A new first paragraph ({cite('b', 'Lee, 2011')}).</p><p>We agree with {cite('a', 'Smith [2010]')}.</p>"
        )[1].id
        == plain
    )
    assert statements(f"<p>We disagree with {cite('a', 'Smith (2010)')}.</p>")[0].id != plain
    assert statement_id("x", None, 0, "s") != statement_id("x", None, 1, "s")


def test_the_same_callout_twice_in_a_sentence_has_two_ids():
    ids = [
        s.id for s in statements(f"<p>We agree with {cite('a', 'Smith (2010)')} and {cite('a', 'Smith (2010)')}.</p>")
    ]
    assert len(set(ids)) == 2


def test_language_is_told_where_the_text_is_long_enough():
    portuguese = (
        "A visita domiciliar foi acompanhada por noites mais calmas em todas as famílias observadas durante o inverno. "
        * 2
    )
    assert detect_language(portuguese, declared="en") == "pt"
    assert detect_language("Short.", declared="en") == "en"
    assert detect_language("Short.") is None
    assert detect_language("the effect of visits " + portuguese) == "pt"  # a few English words make no English
    assert statements(f"<p>{portuguese} ({cite('a', 'Smith, 2010')})</p>")[0].language == "pt"


def test_plain_english_is_told_without_asking_a_model(monkeypatch):
    monkeypatch.setattr("citeclass.text.language._identifier", None)  # a call would fail
    english = (
        "The sensitivity of mothers and that of fathers were rated from videos, with which the security of the children could be foretold. "
        * 2
    )
    assert detect_language(english, declared="pt") == "en"


def test_a_work_is_known_by_doi_title_or_content():
    front = read(SAMPLE / "hale-2019.pdf").front
    assert source_key(front, "d") == "doi:10.5555/specimen.2019.01"
    assert source_key(type(front)(title="A title that is long enough"), "d").startswith("title:atitlethatis")
    assert source_key(type(front)(title="Editorial"), "d") == "sha256:d"


@pytest.mark.parametrize("name", ["hale-2019.pdf", "okafor-2020.pdf", "lindqvist-2021.xml", "moreno-2022.tei.xml"])
def test_snippets_say_what_the_text_says(name):
    document = read(SAMPLE / name)
    for s in build(document, link(document), Source("x")):
        bare = html.unescape(re.sub(r"</?cite[^>]*>", "", s.snippet))
        assert s.sentence in bare
        assert s.sentence[s.start : s.end] == s.callout
        assert s.snippet.count('class="target"') == 1


def test_the_spacy_component_splits_alike():
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    nlp.add_pipe("citeclass_sentences")
    doc = nlp("We agree with Smith et al. (2010). They did, e.g. in Fig. 2, so [1].\nNext one.")
    assert [s.text.strip() for s in doc.sents] == [
        "We agree with Smith et al. (2010).",
        "They did, e.g. in Fig. 2, so [1].",
        "Next one.",
    ]


SAID = f"<p>Visits help {cite('b', 'Lee (2011)')}.</p>"
LATER = f"<sec><title>Methods</title>{SAID}</sec>"

OPENINGS = [
    (SAID + LATER, ("introduction", None)),
    (f"<sec><title>Research Article</title>{SAID}</sec>{LATER}", ("introduction", None)),
    (f"<sec><title>Visits and strain</title>{SAID}</sec>{LATER}", ("introduction", "Visits and strain")),
    (f"<sec><title>Background</title>{SAID}</sec>{LATER}", ("introduction", "Background")),
    (f"<sec><title>Acknowledgements</title>{SAID}</sec>{LATER}", ("other", "Acknowledgements")),
    (SAID, (None, None)),  # an essay: nothing tells what comes first
    (f"{SAID}<sec><title>Visits and strain</title>{SAID}</sec>", (None, None)),
]


@pytest.mark.parametrize(("body", "expected"), OPENINGS)
def test_what_stands_before_methods_and_results_is_introduction(body, expected):
    first = statements(body, REFS)[0]
    assert (first.section, first.section_title) == expected


def test_the_model_reads_the_class_of_a_section_without_title():
    untitled, titled = statements(SAID + LATER)
    assert statement_input(untitled).context.startswith("introduction :")
    assert statement_input(titled).context.startswith("methods :")
