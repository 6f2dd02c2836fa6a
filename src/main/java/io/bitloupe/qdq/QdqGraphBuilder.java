package io.bitloupe.qdq;

import io.bitloupe.model.Attribute;
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
import io.bitloupe.quant.CodeTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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

  private final LoweredGraph lowered;
  private final Model model;
  private final Graph source;
  private final GraphParts parts;
  private final WeightWriter weights;
  private final ActivationWriter activations;
  private final Map<String, String> notes = new LinkedHashMap<>();

  private QdqGraphBuilder(LoweredGraph lowered) {
    this.lowered = lowered;
    this.model = lowered.model();
    this.source = model.graph();
    this.parts = new GraphParts(source);
    this.weights = new WeightWriter(parts);
    this.activations = new ActivationWriter(lowered, parts, weights);
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
        activations.quantize(input.name(), input.name(), activations.fullRange(input.name()));
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
    Graph written = needsWideCodes() ? OpsetUpgrader.upgrade(graph, OPSET_OF_WIDE_CODES) : graph;
    return new QdqGraph(written, activations.stored(), activations.views(), notes);
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
    step.bias().ifPresent(bias -> GraphParts.setInput(inputs, 2, bias(step, bias)));
    if (node.is("Reshape")) {
      GraphParts.setInput(inputs, 1, reshapeTarget(node));
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
    if (step.operands().size() == 1 && Moves.OPERATORS.contains(node.opType())) {
      // Its output has its input's parameters and no clamp of its own.
      activations.shareQuantizer(output, step.inputs().getFirst());
      activations.quantize(output, raw, activations.fullContainer(output));
    } else {
      activations.quantize(output, raw, new ActivationWriter.Bounds(step.codeMin(), step.codeMax()));
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
      case Operand.Activation(String tensor) -> activations.view(tensor);
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

  // Float islands.

  private void write(FloatIsland island) {
    FusionGuard guard = new FusionGuard(lowered, island, parts, weights);
    for (Node node : island.nodes()) {
      Map<String, String> names = new HashMap<>();
      for (String input : GraphIndex.inputsWithCaptured(node)) {
        if (lowered.isCodes(input)) {
          names.put(input, activations.view(input));
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
      parts.node(guard.guarded(node, renamed));
      for (int i = 0; i < outputs.size(); i++) {
        if (lowered.isCodes(node.outputs().get(i))) {
          activations.quantize(node.outputs().get(i), outputs.get(i), activations.fullRange(node.outputs().get(i)));
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
