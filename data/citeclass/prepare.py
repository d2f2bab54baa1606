"""Our own labels with their words, from files that hold the sentences, folders of full texts, or Europe PMC.

    python data/citeclass/prepare.py --rows ../shared/data/stance/citeclass_train.csv --rows ../shared/data/unlabelled.jsonl.gz \\
        --rows ../shared/data/stance/lamers2021.csv --articles ../shared/articles/labelled --out work/data
    python data/citeclass/prepare.py --fetch --out work/data

Writes ``citeclass_train.jsonl`` and ``citeclass_dev.jsonl``, which ``citeclass train --data work/data`` reads.
"""

from citeclass.training.data.script import own_script

if __name__ == "__main__":
    own_script()
