"""Weights stored in eight bits, computed in full precision.

Each large weight is kept as int8 with one scale a channel (for embeddings, a row), behind a
DequantizeLinear node that onnxruntime folds away when it loads the model. The file is a quarter of the
size, the answers do not depend on the processor's integer instructions, nor on the batch.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

SMALLEST = 4096
_AXIS = {"MatMul": 1, "Gemm": 1, "Gather": 0}


def shrink(source: Path, target: Path) -> None:
    """Write the ONNX model ``source`` to ``target`` with its MatMul, Gemm and Gather weights in int8."""
    model = onnx.load(str(source))
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    axes: dict[str, int] = {}
    for node in model.graph.node:
        if node.op_type in _AXIS:
            for name in node.input[: 2 if node.op_type != "Gather" else 1]:
                axes.setdefault(name, _axis(node))
    fresh: list[onnx.NodeProto] = []
    for name, axis in axes.items():
        tensor = constants.get(name)
        if tensor is None or tensor.data_type != onnx.TensorProto.FLOAT or len(tensor.dims) != 2:
            continue
        weight = numpy_helper.to_array(tensor)
        if weight.size < SMALLEST:
            continue
        scale = np.maximum(np.abs(weight).max(axis=1 - axis), 1e-12) / 127.0
        spread = scale[:, None] if axis == 0 else scale[None, :]
        small = np.clip(np.rint(weight / spread), -127, 127).astype(np.int8)
        model.graph.initializer.remove(tensor)
        model.graph.initializer.extend(
            [
                numpy_helper.from_array(small, f"{name}_int8"),
                numpy_helper.from_array(scale.astype(np.float32), f"{name}_scale"),
            ]
        )
        fresh.append(
            onnx.helper.make_node(
                "DequantizeLinear", [f"{name}_int8", f"{name}_scale"], [name], f"{name}_dequantise", axis=axis
            )
        )
    for node in reversed(fresh):
        model.graph.node.insert(0, node)
    onnx.save(model, str(target))


def _axis(node: onnx.NodeProto) -> int:
    if node.op_type == "Gemm" and any(a.name == "transB" and a.i for a in node.attribute):
        return 0
    return _AXIS[node.op_type]
