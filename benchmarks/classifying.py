"""Statements a second of the shipped model, with and without its gate, against BERT-base in the usual transformers pipeline.

    python benchmarks/classifying.py [STATEMENTS.jsonl[.gz]] [--rows 5000] [--bert-rows 200]

The statements are rows ``{section, before, sentence}``; without a file, sentences made here. BERT-base has random weights
(speed does not depend on them) and gets the bare sentences: fp32, batch 8, max_length 128, all processors. Memory is
the largest resident size of the process that ran the shipped model alone.
"""

import argparse
import gzip
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

SENTENCE = "In contrast to «Lee ({})», we found that visits in group {} were followed by calmer evenings in all families observed."
PLAIN = "Visits to families with newborn children have been described in many countries since the {} by «Lee ({})» and others."


def rows(path: str | None, count: int) -> list[dict[str, str]]:
    """The first ``count`` rows of a file, every n-th so that they come from all of it; or made ones."""
    if path is None:
        made = [(SENTENCE if i % 16 == 0 else PLAIN).format(1900 + i % 120, i) for i in range(count)]
        return [{"sentence": s, "section": "Discussion", "before": "The visitors kept a diary of it."} for s in made]
    raw = Path(path).read_bytes()
    lines = (gzip.decompress(raw) if path.endswith(".gz") else raw).decode().splitlines()
    return [json.loads(line) for line in lines[:: max(1, len(lines) // count)][:count]]


def shipped(given: list[dict[str, str]], *, cascade: bool) -> dict[str, float]:
    """Seconds from rows to predictions, and the share that the gate settled."""
    from citeclass.classifying import load_classifier, predict_rows
    from citeclass.classifying.rows import row_input
    from citeclass.records import OperatingPoint

    classifier = load_classifier(cascade=cascade)
    list(predict_rows(given[:20], classifier, point=OperatingPoint.BALANCED))
    start = time.perf_counter()
    done = sum(1 for _ in predict_rows(({**r, "lang": "en"} for r in given), classifier, point=OperatingPoint.BALANCED))
    seconds = time.perf_counter() - start
    settled = classifier.score([row_input(r)[0] for r in given[:1000]]).settled.mean() if cascade else 0.0
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": done / seconds, "settled": float(settled), "mb": memory}


def bert(sentences: list[str]) -> float:
    """Sentences a second of BERT-base."""
    import torch
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, pipeline

    from citeclass.classifying import find_model

    words = Tokenizer.from_file(str(find_model().file("tokenizer.json")))
    words.no_truncation()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]")
    model = BertForSequenceClassification(BertConfig(vocab_size=words.get_vocab_size() + 8, num_labels=3))
    run = pipeline("text-classification", model=model.train(mode=False), tokenizer=tokenizer, device="cpu")
    options = {"batch_size": 8, "truncation": True, "max_length": 128, "padding": True}
    with torch.inference_mode():
        run(sentences[:8], **options)
        start = time.perf_counter()
        run(sentences, **options)
    return len(sentences) / (time.perf_counter() - start)


def linear(sentences: list[str]) -> float:
    """Sentences a second of words and pairs of words weighed by a logistic regression, as scikit-learn's guide has it; what it learns is no matter."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    labels = [i % 3 for i in range(2000)]
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=20))
    model.fit((sentences * 2000)[:2000], labels)
    start = time.perf_counter()
    model.predict(sentences)
    return len(sentences) / (time.perf_counter() - start)


def main() -> None:
    """Print rates and ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?")
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--bert-rows", type=int, default=200)
    parser.add_argument("--only", choices=["gate", "full", "bert", "linear"])
    given = parser.parse_args()
    table = rows(given.file, given.rows)
    if given.only in ("gate", "full"):
        print(json.dumps(shipped(table, cascade=given.only == "gate")))
        return
    plain = [r["sentence"].replace("«", "").replace("»", "") for r in table]
    if given.only == "bert":
        print(json.dumps({"rate": bert(plain[:: max(1, len(plain) // given.bert_rows)][: given.bert_rows])}))
        return
    if given.only == "linear":
        print(json.dumps({"rate": linear(plain)}))
        return
    found = {}
    for name in ("bert", "linear", "full", "gate"):
        done = subprocess.run([sys.executable, *sys.argv, "--only", name], capture_output=True, text=True, check=True)
        found[name] = json.loads(done.stdout.splitlines()[-1])
    base = found["bert"]["rate"]
    print(f"BERT-base, transformers pipeline   {base:8.1f}/s    1.0 x")
    print(
        f"scikit-learn alone                 {found['linear']['rate']:8.1f}/s {found['linear']['rate'] / base:6.1f} x"
    )
    print(f"shipped, without the gate          {found['full']['rate']:8.1f}/s {found['full']['rate'] / base:6.1f} x  {found['full']['mb']:.0f} MB")  # fmt: skip
    print(f"shipped                            {found['gate']['rate']:8.1f}/s {found['gate']['rate'] / base:6.1f} x  {found['gate']['mb']:.0f} MB, {found['gate']['settled']:.0%} settled by the gate")  # fmt: skip


if __name__ == "__main__":
    main()
