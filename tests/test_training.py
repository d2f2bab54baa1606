"""Training, in small: a tiny encoder made in memory, a few steps, and the whole model folder."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from transformers import MPNetConfig, MPNetModel

from citeclass.classifying import find_model, load_classifier, predict_rows
from citeclass.errors import BadRow, ModelBroken, UsageError
from citeclass.records import Intent, OperatingPoint, Stance
from citeclass.training.batches import targets
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example, cap_mentions, fraction, read_labels, split_by_group
from citeclass.training.network import freeze
from citeclass.training.request import Request
from citeclass.training.run import train
from citeclass.training.shortlist import shortlist

COLUMNS = [
    "id",
    "doi",
    "pmcid",
    "title",
    "section",
    "before",
    "sentence",
    "after",
    "target",
    "target_doi",
    "pick",
    "stance",
    "basis",
    "certainty",
]
PATTERNS = {
    "supporting": "Our results replicate those of «Lee ({})» in every respect.",
    "contrasting": "In contrast to «Lee ({})», we found no effect of visits.",
    "mentioning": "Visits have been described by «Lee ({})» and by Roy (2001).",
}


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    """A folder of labels in our own layout."""
    folder = tmp_path_factory.mktemp("labels")
    for name, count in (("citeclass_train.csv", 20), ("citeclass_dev.csv", 2)):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            rows = csv.DictWriter(file, COLUMNS)
            rows.writeheader()
            for i in range(count):
                for stance, pattern in PATTERNS.items():
                    year, doi = 1990 + i, f"10.5555/{name}.{i}"
                    rows.writerow(
                        {
                            "id": f"{stance}{i}",
                            "doi": doi,
                            "section": "Discussion",
                            "before": "It was so.",
                            "sentence": pattern.format(year),
                            "pick": "cue",
                            "stance": stance,
                        }
                    )
    return folder


@pytest.fixture(scope="module")
def backbone(tmp_path_factory):
    """A tiny BERT with a tokenizer of its own."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("backbone") / "tiny"
    words = sorted(
        {w.strip("«»().,").lower() for p in PATTERNS.values() for w in p.split()}
        | {"it", "reference", "was", "so", "discussion", ":", ".", ","}
    )
    vocabulary = {w: i for i, w in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    BertTokenizerFast(tokenizer_object=tokenizer).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(labels, backbone, tmp_path_factory):
    """A model trained for a few steps."""
    base = tmp_path_factory.mktemp("model")
    config = TrainingConfig(backbone=str(backbone), epochs=1, max_length=32, precision="fp32", folds=2)
    said: list[str] = []
    request = Request(
        data=labels, out=base / "tiny", work=base / "work", command="python train.py --data labels --out tiny"
    )
    train(request, config, say=said.append)
    assert any("rows to learn from" in s for s in said)
    return base / "tiny"


@pytest.mark.filterwarnings("ignore")
def test_a_run_writes_the_whole_folder(model):
    assert {p.name for p in model.iterdir()} == {
        "model.onnx", "tokenizer.json", "config.json", "calibration.json", "gate.json", "metrics.json", "training.json", "README.md", "SHA256SUMS",
        "reliability.svg", "risk-coverage.svg", "confusion.svg",
    }  # fmt: skip
    saved = json.loads((model / "training.json").read_text())
    assert saved["config"]["max_length"] == 32
    assert saved["command"] == "python train.py --data labels --out tiny"
    metrics = json.loads((model / "metrics.json").read_text())
    assert metrics["citeclass_dev"]["rows"] == 6
    assert set(metrics["citeclass_dev"]) >= {"balanced", "precise", "natural", "log_loss", "counts"}


@pytest.mark.filterwarnings("ignore")
def test_the_card_says_what_was_done(model):
    card = (model / "README.md").read_text(encoding="utf-8")
    for line in (
        "# tiny",
        "python train.py --data labels --out tiny",
        "**citeclass_dev**: 6 rows (2 / 2 / 2)",
        "| balanced |",
        "| model.onnx |",
    ):
        assert line in card


@pytest.mark.filterwarnings("ignore")
def test_a_finished_run_can_be_trained_further(labels, backbone, tmp_path):
    from safetensors.torch import load_file

    config = TrainingConfig(backbone=str(backbone), epochs=1, max_length=32, precision="fp32", folds=2)
    first = Request(data=labels, out=tmp_path / "a", work=tmp_path / "first")
    train(first, config)
    more = Request(data=labels, out=tmp_path / "b", work=tmp_path / "second", start=first.work)
    train(more, replace(config, learning_rate=1e-9))
    one, two = (
        load_file(tmp_path / folder / "fold1" / "network.safetensors")["stance.weight"]
        for folder in ("first", "second")
    )
    assert one.allclose(two, atol=1e-5)
    assert json.loads((tmp_path / "b" / "training.json").read_text())["started from"] == "first"
    with pytest.raises(UsageError, match="other rows or settings"):
        train(replace(more, start=None), replace(config, learning_rate=1e-9))
    with pytest.raises(UsageError, match="no finished training"):
        train(replace(more, start=tmp_path / "nowhere"), config)


@pytest.mark.filterwarnings("ignore")
def test_runs_can_be_averaged(labels, backbone, tmp_path):
    from safetensors.torch import load_file

    config = TrainingConfig(backbone=str(backbone), epochs=1, max_length=32, precision="fp32", folds=2)
    first = Request(data=labels, out=tmp_path / "a", work=tmp_path / "first")
    train(first, replace(config, seed=5))
    both = Request(data=labels, out=tmp_path / "b", work=tmp_path / "second", average=(first.work,))
    train(both, config)
    one, two, mean = (
        load_file(tmp_path / folder / "all" / "network.safetensors")["stance.weight"]
        for folder in ("first", "second", "second/averaged")
    )
    assert mean.allclose((one + two) / 2, atol=1e-6)
    train(replace(both, out=first.out), config)  # in place of the model that was there
    assert json.loads((tmp_path / "b" / "training.json").read_text())["averaged with"]["first"]["seed"] == 5
    assert "weights averaged over 2 runs" in (tmp_path / "b" / "README.md").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="no finished training"):
        train(replace(both, average=(tmp_path / "nowhere",)), config)
    of_means = replace(both, work=tmp_path / "third", average=(both.work / "averaged",), networks_only=True)
    train(of_means, replace(config, seed=7))
    assert (tmp_path / "third" / "averaged" / "all" / "done.json").is_file()


def test_a_teacher_is_asked_about_what_looks_least_like_a_mention_and_some_of_the_rest():
    def row(kind: str, n: int, **more) -> Example:
        return Example(id=f"{kind}{n}", sentence=PATTERNS[kind].format(n), source="mine", group=str(n), **more)

    rows = [row(kind, n, stance=Stance(kind)) for kind in PATTERNS for n in range(1950, 1970)]
    spare = [row("contrasting" if n % 3 == 0 else "mentioning", n) for n in range(1970, 2030)]
    chosen = shortlist(spare, rows, limit=30, use=())
    assert [e for e in spare if e in chosen] == chosen
    assert sum("contrasting" in e.id for e in chosen) >= 15
    assert any("mentioning" in e.id for e in chosen)
    assert shortlist(spare, rows, limit=0, use=()) == spare


@pytest.mark.filterwarnings("ignore")
def test_a_run_is_taught_by_another_and_can_be_finished_elsewhere(labels, backbone, tmp_path):
    statements = tmp_path / "more.jsonl"
    rows = [{"id": i, "doi": f"10.5555/u{i}", "sentence": PATTERNS["contrasting"].format(1900 + i)} for i in range(12)]
    statements.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    config = TrainingConfig(backbone=str(backbone), epochs=1, max_length=32, precision="fp32", folds=2)
    lesson = Request(data=labels, out=tmp_path / "none", work=tmp_path / "teacher", networks_only=True)
    assert train(lesson, replace(config, seed=5)) == {}
    assert not lesson.out.exists()
    said: list[str] = []
    request = Request(
        data=labels, out=tmp_path / "student", work=tmp_path / "work", taught_by=(lesson.work,), unlabelled=statements,
    )  # fmt: skip
    train(replace(request, networks_only=True), config, say=said.append)
    assert "all: 72 rows to learn from, 0 to be asked about" in said
    train(replace(request, work=tmp_path / "short", lessons=6, networks_only=True), config, say=said.append)
    assert "all: 66 rows to learn from, 0 to be asked about" in said
    assert {p.parent.name for p in lesson.work.glob("*/*.npz") if p.name == "spare.npz"} == {"fold0", "fold1", "all"}
    said.clear()
    train(request, config, say=said.append)
    assert "all: done before" in said
    assert json.loads((request.out / "training.json").read_text())["taught by"] == ["teacher"]
    assert "taught by tiny (teacher)" in (request.out / "README.md").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="other rows or settings"):
        train(replace(request, taught_by=()), config)
    with pytest.raises(UsageError, match="no finished training"):
        train(replace(request, taught_by=(tmp_path / "nowhere",)), config)
    with pytest.raises(UsageError, match="no --teacher beside it"):
        train(replace(request, unlabelled=None), config)
    for alone in (replace(request, taught_by=()), replace(request, taught_by=(), unlabelled=None)):
        with pytest.raises(UsageError, match="how many of --unlabelled a teacher is asked about"):
            train(replace(alone, lessons=6), config)
    moved = tmp_path / "moved"
    lesson.work.rename(moved)  # who teaches counts, not where it stands
    train(replace(request, taught_by=(moved,)), config)
    (moved / "all" / "key.txt").write_text("of another")
    with pytest.raises(UsageError, match="other rows or settings"):
        train(replace(request, taught_by=(moved,)), config)


@pytest.mark.filterwarnings("ignore")
def test_who_may_not_teach(labels, backbone, model, tmp_path):
    statements = tmp_path / "more.jsonl"
    statements.write_text(json.dumps({"id": 1, "doi": "10.5555/u", "sentence": PATTERNS["contrasting"].format(1900)}))
    config = TrainingConfig(backbone=str(backbone), epochs=1, max_length=32, precision="fp32", folds=2)
    heard = Request(
        data=labels, out=tmp_path / "none", work=tmp_path / "heard", networks_only=True, teacher=str(model),
        unlabelled=statements,
    )  # fmt: skip
    train(heard, config)
    request = Request(
        data=labels, out=tmp_path / "s", work=tmp_path / "w", taught_by=(heard.work,), unlabelled=statements
    )
    with pytest.raises(UsageError, match="had a teacher itself"):
        train(request, config)
    fewer = tmp_path / "fewer"
    fewer.mkdir()
    lines = (labels / "citeclass_train.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (fewer / "citeclass_train.csv").write_text("".join(lines[:-3]), encoding="utf-8")
    train(Request(data=fewer, out=tmp_path / "none", work=tmp_path / "few", networks_only=True), config)
    with pytest.raises(UsageError, match="learnt from other labelled rows"):
        train(replace(request, taught_by=(tmp_path / "few",)), config)


def test_a_teacher_gives_stances_and_intents_where_labels_are_missing():
    example = Example(id="1", sentence="s", source="x", group="g", intent=Intent.METHOD)
    bare = Example(id="2", sentence="s", source="unlabelled", group="g")
    said = np.asarray([0.7, 0.2, 0.1, 0.5, 0.4, 0.1])
    config = TrainingConfig(backbone="any", source_weights=("unlabelled=0.5",))
    labelled, unlabelled = targets([example, bare], [0.0, 0.0], config, soft={"1": said, "2": said})
    assert labelled["intent"] == [0.0, 1.0, 0.0]
    assert labelled["stance"] == unlabelled["stance"] == [0.7, 0.2, 0.1]
    assert unlabelled["intent"] == [0.5, 0.4, 0.1]
    assert (unlabelled["stance_weight"], unlabelled["intent_weight"]) == (0.5, 0.5)
    (mute,) = targets([bare], [0.0], config, soft={"2": said[:3]})
    assert mute["intent_weight"] == 0


@pytest.mark.filterwarnings("ignore")
def test_the_folder_can_be_used(model):
    classifier = load_classifier(str(model))
    assert find_model(str(model)).id.startswith("tiny@")
    answers = list(
        predict_rows([{"id": 1, "sentence": "As «Lee (1990)» says."}], classifier, point=OperatingPoint.NATURAL)
    )
    assert answers[0]["id"] == 1


@pytest.mark.filterwarnings("ignore")
def test_a_hugging_face_model_can_be_named(backbone, tmp_path):
    from transformers import BertForSequenceClassification, BertTokenizerFast

    labels = {0: "mentioning", 1: "contradicting", 2: "supporting"}
    BertForSequenceClassification.from_pretrained(backbone, num_labels=3, id2label=labels).save_pretrained(tmp_path)
    BertTokenizerFast.from_pretrained(backbone).save_pretrained(tmp_path)
    rows = [{"id": i, "sentence": f"As «Lee ({1990 + i})» says."} for i in range(3)]
    answers = list(predict_rows(rows, load_classifier(f"hf:{tmp_path}"), point=OperatingPoint.NATURAL))
    assert [a["supporting"] + a["contrasting"] + a["mentioning"] for a in answers] == [pytest.approx(1, abs=2e-4)] * 3
    assert load_classifier(str(tmp_path)).id == load_classifier(f"hf:{tmp_path}").id
    config = json.loads((tmp_path / "config.json").read_text())
    mark = tmp_path / "ran"
    (tmp_path / "foreign.py").write_text(f"open({str(mark)!r}, 'w').close()\nclass Model: pass\n")
    (tmp_path / "config.json").write_text(
        json.dumps({**config, "auto_map": {"AutoModelForSequenceClassification": "foreign.Model"}})
    )
    load_classifier(str(tmp_path))
    assert not mark.exists(), "code that came with the model was run"
    (tmp_path / "config.json").write_text(
        json.dumps({**config, "id2label": {"0": "good", "1": "bad", "2": "so-so"}, "label2id": {}})
    )
    with pytest.raises(ModelBroken, match="so-so"):
        load_classifier(f"hf:{tmp_path}")


def test_labels_of_each_layout_are_read(tmp_path):
    (tmp_path / "k.csv").write_text(
        "pmcid,citation,marker,text,stance\nPMC1,C1,[ 3],So [ 3] it is.,contrasting\nPMC1,C2,[9],No marker here.,mentioning\n"
    )
    (tmp_path / "s.csv").write_text(
        "id,section,cite_start,cite_end,text,intent,stance\na>b_1,Results,3,6,So [3] it is.,result,supporting\na>b_2,,,,x,method,\n"
    )
    one, two = read_labels(tmp_path / "k.csv")
    assert (one.sentence[one.start : one.end], one.stance, one.group) == ("[ 3]", Stance.CONTRASTING, "PMC1")
    assert two.start is None
    one, two = read_labels(tmp_path / "s.csv")
    assert (one.sentence[one.start : one.end], one.group, one.intent) == ("[3]", "a", Intent.RESULT)
    assert (two.stance, two.intent) == (None, Intent.METHOD)


def test_what_cannot_be_read_says_where(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.csv").write_text("pmcid,citation,marker,text,stance\nPMC1,C1,[3],So [3].,praising\n")
    with pytest.raises(UsageError, match="unknown layout"):
        list(read_labels(tmp_path / "a.csv"))
    with pytest.raises(BadRow, match="line 2"):
        list(read_labels(tmp_path / "b.csv"))


def test_splits_keep_articles_whole_and_are_stable(labels):
    rows = list(read_labels(labels / "citeclass_train.csv"))
    rest, held = split_by_group(rows, 0.4, salt="x")
    assert not {e.group for e in rest} & {e.group for e in held}
    assert len(rest) + len(held) == len(rows)
    assert fraction("a") == fraction("a") != fraction("b")
    assert sum(e.stance is Stance.MENTIONING for e in cap_mentions(rows, 5)) == 5
    assert cap_mentions(rows, 0) == rows


def test_too_few_articles_say_so(tmp_path):
    config = TrainingConfig(backbone="none")
    (tmp_path / "one.csv").write_text(
        "pmcid,citation,marker,text,stance\nPMC1,C1,[3],So [3].,supporting\nPMC1,C2,[3],So [4].,mentioning\n"
    )
    with pytest.raises(UsageError, match="too few articles"):
        train(Request(data=tmp_path / "one.csv", out=tmp_path / "m", work=tmp_path), config)
    (tmp_path / "one.csv").write_text("pmcid,citation,marker,text,stance\nPMC1,C1,[3],So [3].,supporting\n")
    with pytest.raises(UsageError, match="all rows"):
        train(Request(data=tmp_path / "one.csv", out=tmp_path / "m", work=tmp_path), config)
    lines = [f"P{i},C,[3],So [3].,{s}\n" for i in range(20) for s in PATTERNS]
    (tmp_path / "one.csv").write_text("".join(["pmcid,citation,marker,text,stance\n", *lines]))
    for without in ("scicite", "kilicoglu2019"):
        with pytest.raises(UsageError, match="leaves all rows or none"):
            train(Request(data=tmp_path / "one.csv", out=tmp_path / "m", work=tmp_path, without=(without,)), config)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no labelled rows"):
        train(Request(data=tmp_path / "empty", out=tmp_path / "m", work=tmp_path), config)


@pytest.mark.filterwarnings("ignore")
def test_training_can_stop_early_and_watches_whole_articles(labels, backbone, tmp_path):
    from citeclass.training.fit import fit, scores

    rows = list(read_labels(labels / "citeclass_train.csv"))
    config = TrainingConfig(backbone=str(backbone), epochs=3, max_length=32, precision="fp32", patience=1)
    network, tokenizer = fit(rows, config, folder=tmp_path)
    stance, intent = scores(network, tokenizer, rows[:5], config)
    assert stance.shape == intent.shape == (5, 3)


@pytest.mark.filterwarnings("ignore")
def test_the_mean_of_the_weights_on_the_way_is_taken_and_survives_an_interruption(labels, backbone, tmp_path):
    from transformers import TrainerCallback

    from citeclass.training.fit import fit

    class Watch(TrainerCallback):
        """Every step's weights; stops where it is told to."""

        def __init__(self, stop=0):
            self.seen, self.stop = [], stop

        def on_step_end(self, args, state, control, model=None, **_):
            self.seen.append(model.stance.weight.detach().clone())
            control.should_training_stop = state.global_step == self.stop

    rows = list(read_labels(labels / "citeclass_train.csv"))
    config = TrainingConfig(
        backbone=str(backbone), epochs=3, batch_size=16, max_length=32, precision="fp32", final_rate=0.5, mean_decay=0.5
    )
    whole = Watch()
    network, _ = fit(rows, config, folder=tmp_path / "whole", watch=whole)
    shares = [0.5**n for n in reversed(range(len(whole.seen)))]
    mean = sum(share * weights for share, weights in zip(shares, whole.seen, strict=True)) / sum(shares)
    assert network.stance.weight.allclose(mean, atol=1e-6)
    assert not network.stance.weight.allclose(whole.seen[-1], atol=1e-6)
    fit(rows, config, folder=tmp_path / "cut", watch=Watch(stop=len(whole.seen) // 3 + 1))
    resumed, _ = fit(rows, config, folder=tmp_path / "cut")
    assert resumed.stance.weight.allclose(network.stance.weight, atol=1e-6)
    (checkpoint,) = (tmp_path / "cut").glob("checkpoint-*")
    (checkpoint / "mean.safetensors").unlink()
    with pytest.raises(UsageError, match="lacks the mean"):
        fit(rows, config, folder=tmp_path / "cut")
    with pytest.raises(UsageError, match="best epoch"):
        fit(rows, replace(config, patience=1), folder=tmp_path / "best")


@pytest.mark.parametrize(("final", "last"), [(0.0, 0.0), (0.3, 0.3), (1.0, 1.0)])
@pytest.mark.filterwarnings("ignore")
def test_the_rate_ends_where_it_is_told_to(labels, backbone, tmp_path, final, last):
    from transformers import TrainerCallback

    from citeclass.training.fit import fit

    rates: list[list[float]] = []

    class Rates(TrainerCallback):
        def on_train_end(self, args, state, control, optimizer=None, **_):
            rates.append([group["lr"] for group in optimizer.param_groups])

    config = TrainingConfig(
        backbone=str(backbone), epochs=2, batch_size=16, max_length=32, precision="fp32", final_rate=final
    )
    fit(list(read_labels(labels / "citeclass_train.csv")), config, folder=tmp_path, watch=Rates())
    rate = config.learning_rate * last
    assert rates[0] == pytest.approx([rate, rate * config.head_rate])


MINE = "sentence,verdict,before,section,article\n"


@pytest.mark.filterwarnings("ignore")
def test_the_tutorial_works_with_labels_of_ones_own(backbone, labels, tmp_path, monkeypatch):
    """docs/training.md, with a tiny backbone: train by columns, predict, compare on a page."""
    import re

    from conftest import ROOT
    from typer.testing import CliRunner

    from citeclass.cli import app

    words = {"supporting": "confirms", "contrasting": "disputes", "mentioning": "n/a"}
    rows = [
        f'"{pattern.format(1950 + i)}",{words[stance]},It was so.,Discussion,10.5555/{i}\n'
        for i in range(20)
        for stance, pattern in PATTERNS.items()
    ]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(MINE + "".join(rows), encoding="utf-8")
    tutorial = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    command = next(
        c for c in re.findall(r"^citeclass (train --data mine\.csv.*?)\n```", tutorial, re.MULTILINE | re.DOTALL)
    )
    args = [w.strip('"') for w in re.findall(r'"[^"]*"|[^\s\\]+', command)]
    small = ["--backbone", str(backbone), "--max-length", "32", "--epochs", "1", "--quantise", "none"]
    done = CliRunner().invoke(app, [*args, *small])
    assert done.exit_code == 0, done.output
    card = (tmp_path / "models" / "mine" / "README.md").read_text(encoding="utf-8")
    assert "| mine | 20 | 20 | 20 | 0 | your own |" in card
    more = ["--model", "models/mine", "--against", "models/mine", "--page", "compare.html", "--json"]
    done = CliRunner().invoke(app, ["evaluate", "--data", str(labels / "citeclass_dev.csv"), *more])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout.splitlines()[-1])["citeclass_dev.csv"]
    assert report["comparison"]["mcnemar"]["p"] == 1.0
    assert set(report["baselines"]) == {"majority", "cue words", "linear"}
    assert (tmp_path / "compare.html").is_file()


HEADINGS = [
    "# tiny", "## Use", "## Made by", "## Calibration", "## Results", "## Limits", "## Files",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_the_card_has_its_parts_in_order_and_every_figure_filled(model):
    card = (model / "README.md").read_text(encoding="utf-8")
    assert [line for line in card.splitlines() if line.startswith(("# ", "## "))] == HEADINGS
    assert "{" not in card
    assert "| citeclass | 20 | 20 | 20 | 0 | labels Apache-2.0; texts CC-BY, fetched, not included |" in card
    for picture in ("reliability.svg", "risk-coverage.svg", "confusion.svg"):
        assert f"]({picture})" in card
        assert (model / picture).read_text(encoding="utf-8").startswith("<?xml")
    for part in ("ours, out of fold", "natural rate", "recall at precision 0.85"):
        assert part in card
    assert "gate" not in card.partition("## Files")[0].replace(
        "nothing settled by the gate", ""
    )  # too few labels to bound what one loses


def test_frozen_layers_share_nothing_with_those_that_learn():
    shape = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 16}
    # MPNet has one bias of positions for all its layers
    encoder = MPNetModel(MPNetConfig(vocab_size=50, **shape), add_pooling_layer=False)
    freeze(encoder, 2)
    free = {name for name, weight in encoder.named_parameters() if weight.requires_grad}
    assert free
    assert all(name.startswith("encoder.layer.2.") for name in free)


@pytest.mark.filterwarnings("ignore")
def test_an_interrupted_run_goes_on_and_a_teacher_is_heard(labels, backbone, model, tmp_path):
    statements = tmp_path / "more.jsonl"
    statements.write_text(
        "".join(
            json.dumps({"id": i, "doi": f"10.5555/u{i}", "sentence": PATTERNS["mentioning"].format(1900 + i)}) + "\n"
            for i in range(12)
        ),
        encoding="utf-8",
    )
    config = TrainingConfig(backbone=str(backbone), epochs=1, max_length=32, precision="fp32", folds=2)
    request = Request(
        data=labels, out=tmp_path / "student", work=tmp_path / "work", teacher=str(model), unlabelled=statements,
        unlabelled_limit=8,
    )  # fmt: skip
    said: list[str] = []
    train(request, config, say=said.append)
    assert any("asking the teacher" in s and "68 rows" in s for s in said)
    said.clear()
    train(request, config, say=said.append)
    assert [s for s in said if s.endswith("done before")] == [
        "fold0: done before",
        "fold1: done before",
        "all: done before",
    ]
    assert json.loads((tmp_path / "student" / "training.json").read_text())["unlabelled"] == 8
    with pytest.raises(UsageError, match="other rows or settings"):
        train(request, replace(config, epochs=2), say=said.append)
