"""Train the stance model: the thin script of ``citeclass train``.

The shipped model, ``models/citeclass-minilm``, was made on two CPU cores in half an hour with::

    python train.py --data ../shared/data/stance --backbone "$(../shared/tools/backbone.sh minilm)" \
        --out models/citeclass-minilm

Settings, in ``citeclass/training/config.py`` with their reasons, and saved as ``training.json`` beside the
weights. ``python train.py --help`` lists what can be set from here. Needs ``pip install 'citeclass[train]'``.
"""

import sys

from citeclass.cli import app

if __name__ == "__main__":
    app(["train", *sys.argv[1:]])
