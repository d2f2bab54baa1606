"""Figures, calibration, the gate and the pictures, on numbers made here."""

import json

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")

from citeclass.classifying.calibration import Calibration, softmax
from citeclass.classifying.gate import Gate, features
from citeclass.classifying.inputs import CONTEXT, ModelInput
from citeclass.errors import ModelBroken
from citeclass.records import INTENTS, STANCES, Intent, Stance
from citeclass.training.calibrate import PRECISION, calibrate
from citeclass.training.data import Example, inputs_for
from citeclass.training.gating import LOST, fit_gate, save_gate, set_threshold
from citeclass.training.measure import Cues, Linear, Majority, compare, evaluate
from citeclass.training.measure.figures import (
    calibration_error,
    class_figures,
    mcnemar,
    recall_at_precision,
    reliability,
    risk_coverage,
)
from citeclass.training.measure.page import write_page
from citeclass.training.measure.report import section_word
from citeclass.training.strata import NATURAL_RATE, POPULATION, natural_weights, stratum_of


def example(i: int, stance: Stance | None, **more) -> Example:
    return Example(
        **{
            "id": str(i),
            "sentence": f"So it was [{i}].",
            "start": 10,
            "end": 12 + len(str(i)),
            "source": "citeclass",
            "group": f"a{i % 40}",
            "stance": stance,
            **more,
        }
    )


def drawn(count: int = 600, seed: int = 1):
    """Logits that know the classes well but not wholly, and examples with them."""
    chance = np.random.default_rng(seed)
    labels = chance.choice(3, size=count, p=[0.35, 0.15, 0.5])
    logits = chance.normal(0, 1, (count, 3))
    logits[np.arange(count), labels] += 3.0
    return logits, labels, [example(i, STANCES[k], pick="cue") for i, k in enumerate(labels)]


def test_figures_by_class_with_intervals_over_articles():
    truth, guess = np.asarray([0, 0, 1, 2, 2, 2]), np.asarray([0, 2, 1, 2, 2, 3])
    found = class_figures(truth, guess, ["s", "c", "m"], groups=list("aabbcc"))
    assert found["s"]["precision"] == 1.0
    assert found["s"]["recall"] == 0.5
    assert found["unclassified"] == 1
    assert found["confusion"] == [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 2, 1]]
    low, high = found["macro_f1_interval"]
    assert low <= found["macro_f1"] <= high


def test_mcnemar_counts_only_where_they_differ():
    truth, one, other = np.zeros(20, dtype=int), np.zeros(20, dtype=int), np.ones(20, dtype=int)
    other[:10] = 0
    found = mcnemar(truth, one, other)
    assert (found["only_first_right"], found["only_second_right"]) == (10, 0)
    assert found["p"] == pytest.approx(2 / 2**10)
    assert mcnemar(truth, one, one)["p"] == 1.0


def test_true_probabilities_have_no_calibration_error():
    p = np.tile([0.8, 0.1, 0.1], (1000, 1))
    truth = np.asarray([0] * 800 + [1] * 100 + [2] * 100)
    assert calibration_error(p, truth) == pytest.approx(0, abs=0.01) or len(reliability(p[:, 0], truth == 0)) > 1
    assert calibration_error(p, np.ones(1000, dtype=int)) == pytest.approx(0.8)


def test_recall_at_precision_and_risk():
    score, hit = np.asarray([0.9, 0.8, 0.7, 0.6]), np.asarray([True, True, False, True])
    assert recall_at_precision(score, hit, 0.85) == pytest.approx(2 / 3)
    assert recall_at_precision(score, ~hit, 0.85) == 0.0
    coverage, risk = risk_coverage(score, hit)
    assert coverage[-1] == 1.0
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 4])


def test_weights_bring_strata_back_to_the_natural_rate():
    rows = [
        example(0, Stance.SUPPORTING, pick="active1_mixed_B"),
        example(1, Stance.MENTIONING, pick="active2_mixed_F"),
    ]
    rows += [example(2, Stance.MENTIONING, pick="cue"), example(3, Stance.CONTRASTING, pick="lamers")]
    rows += [example(4, Stance.SUPPORTING, pick="active3_mixed_near")]
    weights = natural_weights(rows)
    assert weights.sum() == pytest.approx(1)
    assert weights[3] == weights[4] == 0
    assert weights[1] / weights[2] == pytest.approx(POPULATION["mixed_F"])
    assert [stratum_of(p) for p in ("active2_psych_Fhi", "psych_cue")] == ["psych_Fhi", "psych_cue"]
    _, _, examples = drawn()
    natural = natural_weights(examples)
    for stance, share in zip(STANCES, NATURAL_RATE, strict=True):
        assert natural[[e.stance is stance for e in examples]].sum() == pytest.approx(share)


def test_calibration_is_at_the_natural_rate_and_points_keep_their_word():
    logits, labels, examples = drawn(3000)
    found = calibrate(logits, examples)
    probabilities, weights = found.probabilities(logits), natural_weights(examples)
    assert calibration_error(probabilities, labels, weights) < 0.03
    assert (weights[:, None] * probabilities).sum(axis=0) == pytest.approx(NATURAL_RATE, abs=0.02)
    for index, threshold in enumerate(found.precise):
        over = probabilities[:, index] >= threshold
        if threshold < 1:
            assert (weights * (labels == index))[over].sum() / weights[over].sum() >= PRECISION - 0.02


GATE = Gate({"[TARGET]": np.ones(6)}, np.zeros(6), 0.5, (0.01, 0.01, 0.98))


def test_features_are_words_pairs_and_marked_context():
    found = list(features(ModelInput("We saw 12 of [TARGET] .", "Results : It")))
    assert found == [
        "we", "saw", "0", "of", "[TARGET]", "we saw", "saw 0", "0 of", "of [TARGET]", "~results", "~:", "~it"
    ]  # fmt: skip
    assert GATE.scores([ModelInput("[TARGET] [TARGET]", "")]).tolist() == [[1.0] * 6]


def test_an_interval_leaves_out_samples_without_a_class():
    truth = np.asarray([0] * 45 + [2] * 45 + [1] * 3)
    never = np.where(truth == 1, 2, truth)
    report = class_figures(
        truth, never, ["supporting", "contrasting", "mentioning"], groups=[f"a{i}" for i in range(90)] + ["rare"] * 3
    )
    assert report["macro_f1_interval"][1] < 0.7
    assert report["contrasting"]["f1_interval"] == [0.0, 0.0]


def test_rows_of_one_score_are_all_taken_or_none():
    score, hit = np.asarray([0.9, 0.5, 0.5, 0.5]), np.asarray([True, True, False, False])
    orders = [recall_at_precision(score[o], hit[o], 0.85) for o in ([0, 1, 2, 3], [0, 3, 2, 1])]
    assert orders == [0.5, 0.5]


def made_inputs():
    """Mentions that speak of description, stances that speak of agreement or contrast."""
    kinds = [("described by", 2), ("we agree with", 0), ("we disagree with", 1)]
    for i in range(240):
        words, label = kinds[0 if i % 4 else 1 + (i // 4) % 2]
        yield ModelInput(f"Visits {words} [TARGET] number {i}", "results : so"), label


def test_a_gate_is_learnt_bounded_and_kept_as_plain_weights(tmp_path):
    inputs, labels = zip(*made_inputs(), strict=True)
    truth = np.asarray(labels)
    weights = np.full(len(truth), 1 / len(truth))
    intents = [example(i, None, intent=k) for i in range(4) for k in (Intent.BACKGROUND, Intent.METHOD, Intent.RESULT)]
    told = [INTENTS.index(e.intent) for e in intents]
    gate = fit_gate(
        (inputs, np.eye(3)[truth], weights * len(truth)),
        (inputs_for(intents, use=CONTEXT), np.eye(3)[told], np.ones(len(told))),
    )
    gate, report = set_threshold(
        gate, gate.scores(inputs), truth, weights, found=truth < 2, may=np.ones(len(truth), dtype=bool), needs=10
    )
    few, told = set_threshold(
        gate, gate.scores(inputs), truth, weights, found=truth < 2, may=np.ones(len(truth), dtype=bool)
    )
    assert (few.threshold, told["settled"]) == (0.0, 0.0)  # too few were found to tell what it would lose
    assert report["lost"] <= LOST
    assert report["settled"] > 0.7
    save_gate(gate, tmp_path / "gate.json")
    again = Gate.load(tmp_path / "gate.json")
    assert np.abs(softmax(again.scores(inputs)) - softmax(gate.scores(inputs))).max() < 0.1
    assert sum(again.settled) == pytest.approx(1, abs=1e-4)


def test_a_broken_gate_says_so(tmp_path):
    from citeclass.classifying import ModelFolder

    (tmp_path / "gate.json").write_text(json.dumps({"weights": []}), encoding="utf-8")
    with pytest.raises(ModelBroken, match=r"gate\.json"):
        _ = ModelFolder(tmp_path).gate
    (tmp_path / "gate.json").unlink()
    assert ModelFolder(tmp_path).gate is None


TOLD = [
    ("We agree with earlier work and our rate is consistent with that of Lee [1].", Stance.SUPPORTING),
    ("In contrast to Lee [1], we found nothing.", Stance.CONTRASTING),
    ("Visits were described [1].", Stance.MENTIONING),
]


def test_a_report_holds_baselines_sections_and_a_comparison(tmp_path):
    rows = [
        example(i, stance, sentence=text, start=text.index("[1]"), end=text.index("[1]") + 3, section="Discussion", intent=Intent.RESULT)
        for i, (text, stance) in enumerate(TOLD * 10)
    ]  # fmt: skip
    report = evaluate(Cues(), rows, baselines=[Majority(), Linear(GATE)])
    assert report["balanced"]["macro_f1"] == 1.0
    assert report["counts"] == {"supporting": 10, "contrasting": 10, "mentioning": 10}
    assert report["baselines"]["majority"]["mcnemar"]["only_first_right"] == 20
    assert report["by_section"] == {"discussion": {"rows": 30, "macro_f1": 1.0}}
    assert "intent" not in report
    assert evaluate(Linear(GATE), rows)["intent"]["macro_f1"] >= 0
    assert compare(Cues(), Majority(), rows)["mcnemar"]["p"] < 0.001
    write_page({"rows.csv": report}, model="cue <words>", path=tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "cue &lt;words&gt;" in page
    assert Calibration() == Cues().calibration


@pytest.mark.parametrize(
    ("title", "word"), [("4. Results > A", "result"), ("Materials and Methods", "method"), ("Funding", "other"), ("", "none")]
)  # fmt: skip
def test_sections_are_told_by_their_first_word(title, word):
    assert section_word(title) == word


def test_a_class_without_rows_is_not_lifted_by_its_natural_share():
    logits, labels, examples = drawn()
    kept = labels != 1
    logits[:, 1] = -4.0  # a head that was never rewarded for it
    found = calibrate(logits[kept], [e for e, k in zip(examples, kept, strict=True) if k])
    assert found.probabilities(logits[kept])[:, 1].mean() < 0.02


def test_a_file_of_ones_own_is_measured_by_its_columns(tmp_path):
    from typer.testing import CliRunner

    from citeclass.cli import app

    rows = [
        "We agree with «Lee (2010)».;Yes;a",
        "Unlike «Lee (2010)», we found no effect.;no;b",
        "As told by «Lee (2010)».;0;c",
    ]
    (tmp_path / "mine.csv").write_text("\n".join(["sentence;verdict;article", *rows]), encoding="utf-8-sig")
    named = ["--text-column", "sentence", "--label-column", "verdict", "--group-column", "article"]
    words = [
        "evaluate",
        str(tmp_path / "mine.csv"),
        *named,
        "--label-map",
        "yes=supporting,no=contrasting,0=mentioning",
    ]
    done = CliRunner().invoke(
        app, [*words, "--json", "--against", "citeclass-minilm", "--page", str(tmp_path / "p.html")]
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["mine.csv"]["rows"] == 3
    assert "compared at balanced" in (tmp_path / "p.html").read_text(encoding="utf-8")
    nothing = CliRunner().invoke(app, [*words, "--label-map", "yes=skip,no=skip,0=skip"])
    assert nothing.exit_code == 2
