"""The model card, written from the numbers."""

from collections.abc import Mapping
from typing import Any

_HEAD = """---
license: apache-2.0
language: [en]
library_name: citeclass
pipeline_tag: text-classification
base_model: {base}
tags: [citation-stance, smart-citations, scholarly]
---
# {name}

Tells whether a citing article gives **supporting** or **contrasting** evidence of its own for the work it
cites, or merely **mentions** it.

- *supporting*: the citing authors present own results that agree with, replicate or extend the cited work.
- *contrasting*: the citing authors present own results that disagree with it or fail to replicate it.
- *mentioning*: all else, evidence by others passed on included. Using the same method is not supporting.

## Use
```
citeclass predict rows.jsonl --model {name}
```
Input: the sentence with its target callout marked, and where known the section title and the sentence
before. One text at a time; a prediction does not depend on its batch.

## Made by
```
{command}
```
Backbone {base} (Apache-2.0, see NOTICE), fine-tuned on the labelled sets below, exported with torch.onnx
and quantised to {quantised}. Settings are in `training.json`; files and digests below.

| source | supporting | contrasting | mentioning |
|---|---|---|---|
{sources}

## Calibration
Probabilities are at the natural rate (94.1 % mentioning, 4.5 % supporting, 1.4 % contrasting), fitted on
{held} held-out statements of other articles, weighted back from how they were sampled.
`balanced` takes the best macro-F1 on those rows as sampled, `precise` the lowest thresholds with precision of
0.85 there, `natural` the largest probability, abstaining below {natural}.
"""

_FOOT = """
## Limits
English only. One annotator (a language model under written guidelines) made our labels; they agree with a
second such annotator, not with a panel of people. Evidence told over several sentences, in tables or in another
section than the callout is missed. Contrasting is rare: expect false alarms among it at `balanced`.

## Files
| file | sha256 |
|---|---|
{files}
"""


def write_card(
    *, name: str, base: str, command: str, quantised: str, held: int, natural: float,
    sources: Mapping[str, Mapping[str, int]], metrics: Mapping[str, Mapping[str, Any]], files: Mapping[str, str],
) -> str:  # fmt: skip
    """The card as Markdown.

    ``sources``: training rows by source and class; ``metrics``: reports of
    :func:`citeclass.training.evaluate.evaluate` by data set; ``files``: SHA-256 by file name.
    """
    rows = "\n".join(
        f"| {s} | {c['supporting']} | {c['contrasting']} | {c['mentioning']} |" for s, c in sources.items()
    )
    parts = [
        _HEAD.format(
            base=base, name=name, command=command, quantised=quantised, sources=rows, held=held, natural=natural
        )
    ]
    parts.append("\n## Results\n`citeclass evaluate DATA.csv --model " + name + "` prints these again.\n")
    for data, report in metrics.items():
        counts = report["counts"]
        parts.append(
            f"\n**{data}**: {report['rows']} rows ({counts['supporting']} / {counts['contrasting']} / {counts['mentioning']}), "
            f"log loss {report['log_loss']}\n\n"
            "| point | accuracy | macro-F1 | supporting P / R / F1 | contrasting P / R / F1 | mentioning P / R / F1 | abstained |\n"
            "|---|---|---|---|---|---|---|\n"
        )
        for point in ("balanced", "precise", "natural"):
            r = report[point]
            cells = " | ".join(
                f"{r[c]['precision']:.3f} / {r[c]['recall']:.3f} / {r[c]['f1']:.3f}"
                for c in ("supporting", "contrasting", "mentioning")
            )
            parts.append(f"| {point} | {r['accuracy']:.3f} | {r['macro_f1']:.3f} | {cells} | {r['unclassified']} |\n")
    parts.append(_FOOT.format(files="\n".join(f"| {n} | `{d}` |" for n, d in files.items())))
    return "".join(parts)
