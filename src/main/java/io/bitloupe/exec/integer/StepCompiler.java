package io.bitloupe.exec.integer;

import io.bitloupe.kernel.AddRule;
import io.bitloupe.kernel.ConvolutionKernel;
import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.MultiplyRule;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Window;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Operand;
import io.bitloupe.qdq.QuantizedBias;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Requantization;
import io.bitloupe.quant.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Makes the operator of one integer step. */
final class StepCompiler {

  private static final Set<String> SPATIAL =
      Set.of("Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool");
  private static final Set<String> RESHAPING =
      Set.of("Gemm", "MatMul", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose");

  private final LoweredGraph lowered;
  private final Kernels kernels;
  private final Map<String, Tensor> constants;

  StepCompiler(LoweredGraph lowered, Kernels kernels) {
    this.lowered = lowered;
    this.kernels = kernels;
    this.constants = lowered.model().graph().initializers();
  }

  /**
   * The layout in which a step wants all its activations and its output.
   *
   * @param inputs shapes of the activations
   * @param output shape of the output
   * @param channelsLast whether some activation is there with channels last
   */
  static Layout layout(IntegerStep step, List<Shape> inputs, Shape output, boolean channelsLast) {
    String operator = step.node().opType();
    if (SPATIAL.contains(operator)) {
      return Layout.CHANNELS_LAST;
    }
    boolean sameRank = inputs.stream().allMatch(shape -> shape.rank() == output.rank());
    return !RESHAPING.contains(operator) && channelsLast && sameRank && output.rank() >= 3
        ? Layout.CHANNELS_LAST
        : Layout.PLAIN;
  }

  /** The operator of {@code step}. */
  IntegerOperator compile(IntegerStep step, List<ValueSpec> inputs, ValueSpec output) {
    Node node = step.node();
    return switch (node.opType()) {
      case "Conv" -> convolution(step, inputs.getFirst(), output);
      case "Gemm", "MatMul" -> product(step, inputs, output);
      case "Add", "Mul" -> elementwise(step, inputs, output);
      case "Concat" -> concat(step, inputs, output);
      case "AveragePool", "GlobalAveragePool" -> average(step, inputs.getFirst(), output);
      case "MaxPool", "GlobalMaxPool" -> {
        Shape shape = inputs.getFirst().shape();
        Window window = window(step, inputs.getFirst(), output);
        yield move(step, new MaxPoolMovement(window, shape.dim(0), shape.dim(1), kernels.pointwise()), inputs, output);
      }
      case "Relu", "Clip", "Identity", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze" ->
          move(step, MoveOperator::inPlace, inputs, output);
      case "Transpose" -> mapped(step, Movements.transpose(node, inputs.getFirst().shape(), output.shape()), 0, inputs, output);
      case "Slice" ->
          mapped(step, Movements.slice(node, inputs.getFirst().shape(), output.shape(), constants), 0, inputs, output);
      case "Pad" -> {
        int[] source = Movements.pad(node, inputs.getFirst().shape(), output.shape(), constants);
        yield mapped(step, source, Movements.padValue(node, constants), inputs, output);
      }
      case "Resize" ->
          mapped(step, Movements.resize(node, inputs.getFirst().shape(), output.shape(), constants), 0, inputs, output);
      default -> throw new IllegalArgumentException("%s, a %s, has no integer step".formatted(step.name(), node.opType()));
    };
  }

  private IntegerOperator convolution(IntegerStep step, ValueSpec input, ValueSpec output) {
    Shape shape = input.shape();
    CodeTensor tensor = constant(step, 1);
    int groups = Math.toIntExact(step.node().intAttribute("group", 1));
    int[] taps = new int[shape.rank() - 2];
    for (int axis = 0; axis < taps.length; axis++) {
      taps[axis] = tensor.shape().dim(axis + 2);
    }
    Window window = Windows.of(step.node(), taps, shape, output.shape());
    WindowRows rows = new WindowRows(window, shape.dim(0), shape.dim(1), groups);
    ProductWeights weights = ProductWeights.convolution(tensor, groups);
    boolean depthwise =
        groups == shape.dim(1) && weights.n() == 1 && groups > 1 && weights.k() <= DepthwiseKernel.MAX_TAPS;
    boolean whole = groups == 1 && !rows.dense() && !weights.asymmetric();
    Optional<ConvolutionKernel> full =
        kernels.convolution().filter(kernel -> whole && kernel.takes(window, weights.signed(), input.signed()));
    return product(
        step,
        rows,
        weights,
        input,
        output,
        format ->
            depthwise
                ? ImageAccumulation.depthwise(rows, weights, format.signed(), kernels.depthwise())
                : full.isPresent()
                    ? ImageAccumulation.full(rows, weights, format.signed(), full.get())
                    : new GatheredAccumulation(rows, weights, format, kernels.gemm()));
  }

  private IntegerOperator product(IntegerStep step, List<ValueSpec> inputs, ValueSpec output) {
    boolean gemm = step.node().opType().equals("Gemm");
    List<Operand> operands = step.operands();
    boolean constantRight =
        operands.get(0) instanceof Operand.Activation
            && operands.get(1) instanceof Operand.Constant(String _, CodeTensor value)
            && value.shape().rank() == 2
            && value.codes() instanceof Codes.Bytes
            && inputs.getFirst().shape().rank() >= 2;
    if (!constantRight) {
      Side a = side(step, 0, inputs, output.layout(), 2);
      Side b = side(step, 1, inputs, output.layout(), 2);
      if (gemm) {
        throw new IllegalArgumentException(step.name() + ", a Gemm without constant weights, has no integer step");
      }
      return new ActivationProductOperator(
          a, Shape.of(a.dimensions()), b, Shape.of(b.dimensions()), output, kind(), realOutput(step, output), kernels);
    }
    ValueSpec input = inputs.getFirst();
    boolean transposedInput = gemm && step.node().intAttribute("transA", 0) != 0;
    ProductWeights weights =
        ProductWeights.matrix(constant(step, 1), gemm && step.node().intAttribute("transB", 0) != 0);
    MatrixRows rows = new MatrixRows(input.elements() / weights.k(), weights.k(), transposedInput);
    return product(
        step,
        rows,
        weights,
        input,
        output,
        format -> new GatheredAccumulation(rows, weights, format, kernels.gemm()));
  }

  /** What the kinds of product have in common. */
  private IntegerOperator product(
      IntegerStep step,
      Rows rows,
      ProductWeights weights,
      ValueSpec input,
      ValueSpec output,
      Function<IntegerFormat, Accumulation> accumulation) {
    int[] bias = bias(step, weights.outputs());
    RealOutput real = realOutput(step, output);
    boolean fast = input.fast() && output.fast();
    if (!weights.fitsInt(input.wide() ? new int[bias.length] : bias)) {
      return new GeneralProductOperator(rows, weights, bias, realBias(step, bias), input, output, kind(), real);
    }
    if (fast) {
      return new ProductOperator(
          accumulation.apply(input.format()),
          bias,
          input.affine().zeroPoint(),
          requantizer(step, input, weights, output),
          kernels.pointwise());
    }
    List<Accumulation> planes =
        input.wide()
            ? List.of(
                accumulation.apply(new IntegerFormat(Byte.SIZE, input.signed(), Scheme.ASYMMETRIC)),
                accumulation.apply(IntegerFormat.activations(Byte.SIZE)))
            : List.of(accumulation.apply(input.format()));
    Optional<Requantizer> requantizer =
        input.dynamic() || output.dynamic()
            ? Optional.empty()
            : Optional.of(requantizer(step, input, weights, output));
    return new PlanesOperator(planes, weights.scales(), bias, realBias(step, bias), requantizer, real);
  }

  private static float[] realBias(IntegerStep step, int[] bias) {
    return step.bias().map(QuantizedBias::reals).orElseGet(() -> new float[bias.length]);
  }

  private Requantizer requantizer(IntegerStep step, ValueSpec input, ProductWeights weights, ValueSpec output) {
    RealOutput real = realOutput(step, output);
    return Requantizer.of(
        kind(),
        input.affine().scale(),
        weights.scales(),
        output.affine().scale(),
        output.affine().zeroPoint(),
        real.codeMin(),
        real.codeMax());
  }

  private IntegerOperator elementwise(IntegerStep step, List<ValueSpec> inputs, ValueSpec output) {
    boolean adds = step.node().opType().equals("Add");
    Side a = side(step, 0, inputs, output.layout(), output.shape().rank());
    Side b = side(step, 1, inputs, output.layout(), output.shape().rank());
    RealOutput real = realOutput(step, output);
    // In the graph's order: ONNX Runtime takes the operand that repeats along the innermost axis second.
    boolean swapped = innermost(step, 0, output) == 1 && innermost(step, 1, output) != 1;
    int[] dimensions = output.dimensions();
    Broadcast broadcast = Broadcast.of(a.dimensions(), b.dimensions(), dimensions);
    swapped |= !broadcast.advancesA() && broadcast.advancesB();
    if (swapped) {
      Side first = a;
      a = b;
      b = first;
      broadcast = Broadcast.of(a.dimensions(), b.dimensions(), dimensions);
    }
    if (!a.fast() || !b.fast() || !output.fast() || (!broadcast.advancesA() && broadcast.advancesB())) {
      return new RealElementwiseOperator(adds ? Float::sum : (x, y) -> x * y, broadcast, a, b, real);
    }
    AddRule.Signs signs = new AddRule.Signs(a.format().signed(), b.format().signed(), output.signed());
    if (adds) {
      AddRule rule =
          AddRule.of(kind(), a.fixedAffine(), b.fixedAffine(), output.affine(), signs, real.codeMin(), real.codeMax());
      return ElementwiseOperator.add(rule, broadcast, a, b, kernels.pointwise());
    }
    MultiplyRule rule =
        MultiplyRule.of(kind(), a.fixedAffine(), b.fixedAffine(), output.affine(), signs, real.codeMin(), real.codeMax());
    return ElementwiseOperator.multiply(rule, broadcast, a, b, kernels.pointwise());
  }

  /** Length of an operand along the innermost axis of the graph along which the output is longer than 1. */
  private int innermost(IntegerStep step, int operand, ValueSpec output) {
    int[] dimensions = Broadcast.padded(operandShape(step, operand).toArray(), output.shape().rank());
    for (int axis = dimensions.length - 1; axis >= 0; axis--) {
      if (output.shape().dim(axis) != 1) {
        return dimensions[axis];
      }
    }
    return 1;
  }

  private Shape operandShape(IntegerStep step, int operand) {
    return switch (step.operands().get(operand)) {
      case Operand.Activation(String tensor) -> IntegerPlan.shape(lowered.model(), tensor);
      case Operand.Constant(String _, CodeTensor value) -> value.shape();
    };
  }

  private IntegerOperator concat(IntegerStep step, List<ValueSpec> inputs, ValueSpec output) {
    int rank = output.shape().rank();
    int axis = Math.toIntExact(step.node().intAttribute("axis", 0));
    int memoryAxis = output.layout().memoryAxis(axis < 0 ? axis + rank : axis, rank);
    List<Side> sides = new ArrayList<>();
    for (int operand = 0; operand < step.operands().size(); operand++) {
      sides.add(side(step, operand, inputs, output.layout(), rank));
    }
    return new ConcatOperator(sides, output, memoryAxis, kind(), realOutput(step, output), kernels.pointwise());
  }

  private IntegerOperator average(IntegerStep step, ValueSpec input, ValueSpec output) {
    Shape shape = input.shape();
    Window window = window(step, input, output);
    boolean global = step.node().opType().startsWith("Global");
    if (global && input.fast() && output.fast() && kind() == Requantization.FLOAT_SCALE && window.taps() <= DepthwiseKernel.MAX_TAPS) {
      return globalAverage(new WindowRows(window, shape.dim(0), shape.dim(1), shape.dim(1)), input, output, realOutput(step, output));
    }
    return new PoolOperator(
        window,
        shape.dim(0),
        shape.dim(1),
        global,
        step.node().intAttribute("count_include_pad", 0) != 0,
        kind(),
        realOutput(step, output),
        kernels.pointwise());
  }

  /** A global average is a depthwise convolution with weights of 1. */
  private IntegerOperator globalAverage(WindowRows rows, ValueSpec input, ValueSpec output, RealOutput real) {
    ProductWeights ones = ProductWeights.ones(rows.channels(), rows.window().taps());
    Requantizer requantizer =
        Requantizer.of(
            kind(),
            input.affine().scale(),
            ones.scales(),
            output.affine().scale() * rows.window().taps(),
            output.affine().zeroPoint(),
            real.codeMin(),
            real.codeMax());
    return new ProductOperator(
        ImageAccumulation.depthwise(rows, ones, input.signed(), kernels.depthwise()),
        new int[rows.channels()],
        input.affine().zeroPoint(),
        requantizer,
        kernels.pointwise());
  }

  private static Window window(IntegerStep step, ValueSpec input, ValueSpec output) {
    return step.node().opType().startsWith("Global")
        ? Windows.global(input.shape())
        : Windows.of(step.node(), step.node().intsAttribute("kernel_shape"), input.shape(), output.shape());
  }

  private IntegerOperator mapped(IntegerStep step, int[] source, float fill, List<ValueSpec> inputs, ValueSpec output) {
    ValueSpec input = inputs.getFirst();
    IndexMap map = IndexMap.of(source, fill, input.shape(), input.layout(), output.shape(), output.layout());
    return move(step, map, inputs, output);
  }

  private IntegerOperator move(IntegerStep step, MoveOperator.Movement movement, List<ValueSpec> inputs, ValueSpec output) {
    return new MoveOperator(movement, inputs.getFirst(), output, kind(), realOutput(step, output), kernels.pointwise());
  }

  /** An operand of an operator with two, in the step's layout; a constant gets dimensions of 1 put before it. */
  private Side side(IntegerStep step, int operand, List<ValueSpec> inputs, Layout layout, int rank) {
    switch (step.operands().get(operand)) {
      case Operand.Activation(String tensor) -> {
        int index = 0;
        for (int i = 0; i < operand; i++) {
          index += step.operands().get(i) instanceof Operand.Activation ? 1 : 0;
        }
        ValueSpec spec = inputs.get(index);
        if (spec.shape().rank() >= rank) {
          return new Side.Activation(index, spec);
        }
        Shape padded = Shape.of(Broadcast.padded(spec.shape().toArray(), rank));
        return new Side.Activation(index, new ValueSpec(tensor, padded, layout, spec.params(), spec.dynamic()));
      }
      case Operand.Constant(String name, CodeTensor tensor) -> {
        int ownRank = Math.max(rank, tensor.shape().rank());
        Shape padded = Shape.of(Broadcast.padded(tensor.shape().toArray(), ownRank));
        Value value = new Value(new ValueSpec(name, padded, layout, tensor.params(), false));
        value.allocate(1);
        value.fromTensor(new CodeTensor(padded, tensor.params(), tensor.codes()), 1);
        return new Side.Constant(value);
      }
    }
  }

  private static CodeTensor constant(IntegerStep step, int operand) {
    if (step.operands().get(operand) instanceof Operand.Constant(String _, CodeTensor value)) {
      return value;
    }
    throw new IllegalArgumentException("the weights of %s are computed, not constant".formatted(step.name()));
  }

  private static int[] bias(IntegerStep step, int outputs) {
    int[] codes = step.bias().map(QuantizedBias::codes).orElseGet(() -> new int[outputs]);
    if (codes.length != outputs) {
      throw new IllegalArgumentException("%s has %d outputs and a bias of %d".formatted(step.name(), outputs, codes.length));
    }
    return codes;
  }

  private Requantization kind() {
    return lowered.requantization();
  }

  /** The clamp of a step: on codes, which a Relu or Clip that is a step of its own narrows, and on real numbers. */
  private RealOutput realOutput(IntegerStep step, ValueSpec output) {
    List<Node> clamps = new ArrayList<>();
    clamps.add(step.node());
    clamps.addAll(step.fused());
    float lower = Clamps.lower(clamps, constants);
    float upper = Clamps.upper(clamps, constants);
    int codeMin = step.codeMin();
    int codeMax = step.codeMax();
    if (!output.dynamic() && (step.node().is("Relu") || step.node().is("Clip"))) {
      codeMin = Clamps.code(lower, output.params().single(), step.codeMin(), step.codeMax());
      codeMax = Clamps.code(upper, output.params().single(), step.codeMin(), step.codeMax());
    }
    return new RealOutput(lower, upper, codeMin, codeMax);
  }
}
