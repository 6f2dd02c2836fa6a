package io.bitloupe.qdq;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.OpsetUpgrader;
import io.bitloupe.onnx.Renaming;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a lowered graph as ONNX with QuantizeLinear (Q) and DequantizeLinear (DQ), in the forms that ONNX Runtime fuses.
 *
 * <ul>
 *   <li>An activation that exists as codes is written by Q and read through DQ. The DQ's output has the activation's own name,
 *       what goes into the Q is called {@code <name>_QuantizeLinear_Input}.
 *   <li>Activations of 8 bits and less are stored as uint8: on x86 ONNX Runtime fuses nothing else once a clamp stands between
 *       Q and DQ. Signed codes get 128 added, zero-point included, which changes no value.
 *   <li>Relu and Clip are gone; where fewer codes than the container's are left, a Clip on the codes follows the Q.
 *   <li>Weights are int8 with DQ, biases int32 with DQ and the scale Sx * Sw.
 *   <li>Float islands are as in the model, with weights as codes and DQ where they are quantized.
 * </ul>
 */
public final class QdqGraphBuilder {

  private static final int OPSET_OF_WIDE_CODES = 21;
  private static final int UNSIGNED_OFFSET = 128;

  private final LoweredGraph lowered;
  private final Model model;
  private final Graph source;
  private final GraphParts parts;
  private final WeightWriter weights;
  private final Set<String> results = new HashSet<>();
  private final Set<String> callerInputs = new HashSet<>();
  private final Set<String> readInside = new HashSet<>();
  private final Map<String, Quantizer> quantizers = new HashMap<>();
  private final Map<String, String> views = new HashMap<>();
  private final Map<String, QdqGraph.Stored> stored = new LinkedHashMap<>();
  private final Map<String, String> notes = new LinkedHashMap<>();

  /** Names of scale and zero-point, and how codes are stored. */
  private record Quantizer(String scale, String zeroPoint, DataType type, int offset) {}

  private QdqGraphBuilder(LoweredGraph lowered) {
    this.lowered = lowered;
    this.model = lowered.model();
    this.source = model.graph();
    this.parts = new GraphParts(source);
    this.weights = new WeightWriter(parts);
    source.outputs().stream().map(ValueInfo::name).forEach(results::add);
    source.inputs().stream().map(ValueInfo::name).forEach(callerInputs::add);
    for (Step step : lowered.steps()) {
      readInside.addAll(step instanceof IntegerStep integer ? integer.inputs() : ((FloatIsland) step).inputs());
    }
  }

  /** Writes {@code lowered}. */
  public static QdqGraph build(LoweredGraph lowered) {
    return build(lowered, Map.of());
  }

  /**
   * Writes {@code lowered}.
   *
   * @param metadata key-value pairs for the file, added to those of the model
   */
  public static QdqGraph build(LoweredGraph lowered, Map<String, String> metadata) {
    return new QdqGraphBuilder(lowered).build(new LinkedHashMap<>(metadata));
  }

  private QdqGraph build(Map<String, String> metadata) {
    for (ValueInfo input : source.inputs()) {
      if (lowered.isCodes(input.name())) {
        quantize(input.name(), input.name(), fullRange(input.name()));
      }
    }
    for (Step step : lowered.steps()) {
      switch (step) {
        case IntegerStep integer -> write(integer);
        case FloatIsland island -> write(island);
      }
    }
    for (ValueInfo output : source.outputs()) {
      Tensor constant = source.initializers().get(output.name());
      if (constant != null) {
        parts.original(output.name(), constant);
      }
    }
    source.metadata().forEach(metadata::putIfAbsent);
    Graph graph = source.with(parts.nodes(), parts.initializers()).withMetadata(metadata);
    return new QdqGraph(needsWideCodes() ? OpsetUpgrader.upgrade(graph, OPSET_OF_WIDE_CODES) : graph, stored, views, notes);
  }

  private boolean needsWideCodes() {
    return weights.needsBlocks()
        || lowered.activations().values().stream().anyMatch(params -> params.format().containerBits() > 8);
  }

  // Integer steps.

  private void write(IntegerStep step) {
    Node node = step.node();
    List<String> inputs = new ArrayList<>(node.inputs());
    for (int i = 0; i < step.operands().size(); i++) {
      inputs.set(i, operand(step, step.operands().get(i), i));
    }
    step.bias().ifPresent(bias -> setInput(inputs, 2, bias(step, bias)));
    if (node.is("Reshape")) {
      setInput(inputs, 1, reshapeTarget(node));
    }
    for (int i = step.operands().size(); i < inputs.size(); i++) {
      keepConstant(inputs.get(i));
    }
    String output = step.output();
    boolean isDynamic = lowered.dynamic().contains(output);
    String raw = parts.freshTensor(output + "_QuantizeLinear_Input");
    String written = isDynamic && !step.fused().isEmpty() ? parts.freshTensor(output + "_unclamped") : raw;
    Node renamed = new Node(step.name(), node.opType(), node.domain(), inputs, List.of(written), attributes(node));
    parts.node(renamed);
    if (!written.equals(raw)) {
      clampInFloat(step, written, raw);
    }
    boolean passesOn = step.operands().size() == 1 && isMove(step);
    if (passesOn) {
      quantizers.put(output, quantizer(step.inputs().getFirst()));
      quantize(output, raw, fullContainer(output));
    } else {
      quantize(output, raw, new Bounds(step.codeMin(), step.codeMax()));
    }
  }

  private void clampInFloat(IntegerStep step, String from, String to) {
    String tensor = from;
    for (int i = 0; i < step.fused().size(); i++) {
      Node clamp = step.fused().get(i);
      List<String> inputs = new ArrayList<>(clamp.inputs());
      inputs.set(0, tensor);
      inputs.stream().skip(1).forEach(this::keepConstant);
      tensor = i == step.fused().size() - 1 ? to : parts.freshTensor(clamp.output());
      parts.node(new Node(clamp.name(), clamp.opType(), clamp.domain(), inputs, List.of(tensor), clamp.attributes()));
    }
  }

  /** Whether a step only passes codes on: its output has its input's parameters and no clamp of its own. */
  private boolean isMove(IntegerStep step) {
    return Moves.OPERATORS.contains(step.node().opType());
  }

  private static Map<String, Attribute> attributes(Node node) {
    if (!node.is("Gemm")) {
      return node.attributes();
    }
    Map<String, Attribute> spelled = new HashMap<>(node.attributes());
    spelled.put("alpha", new Attribute.FloatValue(1));
    spelled.put("beta", new Attribute.FloatValue(1));
    return spelled;
  }

  private String operand(IntegerStep step, Operand operand, int position) {
    return switch (operand) {
      case Operand.Activation(String tensor) -> view(tensor);
      case Operand.Constant(String tensor, CodeTensor value) -> {
        boolean isWeight = position == 1 && Set.of("Conv", "Gemm", "MatMul").contains(step.node().opType());
        if (!isWeight) {
          yield weights.operand(tensor, value);
        }
        if (step.node().is("Conv") && !weights.hasEqualZeroPoints(value)) {
          notes.put(
              step.name(),
              "ONNX Runtime's QLinearConv takes one zero-point for all channels of the weights, and these have different ones");
          yield weights.unfused(tensor, value);
        }
        yield weights.weight(tensor, value);
      }
    };
  }

  /** The target of a Reshape as a constant: the shape of one sample with the batch left open. */
  private String reshapeTarget(Node node) {
    String given = node.inputs().get(1);
    if (source.isConstant(given)) {
      return given;
    }
    TensorInfo info = model.tensor(node.output());
    long[] target = info.shape().toLongs();
    if (info.batched()) {
      target[0] = -1;
    }
    return parts.constant(node.output() + "_shape", Tensor.ofLongs(Shape.of(target.length), target));
  }

  private static void setInput(List<String> inputs, int position, String tensor) {
    while (inputs.size() <= position) {
      inputs.add("");
    }
    inputs.set(position, tensor);
  }

  // Float islands.

  private void write(FloatIsland island) {
    for (Node node : island.nodes()) {
      Map<String, String> names = new HashMap<>();
      for (String input : GraphIndex.inputsWithCaptured(node)) {
        if (lowered.isCodes(input)) {
          names.put(input, view(input));
        } else if (lowered.constantCodes().containsKey(input)) {
          names.put(input, islandWeight(input, node));
        } else {
          keepConstant(input);
        }
      }
      List<String> outputs =
          node.outputs().stream()
              .map(output -> lowered.isCodes(output) ? parts.freshTensor(output + "_QuantizeLinear_Input") : output)
              .toList();
      Node renamed = Renaming.apply(node, names).withOutputs(outputs);
      parts.node(keptFromSoftmaxFusion(node, guarded(node, renamed, island), island));
      for (int i = 0; i < outputs.size(); i++) {
        if (lowered.isCodes(node.outputs().get(i))) {
          quantize(node.outputs().get(i), outputs.get(i), fullRange(node.outputs().get(i)));
        }
      }
    }
  }

  /**
   * ONNX Runtime makes a QGemm of a Gemm whose bias comes out of a DQ, and takes the bias codes to be in units of Sx * Sw without
   * looking at the scale of that DQ. Where Sx is known at run time only, no stored codes can be, so the bias is the float values
   * that the integer engine adds.
   */
  private String bias(IntegerStep step, QuantizedBias bias) {
    return lowered.dynamic().contains(step.inputs().getFirst())
        ? parts.constant(bias.tensor() + "_real", Tensor.ofFloats(Shape.of(bias.codes().length), bias.reals()))
        : weights.bias(bias);
  }

  private String islandWeight(String tensor, Node node) {
    CodeTensor codes = Optional.ofNullable(lowered.constantCodes().get(tensor)).orElseThrow();
    boolean meetsCodes = node.inputs().stream().anyMatch(lowered::isCodes);
    return weights.inIsland(tensor, codes, meetsCodes, Optional.ofNullable(lowered.constants().get(tensor)).orElseThrow());
  }

  /**
   * ONNX Runtime (WeightBiasQuantization) quantizes the float weights of a Conv, ConvTranspose or Gemm between a DQ and a Q, per
   * tensor and unasked, when the bias is a float constant or absent. A bias that comes out of a DQ keeps it from that; codes in
   * units of a power of two lose nothing of it.
   */
  private Node guarded(Node node, Node renamed, FloatIsland island) {
    boolean tempting = node.is("Conv") || node.is("ConvTranspose") || node.is("Gemm");
    if (!tempting || !comesFromCodes(node.inputs().getFirst(), island) || !leadsToCodes(node.output(), island)) {
      return renamed;
    }
    List<String> inputs = new ArrayList<>(renamed.inputs());
    Optional<String> bias = node.input(2);
    if (bias.isPresent() && (!source.isConstant(bias.get()) || source.constant(bias.get()).type() != DataType.FLOAT)) {
      return renamed;
    }
    int channels = model.tensor(node.output()).shape().dim(1);
    Tensor values =
        bias.map(source::constant).orElseGet(() -> Tensor.ofFloats(Shape.of(channels), new float[channels]));
    if (values.shape().rank() != 1) {
      return renamed;
    }
    setInput(inputs, 2, weights.exactBias(bias.orElse(node.output() + "_no_bias"), values));
    return renamed.withInputs(inputs);
  }

  /**
   * ONNX Runtime makes a QLinearSoftmax of a Softmax between a DQ and a Q, whose 32-bit arithmetic wraps around where an output
   * lies above the range of the codes (and for an axis of size 1), so that a probability of 1 becomes the code 0. A Sum of one
   * term, which changes nothing and which ONNX Runtime leaves alone, keeps it in float.
   */
  private Node keptFromSoftmaxFusion(Node node, Node renamed, FloatIsland island) {
    boolean tempting = node.is("Softmax") && comesFromCodes(node.inputs().getFirst(), island);
    if (!tempting || !leadsToCodes(node.output(), island)) {
      return renamed;
    }
    String same = parts.freshTensor(node.inputs().getFirst() + "_in_float");
    parts.node(node.name() + "_in_float", "Sum", List.of(renamed.inputs().getFirst()), List.of(same), Map.of());
    return renamed.withInputs(List.of(same));
  }

  /**
   * Whether ONNX Runtime may come to see a DQ right before a node that reads {@code tensor}: it carries Q and DQ through nodes
   * that only move values.
   */
  private boolean comesFromCodes(String tensor, FloatIsland island) {
    String current = tensor;
    while (!lowered.isCodes(current)) {
      String read = current;
      Optional<Node> writer = island.nodes().stream().filter(node -> node.outputs().contains(read)).findFirst();
      if (writer.isEmpty() || !Moves.OPERATORS.contains(writer.get().opType())) {
        return false;
      }
      current = writer.get().inputs().getFirst();
    }
    return true;
  }

  /** Whether it may come to see a Q right after the node that writes {@code tensor}, perhaps behind Relu and Clip. */
  private boolean leadsToCodes(String tensor, FloatIsland island) {
    Deque<String> open = new ArrayDeque<>(List.of(tensor));
    while (!open.isEmpty()) {
      String current = open.pop();
      if (lowered.isCodes(current)) {
        return true;
      }
      for (Node node : island.nodes()) {
        boolean transparent = Moves.OPERATORS.contains(node.opType()) || node.is("Relu") || node.is("Clip");
        if (transparent && node.inputs().getFirst().equals(current)) {
          open.add(node.output());
        }
      }
    }
    return false;
  }

  // Activations.

  private record Bounds(int min, int max) {}

  private Bounds fullRange(String tensor) {
    IntegerFormat format = lowered.params(tensor).format();
    return new Bounds(format.quantMin(), format.quantMax());
  }

  private Bounds fullContainer(String tensor) {
    IntegerFormat format = lowered.params(tensor).format();
    int codes = 1 << format.containerBits();
    return format.signed() ? new Bounds(-codes / 2, codes / 2 - 1) : new Bounds(0, codes - 1);
  }

  /** The tensor in which floating-point readers find the activation {@code tensor}. */
  private String view(String tensor) {
    return views.getOrDefault(tensor, tensor);
  }

  private Quantizer quantizer(String tensor) {
    return Optional.ofNullable(quantizers.get(tensor)).orElseThrow();
  }

  /** Writes Q, the clamp where {@code bounds} leave codes of the container out, and DQ for the float tensor {@code raw}. */
  private void quantize(String tensor, String raw, Bounds bounds) {
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

  private void keepConstant(String tensor) {
    Tensor value = lowered.constants().get(tensor);
    if (value == null) {
      value = source.initializers().get(tensor);
    }
    if (value != null) {
      parts.original(tensor, value);
    }
  }
}
