package io.bitloupe.qdq;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Scheme;
import java.util.List;
import java.util.Map;

/** Writes the nodes that find the scale and zero-point of a tensor from its values at run time. */
final class DynamicRange {

  private final GraphParts parts;
  private final String tensor;
  private final IntegerFormat format;
  private final DataType type;
  private final int offset;
  private String scale = "";
  private String zeroPoint = "";

  DynamicRange(GraphParts parts, String tensor, IntegerFormat format, DataType type, int offset) {
    this.parts = parts;
    this.tensor = tensor;
    this.format = format;
    this.type = type;
    this.offset = offset;
  }

  /** Name of the scale. */
  String scale() {
    return scale;
  }

  /** Name of the zero-point, as it is stored. */
  String zeroPoint() {
    return zeroPoint;
  }

  /** Writes the nodes for the float tensor {@code raw}. */
  void write(String raw) {
    String zero = number("zero", 0);
    String min = node("Min", List.of(node("ReduceMin", List.of(raw), reduceAll()), zero));
    String max = node("Max", List.of(node("ReduceMax", List.of(raw), reduceAll()), zero));
    boolean symmetric = format.scheme() == Scheme.SYMMETRIC;
    String step;
    if (symmetric) {
      String bound = node("Max", List.of(node("Neg", List.of(min)), max));
      step = node("Div", List.of(bound, number("quant_max", format.quantMax())));
    } else {
      String width = node("Sub", List.of(max, min));
      step = node("Div", List.of(width, number("steps", format.quantMax() - format.quantMin())));
    }
    String isZero = node("Equal", List.of(step, zero));
    scale = node("Where", List.of(isZero, number("one", 1), step));
    if (symmetric) {
      zeroPoint = parts.constant(tensor + "_zero_point", GraphParts.codes(type, Shape.scalar(), offset));
      return;
    }
    String shift = node("Sub", List.of(number("quant_min", format.quantMin()), node("Div", List.of(min, scale))));
    String rounded = node("Round", List.of(shift));
    String bounded =
        node("Clip", List.of(rounded, number("least_code", format.quantMin()), number("greatest_code", format.quantMax())));
    String moved = offset == 0 ? bounded : node("Add", List.of(bounded, number("offset", offset)));
    zeroPoint = node("Cast", List.of(moved), Map.of("to", GraphParts.integer(type == DataType.UINT8 ? 2 : type == DataType.INT16 ? 5 : 4)));
  }

  private static Map<String, Attribute> reduceAll() {
    return Map.of("keepdims", GraphParts.integer(0));
  }

  private String number(String name, float value) {
    return parts.constant(tensor + "_" + name, Tensor.ofFloats(Shape.scalar(), value));
  }

  private String node(String opType, List<String> inputs) {
    return node(opType, inputs, Map.of());
  }

  private String node(String opType, List<String> inputs, Map<String, Attribute> attributes) {
    String output = parts.freshTensor(tensor + "_" + opType + "_range");
    parts.node(tensor + "_" + opType, opType, inputs, List.of(output), attributes);
    return output;
  }
}
