"""From a trained network to the files that ship: ONNX with weights in eight bits, and a tokenizer."""

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import PreTrainedTokenizerBase

from citeclass.training.network import StanceNetwork

INPUTS = ("input_ids", "token_type_ids")
OUTPUTS = ("stance", "intent")


class _OneText(torch.nn.Module):
    """The network asked about one text, its attention written out: that leaves no guards against texts that are all padding."""

    def __init__(self, network: StanceNetwork) -> None:
        super().__init__()
        self._network = network
        network.encoder.set_attn_implementation("eager")  # type: ignore[operator]

    def forward(
        self, input_ids: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        stance, intent = self._network(input_ids, None, token_type_ids)
        return stance, intent


def export(network: StanceNetwork, tokenizer: PreTrainedTokenizerBase, folder: Path, *, quantise: str) -> None:
    """Write ``model.onnx`` (token ids to stance and intent logits) and ``tokenizer.json`` into ``folder``.

    ``quantise``: ``int8`` (onnxruntime's dynamic quantisation: weights in seven of eight bits with a scale a channel,
    activations as they come; a quarter of the size, twice the speed) or ``none``. Seven bits keep sums from overflowing
    on processors without VNNI, so that all give the same answers. The inputs are of any length, one text at a time: with nothing
    padded there is no mask.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sample = torch.randint(5, 99, (1, 24))
    names = [n for n in INPUTS if n in tokenizer.model_input_names or n != "token_type_ids"]
    values = {"input_ids": sample, "token_type_ids": torch.zeros_like(sample)}
    axes = {1: torch.export.Dim("tokens", min=2, max=512)}
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        program = torch.onnx.export(
            _OneText(network.cpu().train(mode=False)),
            tuple(values[n] for n in names),
            input_names=names,
            output_names=list(OUTPUTS),
            dynamic_shapes=tuple(axes for _ in names),
            dynamo=True,
            verbose=False,
        )
        if program is None:
            raise RuntimeError("torch.onnx.export gave no program")
        program.save(str(full))
        if quantise == "int8":
            quantize_dynamic(
                full, folder / "model.onnx", per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            )  # fmt: skip
        else:
            (folder / "model.onnx").write_bytes(full.read_bytes())
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
