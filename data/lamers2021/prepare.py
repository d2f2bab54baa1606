"""Lamers et al. 2021 as rows of our schema.

    python data/lamers2021/prepare.py FILES --out work/data

Writes ``lamers2021_train.jsonl`` and so on, which ``citeclass train --data work/data`` reads.
"""

from citeclass.training.data.script import set_script

if __name__ == "__main__":
    set_script("lamers2021")
