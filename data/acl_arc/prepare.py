"""ACL-ARC (Jurgens et al. 2018) as rows of our schema.

    python data/acl_arc/prepare.py [FILES] --out work/data

Without files they are fetched. Writes ``acl_arc_train.jsonl`` and so on, which ``citeclass train --data work/data`` reads.
"""

from citeclass.training.data.script import set_script

if __name__ == "__main__":
    set_script("acl_arc")
