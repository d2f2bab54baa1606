"""From a trained transformer to the files that ship: quantised ONNX and a tokenizer."""

import tempfile
from pathlib import Path

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from citeclass.training.shrink import shrink

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class _Logits(torch.nn.Module):
    """The model as a function of tensors to logits, which is what ONNX can hold."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        outputs = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return outputs.logits  # type: ignore[no-any-return]


def export(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, folder: Path, *, quantise: str) -> None:
    """Write ``model.onnx`` and ``tokenizer.json`` into ``folder``.

    ``quantise``: ``int8`` (weights in eight bits, a quarter of the size; see :mod:`~citeclass.training.shrink`) or ``none``. The inputs are of any length, one
    text at a time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sample = torch.randint(5, 99, (2, 24))
    arguments = (sample, torch.ones_like(sample), torch.zeros_like(sample))
    axes = {0: torch.export.Dim("batch", min=1, max=256), 1: torch.export.Dim("tokens", min=2, max=512)}
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        program = torch.onnx.export(
            _Logits(model).train(mode=False),
            arguments,
            input_names=list(INPUTS),
            output_names=["stance"],
            dynamic_shapes=(axes, axes, axes),
            dynamo=True,
        )
        if program is None:
            raise RuntimeError("torch.onnx.export gave no program")
        program.save(str(full))
        if quantise == "int8":
            shrink(full, folder / "model.onnx")
        else:
            (folder / "model.onnx").write_bytes(full.read_bytes())
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
