"""Quantizes a model with ONNX Runtime's own quantizer and the scales that Bitloupe chose.

As a program:  python THIS.py model.onnx quantized.onnx calibration.npz
    (an .npz with one array for each input of the model, samples along the first axis)
As a module:   quantize_static(..., extra_options={"TensorQuantOverrides": overrides()})
"""

import json
import pathlib
import sys

import numpy
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

OVERRIDES = "@overrides@"
TYPES = "@types@"
STORAGE = {"QInt16": numpy.int16, "QUInt16": numpy.uint16, "QUInt8": numpy.uint8, "QUInt4": numpy.uint8}


def overrides():
    """The overrides with integer types and NumPy numbers, as quantize_static takes them."""
    folder = pathlib.Path(__file__).parent
    types = json.loads((folder / TYPES).read_text(encoding="utf-8"))
    result = {}
    for tensor, entries in json.loads((folder / OVERRIDES).read_text(encoding="utf-8")).items():
        storage = STORAGE.get(types[tensor], numpy.int8)
        result[tensor] = []
        for entry in entries:
            entry = dict(entry, quant_type=QuantType.from_string(types[tensor]))
            entry["scale"] = numpy.array(entry["scale"], dtype=numpy.float32)
            entry["zero_point"] = numpy.array(entry["zero_point"], dtype=storage)
            result[tensor].append(entry)
    return result


class Samples(CalibrationDataReader):
    """The samples of an .npz, one at a time."""

    def __init__(self, file):
        arrays = {name: array for name, array in numpy.load(file).items() if name != "labels"}
        count = min(len(array) for array in arrays.values())
        self.batches = iter([{name: array[i : i + 1] for name, array in arrays.items()} for i in range(count)])

    def get_next(self):
        return next(self.batches, None)


if __name__ == "__main__":
    model, quantized, samples = sys.argv[1:]
    quantize_static(
        model,
        quantized,
        Samples(samples),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        extra_options={"TensorQuantOverrides": overrides()},
    )
