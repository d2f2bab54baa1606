"""Train the stance model: the thin script of ``citeclass train``.

The command behind the shipped model, ``models/citeclass-minilm`` (fit, export, calibration and card were run one
after the other with the same functions and settings; about half an hour on two idle CPU cores)::

    python train.py --data ../shared/data/stance --backbone "$(../shared/tools/backbone.sh minilm)" \
        --out models/citeclass-minilm

Settings, in ``citeclass/training/config.py`` with their reasons, and saved as ``training.json`` beside the
weights. ``python train.py --help`` lists what can be set from here. Needs ``pip install 'citeclass[train]'``.
"""

import sys

from citeclass.cli import app

if __name__ == "__main__":
    app(["train", *sys.argv[1:]])
