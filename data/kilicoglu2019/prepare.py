"""Kilicoglu et al. 2019 as rows of our schema.

    python data/kilicoglu2019/prepare.py FILES --out work/data

Writes ``kilicoglu2019_train.jsonl`` and so on, which ``citeclass train --data work/data`` reads.
"""

from citeclass.training.data.script import set_script

if __name__ == "__main__":
    set_script("kilicoglu2019")
