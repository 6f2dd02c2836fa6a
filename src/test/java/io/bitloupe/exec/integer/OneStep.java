package io.bitloupe.exec.integer;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Operand;
import io.bitloupe.qdq.QuantizedBias;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Requantization;
import io.bitloupe.quant.Scheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Builds lowered graphs of a single integer step, for tests. */
final class OneStep {

  private final String operator;
  private final Map<String, Attribute> attributes = new HashMap<>();
  private final List<Operand> operands = new ArrayList<>();
  private final List<String> shapeInputs = new ArrayList<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, QuantParams> params = new LinkedHashMap<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final List<Node> fused = new ArrayList<>();
  private Optional<QuantizedBias> bias = Optional.empty();
  private Set<String> dynamic = Set.of();
  private Requantization kind = Requantization.FLOAT_SCALE;

  OneStep(String operator) {
    this.operator = operator;
  }

  static IntegerFormat format(boolean signed) {
    return new IntegerFormat(8, signed, Scheme.ASYMMETRIC);
  }

  static QuantParams params(boolean signed, float scale, int zeroPoint) {
    return QuantParams.perTensor(format(signed), new Affine(scale, zeroPoint));
  }

  OneStep attribute(String name, long... values) {
    attributes.put(name, new Attribute.Ints(Arrays.stream(values).boxed().toList()));
    return this;
  }

  OneStep attribute(String name, int value) {
    attributes.put(name, new Attribute.IntValue(value));
    return this;
  }

  OneStep attribute(String name, String value) {
    attributes.put(name, new Attribute.StringValue(value));
    return this;
  }

  /** An activation named x0, x1 ... */
  OneStep activation(QuantParams quantParams, int... shape) {
    String name = "x" + operands.size();
    operands.add(new Operand.Activation(name));
    tensors.put(name, new TensorInfo(name, DataType.FLOAT, Shape.of(shape), true));
    params.put(name, quantParams);
    return this;
  }

  OneStep constant(CodeTensor value) {
    operands.add(new Operand.Constant("w" + operands.size(), value));
    return this;
  }

  OneStep shapeInput(Tensor value) {
    String name = "shape" + shapeInputs.size();
    shapeInputs.add(name);
    constants.put(name, value);
    return this;
  }

  OneStep bias(int[] codes, float[] scales) {
    bias = Optional.of(new QuantizedBias("b", codes, scales));
    return this;
  }

  OneStep fused(Node node) {
    fused.add(node);
    return this;
  }

  OneStep dynamic(String... names) {
    dynamic = Set.of(names);
    return this;
  }

  OneStep kind(Requantization requantization) {
    kind = requantization;
    return this;
  }

  /** The graph, with the output named y. */
  LoweredGraph build(QuantParams output, int... shape) {
    IntegerFormat format = output.format();
    return clamped(output, format.quantMin(), format.quantMax(), shape);
  }

  LoweredGraph clamped(QuantParams output, int codeMin, int codeMax, int... shape) {
    tensors.put("y", new TensorInfo("y", DataType.FLOAT, Shape.of(shape), true));
    params.put("y", output);
    List<String> inputs = new ArrayList<>();
    for (Operand operand : operands) {
      inputs.add(
          switch (operand) {
            case Operand.Activation(String tensor) -> tensor;
            case Operand.Constant(String tensor, CodeTensor _) -> tensor;
          });
    }
    inputs.addAll(shapeInputs);
    Node node = Node.of("node", operator, inputs, List.of("y"), attributes);
    IntegerStep step = new IntegerStep("step", node, fused, operands, bias, "y", codeMin, codeMax);
    List<ValueInfo> modelInputs =
        params.keySet().stream().filter(name -> name.startsWith("x")).map(name -> new ValueInfo(name, DataType.FLOAT, List.of())).toList();
    Graph graph =
        new Graph(
            "one step",
            modelInputs,
            List.of(new ValueInfo("y", DataType.FLOAT, List.of())),
            List.of(node),
            constants,
            Map.of("", 21),
            Map.of());
    Model model = new Model(Path.of("none"), "", graph, graph, tensors, List.of(), true, List.of());
    return new LoweredGraph(model, List.of(step), params, dynamic, Map.of(), kind);
  }

  static IntegerStep step(LoweredGraph lowered) {
    return (IntegerStep) lowered.steps().getFirst();
  }

  static CodeTensor codes(QuantParams params, byte[] values, int... shape) {
    return new CodeTensor(Shape.of(shape), params, new Codes.Bytes(values, params.format().signed()));
  }

  static QuantParams perChannel(IntegerFormat format, int axis, float[] scales, int[] zeroPoints) {
    List<Affine> affine = new ArrayList<>();
    for (int i = 0; i < scales.length; i++) {
      affine.add(new Affine(scales[i], zeroPoints[i]));
    }
    return new QuantParams(format, Granularity.CHANNEL, axis, affine);
  }
}
