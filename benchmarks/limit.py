"""How far reading and classifying are from what this processor can do, on one thread.

python benchmarks/limit.py --pdf ../shared/articles/pdf --xml ../shared/articles/jats

Classifying: operations of the matrix products that the network must do for a text of so many tokens, over the time it takes, beside the same product
of eight-bit integers and of floats done alone by the same library. Reading: megabytes a second, beside what the library below it takes for the least
that is needed (pdfium: opening, text and one box a character; lxml: parsing) and copying the bytes.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from lxml import etree
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from citeclass.classifying import find_model, load_classifier
from citeclass.classifying.inputs import statement_input
from citeclass.extraction import extract_file
from citeclass.linking import link
from citeclass.reading import read
from citeclass.records import Failure

WIDTH, INNER, LAYERS = 384, 1536, 6  # of MiniLM-L6
SIZE = 1024  # of the matrices multiplied alone


def seconds(work: Callable[[], Any], *, times: int = 3) -> float:
    """Processor seconds of ``work``, the best of some."""
    took = []
    for _ in range(times):
        begun = time.process_time()
        work()
        took.append(time.process_time() - begun)
    return min(took)


def session(nodes: Sequence[Any], inputs: Sequence[tuple[str, int]]) -> onnxruntime.InferenceSession:
    """A graph of a few nodes, on one thread."""
    graph = helper.make_graph(
        list(nodes), "limit", [helper.make_tensor_value_info(n, t, [SIZE, SIZE]) for n, t in inputs],
        [helper.make_tensor_value_info("y", TensorProto.INT32 if "Integer" in nodes[0].op_type else TensorProto.FLOAT, [SIZE, SIZE])],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def peaks() -> dict[str, float]:
    """Billions of operations a second of matrix products alone."""
    random = np.random.default_rng(0)
    whole = session(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])], [("a", TensorProto.UINT8), ("b", TensorProto.INT8)]
    )
    a = random.integers(0, 255, (SIZE, SIZE), dtype=np.uint8)
    b = random.integers(-64, 63, (SIZE, SIZE), dtype=np.int8)
    real = session(
        [helper.make_node("MatMul", ["a", "b"], ["y"])], [("a", TensorProto.FLOAT), ("b", TensorProto.FLOAT)]
    )
    x = random.normal(size=(SIZE, SIZE)).astype(np.float32)
    done = 2 * SIZE**3 / 1e9
    return {
        "eight-bit integers": done / seconds(lambda: whole.run(None, {"a": a, "b": b}), times=9),
        "floats": done / seconds(lambda: real.run(None, {"a": x, "b": x}), times=9),
    }


def classifying(statements: Sequence[Any]) -> None:
    """Print how near the transformer comes to the products it must do."""
    classifier = load_classifier(threads=1, cascade=False)
    inputs = list(dict.fromkeys(statement_input(s, use=classifier.context) for s in statements))[:400]
    classifier.raw(inputs[:20])
    took = seconds(lambda: classifier.raw(inputs))
    folder = find_model()
    tokenizer = Tokenizer.from_file(str(folder.file("tokenizer.json")))
    tokenizer.no_padding()  # as the classifier does; the file says 128
    tokenizer.enable_truncation(int(folder.config["max_length"]))
    tokens = [len(tokenizer.encode(i.sentence, i.context).ids) for i in inputs]
    products = sum(LAYERS * (2 * n * (4 * WIDTH**2 + 2 * WIDTH * INNER) + 4 * n * n * WIDTH) for n in tokens) / 1e9
    print(f"\n{len(inputs)} inputs of {np.mean(tokens):.0f} tokens: {len(inputs) / took:.0f} a second on one thread,")
    print(
        f"{products / len(inputs):.2f} billion operations of matrix products each: {products / took:.0f} billion a second"
    )
    for name, rate in peaks().items():
        print(
            f"  products of {name} alone: {rate:.0f} billion a second; the network reaches {products / took / rate:.0%}"
        )


def characters(path: Path) -> int:
    """The least that reading a PDF needs of pdfium: each page's text, and a box for each character."""
    document, rect, found = pdfium.PdfDocument(path), raw.FS_RECTF(), 0
    for page in document:
        text = page.get_textpage()
        count = text.count_chars()
        text.get_text_range()
        for k in range(count):
            raw.FPDFText_GetLooseCharBox(text.raw, k, rect)
        found += count
        text.close()
        page.close()
    document.close()
    return found


def reading(name: str, files: Sequence[Path], least: Callable[[Path], Any]) -> None:
    """Print megabytes a second of reading and linking, of the least below it, and of copying."""
    size = sum(f.stat().st_size for f in files) / 2**20
    whole = seconds(lambda: [link(read(f)) for f in files], times=2)
    below = seconds(lambda: [least(f) for f in files], times=2)
    copied = seconds(lambda: [bytes(bytearray(f.read_bytes())) for f in files])
    print(f"\n{len(files)} {name}, {size:.0f} MB: {len(files) / whole:.1f} a second, {size / whole:.1f} MB a second")
    print(
        f"  the library below alone: {len(files) / below:.1f} a second; reading and linking take {whole / below:.1f} times as long"
    )
    print(f"  copying the bytes: {size / max(copied, 1e-3):.0f} MB a second")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pdf", type=Path, required=True)
    parser.add_argument("--xml", type=Path, required=True)
    given = parser.parse_args()
    xml, pdf = sorted(given.xml.glob("*.xml")), sorted(given.pdf.glob("*.pdf"))
    outcomes = [extract_file(f) for f in xml[:40]]
    classifying([s for o in outcomes if not isinstance(o, Failure) for s in o.statements])
    reading("PDFs", pdf, characters)
    reading("JATS files", xml, lambda f: etree.parse(f, etree.XMLParser(load_dtd=False, no_network=True, recover=True)))


if __name__ == "__main__":
    main()
