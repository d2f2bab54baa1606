"""Inputs a second of the shipped model: by threads, and with context against the bare sentence.

python benchmarks/predicting.py
"""

import time

from citeclass.classifying import load_classifier
from citeclass.classifying.inputs import ModelInput

SENTENCE = "In contrast to [TARGET] , we found that visits in group {} were followed by calmer evenings in all families observed [CITE] ."
CONTEXT = "discussion : The visitors kept a diary of each meeting, which allowed us to tell their own reports from those of the families {} ."
ROWS = 300


def rate(threads: int, *, context: bool) -> float:
    """Inputs a second."""
    classifier = load_classifier(threads=threads)
    rows = [ModelInput(SENTENCE.format(i), CONTEXT.format(i) if context else "") for i in range(ROWS)]
    classifier.raw(rows[:10])
    start = time.perf_counter()
    classifier.raw(rows)
    return ROWS / (time.perf_counter() - start)


def main() -> None:
    """Print rates and ratios."""
    base = rate(1, context=False)
    for threads in (1, 2, 4):
        for context in (False, True):
            measured = base if threads == 1 and not context else rate(threads, context=context)
            print(
                f"{threads} threads, {'context' if context else 'bare   '}: {measured:6.0f}/s  {measured / base:5.2f} x"
            )


if __name__ == "__main__":
    main()
