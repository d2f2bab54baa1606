"""The model: what it reads, that its batch does not matter, and its operating points."""

import json
import shutil

import numpy as np
import pytest

from citeclass.classifying import available, find_model, load_classifier, predict_rows
from citeclass.classifying.calibration import Calibration
from citeclass.classifying.inputs import around_target, mark_callouts, model_input
from citeclass.errors import BadRow, ModelBroken, ModelNotFound
from citeclass.records import OperatingPoint, Stance

MARKED = [
    ("We agree with Smith (2010).", "Smith (2010)", "We agree with [TARGET] ."),
    ("Found (Lee, 2010; Roy, 2011).", "Roy, 2011", "Found [TARGET] [CITE] ."),
    ("Found (Lee, 2010; Roy, 2011; Fox, 2012).", "Lee, 2010", "Found [TARGET] [CITE] ."),
    ("Found (Lee, 2010; but see Roy, 2011).", "Roy, 2011", "Found ( [CITE] ; but see [TARGET] )."),
    ("Lee (2010) found it, Roy (2011) did not.", "Roy (2011)", "[CITE] found it, [TARGET] did not."),
    ("Yang et al., 2022 found", "2022", "[TARGET] found"),
    ("as known [1,3–5].", "3–5", "as known [TARGET] [CITE] ."),
    ("rose.¹²", "¹²", "rose. [TARGET]"),
    ("nothing at all", None, "nothing at all"),
]


@pytest.mark.parametrize(("sentence", "target", "marked"), MARKED)
def test_the_target_is_marked_apart_from_other_callouts(sentence, target, marked):
    start = sentence.index(target) if target else None
    found = mark_callouts(sentence, start, start + len(target) if target and start is not None else None)
    assert found.replace(" ", "") == marked.replace(" ", "")


def test_context_is_section_and_sentence_before():
    given = model_input("So [1].", start=4, end=5, before="Lee (2010) did.", section="Results > A")
    assert given.context == "results > a : [CITE] did."


SENTENCES = [f"In contrast to Lee ({1980 + i}), we found no effect in {i * 7} families." for i in range(40)]


def test_a_prediction_does_not_depend_on_its_batch(classifier):
    inputs = [model_input(s + " It was long." * (i % 5), start=15, end=25) for i, s in enumerate(SENTENCES)]
    together = classifier.score(inputs).stance
    alone = np.vstack([classifier.score([i]).stance for i in inputs])
    assert np.abs(together - alone).max() <= 1e-4
    backwards = classifier.score(inputs[::-1]).stance[::-1]
    assert np.abs(together - backwards).max() <= 1e-4


CLEAR = [
    ("This result replicates the finding of «Smith (2010)» in our own sample.", "supporting"),
    ("In contrast to «Smith (2010)», we found no association in our sample.", "contrasting"),
    ("Attachment has been defined as a bond between infant and carer «(Smith, 2010)».", "mentioning"),
]


@pytest.mark.parametrize(("sentence", "type"), CLEAR)
def test_clear_cases_are_told(classifier, sentence, type):
    (row,) = predict_rows(
        [{"id": 1, "section": "Discussion", "sentence": sentence}], classifier, point=OperatingPoint.BALANCED
    )
    assert row["type"] == type
    assert row["supporting"] + row["contrasting"] + row["mentioning"] == pytest.approx(1, abs=2e-4)
    assert row["type_confidence"] == row[type]


BAD_ROWS = [
    {},
    {"id": 1},
    {"id": 1, "sentence": ""},
    {"id": 1, "sentence": 5},
    {"id": 1, "sentence": "x", "start": 0, "end": 9},
    {"id": 1, "sentence": "xy", "start": True, "end": 2},
    {"id": 1, "sentence": "xy", "before": 5},
    [1],
    None,
    BadRow("line 3 is not JSON"),
]


def test_bad_rows_get_an_error_and_the_rest_go_on_in_order(classifier):
    rows = [{"id": "a", "sentence": "So «[1]»."}, *BAD_ROWS, {"id": "z", "sentence": "So [1].", "start": 4, "end": 5}]
    answers = list(predict_rows(rows, classifier, point=OperatingPoint.BALANCED))
    assert len(answers) == len(rows)
    assert (answers[0]["id"], answers[-1]["id"]) == ("a", "z")
    assert all("error" in a for a in answers[1:-1])
    assert answers[0]["supporting"] == answers[-1]["supporting"]


def test_a_row_without_target_is_judged_and_noted(classifier):
    (row,) = predict_rows(
        [{"id": 1, "sentence": "We agree with Smith (2010)."}], classifier, point=OperatingPoint.NATURAL
    )
    assert "no target" in row["note"]


def test_a_row_in_another_language_is_unclassified(classifier):
    text = (
        "A visita domiciliar foi acompanhada por noites mais calmas em todas as famílias observadas durante o inverno, não só em uma. "
        * 3
    )
    rows = [
        {"id": 1, "sentence": f"{text} «(Lee, 2010)»"},
        {"id": 2, "sentence": "So «[1]».", "lang": "pt"},
        {"id": 3, "sentence": "So «[1]».", "lang": "en"},
    ]
    answers = list(predict_rows(rows, classifier, point=OperatingPoint.BALANCED))
    assert [a["type"] == "unclassified" for a in answers] == [True, True, False]


def test_the_gate_settles_no_bare_sentence(classifier):
    bare, told = (
        model_input("Lee (2010) described visits.", start=0, end=10, section=section)
        for section in ("", "Introduction")
    )
    assert classifier.gate.settles(classifier.gate.scores([bare, told])).all()
    assert classifier.score([bare, told]).settled.tolist() == [False, True]


def test_a_point_may_be_named_and_an_unknown_one_is_refused():
    calibration, row = Calibration(natural=0.9), np.asarray([0.4, 0.3, 0.3])
    assert calibration.decide(row, "natural") is Stance.UNCLASSIFIED
    with pytest.raises(ValueError, match="nonsense"):
        calibration.decide(row, "nonsense")


def test_an_abstention_is_told_beside_a_missing_target(classifier):
    row = {"sentence": "Our prevalence is near that of Lee (2010) in some groups.", "section": "Results"}
    notes = [
        out["note"]
        for out in predict_rows([row], classifier, point=OperatingPoint.NATURAL)
        if out["type"] == "unclassified"
    ]
    assert all("no target" in note and "; " in note for note in notes)


def test_operating_points():
    c = Calibration(balanced=(1.0, 2.0, 0.0), precise=(0.5, 0.6), natural=0.45)
    row = np.asarray([0.30, 0.28, 0.42])
    assert c.decide(row, OperatingPoint.BALANCED) is Stance.CONTRASTING
    assert c.decide(row, OperatingPoint.PRECISE) is Stance.MENTIONING
    assert c.decide(row, OperatingPoint.NATURAL) is Stance.UNCLASSIFIED
    assert c.decide(np.asarray([0.7, 0.1, 0.2]), OperatingPoint.PRECISE) is Stance.SUPPORTING
    assert Calibration.from_json(json.loads(json.dumps(c.to_json()))) == c


def test_models_are_found_by_name_or_folder(tmp_path):
    shipped = find_model()
    assert [m.name for m in available()] == ["citeclass-minilm"]
    assert find_model(str(shipped.path)).id == shipped.id
    with pytest.raises(ModelNotFound, match="citeclass-minilm"):
        find_model("no-such-model")
    broken = tmp_path / "broken"
    shutil.copytree(shipped.path, broken)
    (broken / "tokenizer.json").unlink()
    with pytest.raises(ModelBroken, match=r"tokenizer\.json"):
        load_classifier(str(broken))
    (broken / "config.json").write_text('{"format": 99}')
    with pytest.raises(ModelBroken, match="format"):
        load_classifier(str(broken))


def test_the_card_names_the_files_it_came_with():
    import hashlib

    folder = find_model()
    card = folder.file("README.md").read_text(encoding="utf-8")
    for name in ("model.onnx", "tokenizer.json", "config.json", "calibration.json", "metrics.json"):
        assert hashlib.sha256(folder.file(name).read_bytes()).hexdigest() in card


def test_the_target_is_never_cut_off(classifier):
    filler = "and so it was with all of the families in the long winter of visits " * 30
    long = model_input(
        f"{filler} In contrast to Lee (2010), we found no effect. {filler}",
        start=len(filler) + 16,
        end=len(filler) + 26,
    )
    assert "[TARGET]" in long.sentence
    assert "[TARGET]" in around_target(long.sentence, classifier._offsets(long.sentence), 140)[0]
    short = model_input("In contrast to Lee (2010), we found no effect.", start=15, end=25, before=filler)
    assert classifier.score([long, short]).stance.shape == (2, 3)


def test_a_sentence_that_leaves_no_room_for_context_is_judged_bare(classifier):
    for words in range(90, 150):  # some of these fill the model to the last token
        given = model_input("We agree with Lee (2010) " + "and so " * words, start=14, end=24, before="It was so.")
        assert classifier.score([given]).stance.sum() == pytest.approx(1)


def test_every_model_leaves_unknown_languages_alone():
    from dataclasses import replace

    from conftest import SAMPLE

    from citeclass.classifying.inputs import statement_input
    from citeclass.classifying.judging import Scores, judge
    from citeclass.extraction import extract_file

    class Constant:
        id, languages, calibration, context = "constant@1", frozenset({"en"}), Calibration(), ()

        def score(self, inputs):
            return Scores(np.full((len(inputs), 3), 1 / 3), None, np.zeros(len(inputs), dtype=bool))

    english = extract_file(SAMPLE / "lindqvist-2021.xml").statements[0]
    told = judge(
        Constant(),
        [english, replace(english, language="pt"), english],
        point=OperatingPoint.NATURAL,
        input_of=statement_input,
    )
    assert [p.supporting is None for p in told] == [False, True, False]
    assert told[1].type is Stance.UNCLASSIFIED
    assert "'pt'" in told[1].note


def test_a_model_that_was_tampered_with_is_not_loaded(tmp_path):
    folder = tmp_path / "citeclass-minilm"
    shutil.copytree(find_model().path, folder)
    load_classifier(str(folder))
    for name in ("gate.json", "model.onnx"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-3] + b"   ")
        with pytest.raises(ModelBroken, match=f"{name} was changed"):
            load_classifier(str(folder))
        (folder / name).write_bytes(whole)
    (folder / "SHA256SUMS").unlink()
    load_classifier(str(folder))


def test_the_shipped_model_is_sealed():
    told = (find_model().path / "SHA256SUMS").read_text(encoding="utf-8")
    find_model().seal()
    assert (find_model().path / "SHA256SUMS").read_text(encoding="utf-8") == told
