"""Train the stance model: the thin script of ``citeclass train``.

The commands behind the shipped model, ``models/citeclass-minilm`` (three hours on two idle CPU cores; texts of our labels come from
``../shared`` here, from Europe PMC with ``--fetch`` elsewhere)::

    python data/citeclass/prepare.py --out work/train-data \
        --rows ../shared/data/stance/citeclass_train.csv --rows ../shared/data/stance/citeclass_dev.csv \
        --rows ../shared/data/unlabelled.jsonl.gz --rows ../shared/data/stance/lamers2021.csv
    cp ../shared/data/stance/{kilicoglu2019_train,scicite_train,scicite_dev,scicite_test}.csv work/train-data/
    minilm="$(../shared/tools/backbone.sh minilm)"
    python train.py --data work/train-data --backbone "$minilm" --work work/mean --out work/models/mean \
        --final-rate 0.3 --mean-decay 0.997 --seed 29 --networks-only --without scicite,kilicoglu2019 --jobs 2
    python train.py --data work/train-data --backbone "$minilm" --work work/usual --out models/citeclass-minilm --average work/mean \
        --unlabelled ../shared/data/unlabelled.jsonl.gz --unlabelled-limit 24000 --without scicite,kilicoglu2019 --jobs 2

The weights of two runs are averaged: the usual one, whose rate falls to nothing, and the running mean of one whose rate stays up.
Settings, in ``citeclass/training/config.py`` with their reasons, and saved as ``training.json`` beside the
weights. ``python train.py --help`` lists what can be set from here. Needs ``pip install 'citeclass[train]'``.
What else was tried: ``docs/model-log.md``.
"""

import sys

from citeclass.cli import app

if __name__ == "__main__":
    app(["train", *sys.argv[1:]])
