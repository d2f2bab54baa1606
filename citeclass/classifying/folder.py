"""Model folders: where they are, what they must hold, and what identifies them.

A model is a folder with ``model.onnx``, ``tokenizer.json``, ``config.json``, ``calibration.json``,
``metrics.json`` and a card, ``README.md``; most have a linear gate, ``gate.json``, too.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from citeclass.classifying.calibration import Calibration
from citeclass.classifying.gate import FILE as GATE
from citeclass.classifying.gate import Gate
from citeclass.classifying.inputs import CONTEXT
from citeclass.errors import ModelBroken, ModelNotFound

DEFAULT_MODEL = "citeclass-minilm"
HUB_PREFIX = "hf:"
"""``hf:NAME`` where a model is asked for means the Hugging Face hub's model NAME, or the folder NAME."""

FORMAT = 1
"""The layout of model folders and of the model's input that this version reads."""

SUMS = "SHA256SUMS"
"""Digests of a model's files, checked before it is loaded."""

CALIBRATION = "calibration.json"
NEEDED = ("model.onnx", "tokenizer.json", "config.json", CALIBRATION)


@dataclass(frozen=True)
class ModelFolder:
    """A model on disk; the files are read when asked for."""

    path: Path

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @cached_property
    def config(self) -> dict[str, Any]:
        """``config.json``. Raises :class:`ModelBroken` where it does not fit this version."""
        config = self._json("config.json")
        if config.get("format") != FORMAT:
            raise ModelBroken(
                f"{self.path}: format {config.get('format')!r}, this version reads {FORMAT}",
                fix="use a model made for this version, or upgrade citeclass",
            )
        return config

    @cached_property
    def calibration(self) -> Calibration:
        """``calibration.json`` as a value."""
        try:
            return Calibration.from_json(self._json(CALIBRATION))
        except (KeyError, ValueError, TypeError) as error:
            raise ModelBroken(
                f"{self.path}/calibration.json: {error!r}", fix="train or download the model again"
            ) from error

    @cached_property
    def gate(self) -> Gate | None:
        """The linear gate of ``gate.json``, None where the model has none."""
        if not (self.path / GATE).is_file():
            return None
        try:
            return Gate.load(self.path / GATE)
        except (KeyError, ValueError, TypeError) as error:
            raise ModelBroken(f"{self.path}/{GATE}: {error!r}", fix="train or download the model again") from error

    @property
    def context(self) -> tuple[str, ...]:
        """The parts of the context that the model was made to read."""
        return tuple(self.config.get("context", CONTEXT))

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that the model learnt to tell; none for one trained without."""
        return tuple(self.config.get("intents", ()))

    @cached_property
    def id(self) -> str:
        """``name@`` and 12 hexadecimal digits of what decides its answers: weights, tokenizer, config, calibration."""
        digest = hashlib.sha256()
        for name in (*NEEDED, *([GATE] if (self.path / GATE).is_file() else [])):
            digest.update(self.file(name).read_bytes())
        return f"{self.name}@{digest.hexdigest()[:12]}"

    def verify(self) -> None:
        """Raise :class:`ModelBroken` where a file is not the one that :data:`SUMS` was written for; a folder without it is taken as it is."""
        if not (self.path / SUMS).is_file():
            return
        for line in (self.path / SUMS).read_text(encoding="utf-8", errors="replace").splitlines():
            told, _, name = line.partition("  ")
            if name and hashlib.sha256(self.file(Path(name).name).read_bytes()).hexdigest() != told:
                raise ModelBroken(
                    f"{self.path}/{name} was changed since the model was made",
                    fix=f"get the model again; if you changed it yourself, delete {SUMS}",
                )

    def seal(self) -> None:
        """Write down what the files that decide the answers are, in the form of ``sha256sum``."""
        names = [*NEEDED, *([GATE] if (self.path / GATE).is_file() else [])]
        lines = [f"{hashlib.sha256(self.file(n).read_bytes()).hexdigest()}  {n}\n" for n in sorted(names)]
        (self.path / SUMS).write_text("".join(lines), encoding="utf-8")

    @property
    def languages(self) -> frozenset[str]:
        """The languages the model was made for, as ISO 639-1 codes."""
        return frozenset(self.config.get("languages", ("en",)))

    def file(self, name: str) -> Path:
        """The path of one of its files. Raises :class:`ModelBroken` where it is missing."""
        path = self.path / name
        if not path.is_file():
            raise ModelBroken(f"the model folder {self.path} lacks {name}", fix="train or download the model again")
        return path

    def _json(self, name: str) -> dict[str, Any]:
        try:
            data = json.loads(self.file(name).read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise ModelBroken(
                f"{self.path}/{name} is not JSON: {error}", fix="train or download the model again"
            ) from error
        if not isinstance(data, dict):
            raise ModelBroken(f"{self.path}/{name} holds no object", fix="train or download the model again")
        return data


def shelves() -> tuple[Path, ...]:
    """The folders that hold models: the package's own, and ``models/`` of a source checkout."""
    package = Path(__file__).resolve().parent.parent
    return (package / "shipped_models", package.parent / "models")


def available() -> Iterator[ModelFolder]:
    """The models that can be named, each once."""
    seen = set()
    for shelf in shelves():
        for folder in sorted(shelf.glob("*/config.json")):
            if folder.parent.name not in seen:
                seen.add(folder.parent.name)
                yield ModelFolder(folder.parent)


def is_hugging_face(name: str) -> bool:
    """Whether ``name`` is a folder saved by transformers rather than one of ours."""
    config = Path(name) / "config.json"
    if not config.is_file():
        return False
    try:
        told = json.loads(config.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and "architectures" in told


def find_model(name: str = DEFAULT_MODEL) -> ModelFolder:
    """The model called ``name``, or the one in the folder ``name``. Raises :class:`ModelNotFound`."""
    for folder in available():
        if folder.name == name:
            return folder
    if (Path(name) / "config.json").is_file():
        return ModelFolder(Path(name).resolve())
    known = ", ".join(f.name for f in available()) or "none"
    raise ModelNotFound(
        f"no model called {name!r} (known: {known})",
        fix="name one of these, give a model folder's path, or hf:NAME for one of the Hugging Face hub",
    )
