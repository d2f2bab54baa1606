"""SciCite (Cohan et al. 2019) as rows of our schema.

    python data/scicite/prepare.py [FILES] --out work/data

Without files they are fetched. Writes ``scicite_train.jsonl`` and so on, which ``citeclass train --data work/data`` reads.
"""

from citeclass.training.data.script import set_script

if __name__ == "__main__":
    set_script("scicite")
