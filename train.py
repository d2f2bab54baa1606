"""Train the stance model: the thin script of ``citeclass train``.

The commands behind the shipped model, ``models/citeclass-minilm`` (three hours on two idle CPU cores; texts of our labels come from
``../shared`` here, from Europe PMC with ``--fetch`` elsewhere)::

    python data/citeclass/prepare.py --out work/train-data \
        --rows ../shared/data/stance/citeclass_train.csv --rows ../shared/data/stance/citeclass_dev.csv \
        --rows ../shared/data/unlabelled.jsonl.gz --rows ../shared/data/stance/lamers2021.csv
    cp ../shared/data/stance/{kilicoglu2019_train,scicite_train,scicite_dev,scicite_test}.csv work/train-data/
    minilm="$(../shared/tools/backbone.sh minilm)"
    python train.py --data work/train-data --backbone "$minilm" --work work/minilm --out work/models/first --without scicite,kilicoglu2019 --jobs 2
    python train.py --data work/train-data --backbone "$minilm" --work work/after --out models/citeclass-minilm \
        --context section,before,after --context-dropout 0.25 --max-length 160 --average work/minilm \
        --unlabelled ../shared/data/unlabelled.jsonl.gz --unlabelled-limit 12000 --without scicite,kilicoglu2019 --jobs 2

The weights of the two runs, which read the context in two ways, are averaged. Since then 2,682 labels were added to the 12,080 of that
training (``active3`` in ``data/citeclass/labels.csv``), and each fold's gate learns from its own fold's network, which changes the gate and
the figures out of fold (``docs/model-log.md``, 2026-11-28).
Settings, in ``citeclass/training/config.py`` with their reasons, and saved as ``training.json`` beside the
weights. ``python train.py --help`` lists what can be set from here. Needs ``pip install 'citeclass[train]'``.
What else was tried: ``docs/model-log.md``.
"""

import sys

from citeclass.cli import app

if __name__ == "__main__":
    app(["train", *sys.argv[1:]])
