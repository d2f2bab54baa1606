"""MultiCite (Lauscher et al. 2022) as rows of our schema.

    python data/multicite/prepare.py [FILES] --out work/data

Without files they are fetched. Writes ``multicite_train.jsonl`` and so on, which ``citeclass train --data work/data`` reads.
"""

from citeclass.training.data.script import set_script

if __name__ == "__main__":
    set_script("multicite")
