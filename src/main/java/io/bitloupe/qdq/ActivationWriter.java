package io.bitloupe.qdq;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes activations as codes: Q, the clamp on the codes, and one DQ for all that read them inside the graph. */
final class ActivationWriter {

  private static final int UNSIGNED_OFFSET = 128;

  private final LoweredGraph lowered;
  private final GraphParts parts;
  private final WeightWriter weights;
  private final Set<String> results = new HashSet<>();
  private final Set<String> callerInputs = new HashSet<>();
  private final Set<String> readInside = new HashSet<>();
  private final Map<String, Quantizer> quantizers = new HashMap<>();
  private final Map<String, String> views = new HashMap<>();
  private final Map<String, QdqGraph.Stored> stored = new LinkedHashMap<>();

  /** Names of scale and zero-point, and how codes are stored. */
  private record Quantizer(String scale, String zeroPoint, DataType type, int offset) {}

  /** Writes activations of {@code lowered} into {@code parts}. */
  ActivationWriter(LoweredGraph lowered, GraphParts parts, WeightWriter weights) {
    this.lowered = lowered;
    this.parts = parts;
    this.weights = weights;
    Graph source = lowered.model().graph();
    source.outputs().stream().map(ValueInfo::name).forEach(results::add);
    source.inputs().stream().map(ValueInfo::name).forEach(callerInputs::add);
    for (Step step : lowered.steps()) {
      readInside.addAll(step instanceof IntegerStep integer ? integer.inputs() : ((FloatIsland) step).inputs());
    }
  }

  /** The codes that may be there, both ends included. */
  record Bounds(int min, int max) {}

  /** All codes of the format of {@code tensor}. */
  Bounds fullRange(String tensor) {
    IntegerFormat format = lowered.params(tensor).format();
    return new Bounds(format.quantMin(), format.quantMax());
  }

  /** All codes of the container of {@code tensor}. */
  Bounds fullContainer(String tensor) {
    IntegerFormat format = lowered.params(tensor).format();
    int codes = 1 << format.containerBits();
    return format.signed() ? new Bounds(-codes / 2, codes / 2 - 1) : new Bounds(0, codes - 1);
  }

  /** The tensor in which floating-point readers find the activation {@code tensor}. */
  String view(String tensor) {
    return views.getOrDefault(tensor, tensor);
  }

  /** Gives {@code tensor} the scale and zero-point of {@code source}, whose codes it passes on. */
  void shareQuantizer(String tensor, String source) {
    quantizers.put(tensor, Optional.ofNullable(quantizers.get(source)).orElseThrow());
  }

  /** The codes of each activation that was written. */
  Map<String, QdqGraph.Stored> stored() {
    return stored;
  }

  /** The tensors in which floating-point readers find activations, where their names differ. */
  Map<String, String> views() {
    return views;
  }

  /** Writes Q, the clamp where {@code bounds} leave codes of the container out, and DQ for the float tensor {@code raw}. */
  void quantize(String tensor, String raw, Bounds bounds) {
    IntegerFormat format = lowered.params(tensor).format();
    String input = raw;
    Bounds container = fullContainer(tensor);
    boolean clamps = bounds.min() > container.min() || bounds.max() < container.max();
    if (clamps && format.containerBits() > 8) {
      // ONNX Runtime has no Clip for 16-bit codes; nothing fuses at 16 bits, so the clamp stands before the Q.
      input = clampWide(tensor, raw, bounds);
      clamps = false;
    }
    Quantizer quantizer = quantizers.get(tensor);
    if (quantizer == null) {
      quantizer = lowered.dynamic().contains(tensor) ? dynamicQuantizer(tensor, input) : staticQuantizer(tensor);
      quantizers.put(tensor, quantizer);
    }
    String codes = parts.freshTensor(tensor + "_QuantizeLinear_Output");
    parts.node(
        tensor + "_QuantizeLinear", "QuantizeLinear", List.of(input, quantizer.scale(), quantizer.zeroPoint()), List.of(codes), Map.of());
    if (clamps) {
      String clamped = parts.freshTensor(tensor + "_Clip_Output");
      parts.node(
          tensor + "_Clip",
          "Clip",
          List.of(codes, codeConstant(bounds.min(), quantizer), codeConstant(bounds.max(), quantizer)),
          List.of(clamped),
          Map.of());
      codes = clamped;
    }
    stored.put(tensor, new QdqGraph.Stored(codes, quantizer.offset()));
    dequantize(tensor, codes, quantizer);
  }

  private void dequantize(String tensor, String codes, Quantizer quantizer) {
    List<String> inputs = List.of(codes, quantizer.scale(), quantizer.zeroPoint());
    boolean isResult = results.contains(tensor);
    boolean hasReaders = readInside.contains(tensor);
    boolean isCallers = callerInputs.contains(tensor);
    if (isResult && !isCallers) {
      views.put(tensor, tensor);
      parts.node(tensor + "_DequantizeLinear", "DequantizeLinear", inputs, List.of(tensor), Map.of());
    }
    if (!hasReaders) {
      return;
    }
    String view = isResult || isCallers ? parts.freshTensor(tensor + "_DequantizeLinear_Output") : tensor;
    views.put(tensor, view);
    parts.node(tensor + "_DequantizeLinear", "DequantizeLinear", inputs, List.of(view), Map.of());
  }

  private String codeConstant(int code, Quantizer quantizer) {
    int value = code + quantizer.offset();
    return weights.shared("code_" + quantizer.type().name().toLowerCase(Locale.ROOT) + "_" + value, quantizer.type(), value);
  }

  private static DataType containerType(IntegerFormat format) {
    if (format.containerBits() == 8) {
      return DataType.UINT8;
    }
    return format.signed() ? DataType.INT16 : DataType.UINT16;
  }

  private static int offset(IntegerFormat format) {
    return format.containerBits() == 8 && format.signed() ? UNSIGNED_OFFSET : 0;
  }

  private Quantizer staticQuantizer(String tensor) {
    QuantParams params = lowered.params(tensor);
    DataType type = containerType(params.format());
    int offset = offset(params.format());
    String scale = parts.constant(tensor + "_scale", Tensor.ofFloats(Shape.scalar(), params.single().scale()));
    String zeroPoint =
        parts.constant(
            tensor + "_zero_point", GraphParts.codes(type, Shape.scalar(), params.single().zeroPoint() + offset));
    return new Quantizer(scale, zeroPoint, type, offset);
  }

  private String clampWide(String tensor, String raw, Bounds bounds) {
    Affine affine = lowered.params(tensor).single();
    String min = parts.constant(tensor + "_min", Tensor.ofFloats(Shape.scalar(), affine.dequantize(bounds.min())));
    String max = parts.constant(tensor + "_max", Tensor.ofFloats(Shape.scalar(), affine.dequantize(bounds.max())));
    String clamped = parts.freshTensor(tensor + "_clamped");
    parts.node(tensor + "_Clip", "Clip", List.of(raw, min, max), List.of(clamped), Map.of());
    return clamped;
  }

  private Quantizer dynamicQuantizer(String tensor, String raw) {
    IntegerFormat format = lowered.params(tensor).format();
    DynamicRange range = new DynamicRange(parts, tensor, format, containerType(format), offset(format));
    range.write(raw);
    return new Quantizer(range.scale(), range.zeroPoint(), containerType(format), offset(format));
  }
}
