package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Folds BatchNormalization {@code y = γ (x - μ) / √(σ² + ε) + β} (Ioffe and Szegedy 2015, at inference) into the layer before it:
 * {@code W' = s W} and {@code b' = s (b - μ) + β} with {@code s = γ / √(σ² + ε)} for each output channel, computed in double
 * and rounded once. Where the layer before it is none with constant weights, or has other readers, the normalization becomes an
 * affine map by channel: a Mul and an Add with constants named after it. The output keeps its name either way.
 */
public final class BatchNormFolder {

  /**
   * What came out.
   *
   * @param graph the graph without BatchNormalization of constant statistics
   * @param folded how many went into the layer before them
   * @param affine names of the outputs of those that became an affine map
   */
  public record Result(Graph graph, int folded, List<String> affine) {
    /** Copies the list. */
    public Result {
      affine = List.copyOf(affine);
    }
  }

  /** The map {@code y = scale x + shift} of each channel. */
  private record Affine(double[] scale, double[] shift) {}

  private final Graph graph;
  private final GraphIndex index;
  private final Names names;
  private final Map<String, Shape> shapes;
  private final Map<String, Tensor> constants;
  /** What stands in the place of a node: nothing, another node or two. */
  private final Map<Node, List<Node>> replaced = new IdentityHashMap<>();

  private BatchNormFolder(Graph graph, Map<String, Shape> shapes) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
    this.names = new Names(graph);
    this.shapes = shapes;
    this.constants = new LinkedHashMap<>(graph.initializers());
  }

  /**
   * Folds what can be folded in {@code graph}.
   *
   * @param shapes shape of every computed tensor, for any batch
   */
  public static Result fold(Graph graph, Map<String, Shape> shapes) {
    return new BatchNormFolder(graph, shapes).fold();
  }

  private Result fold() {
    int folded = 0;
    List<String> affine = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Optional<Affine> map = node.is("BatchNormalization") ? affine(node) : Optional.empty();
      if (map.isEmpty()) {
        continue;
      }
      Optional<Node> merged = before(node).flatMap(layer -> merge(layer, node, map.get()));
      if (merged.isPresent()) {
        replaced.put(index.producer(node.inputs().getFirst()).orElseThrow(), List.of(merged.get()));
        replaced.put(node, List.of());
        folded++;
      } else {
        replaced.put(node, affineNodes(node, map.get()));
        affine.add(node.output());
      }
    }
    List<Node> nodes = new ArrayList<>();
    graph.nodes().forEach(node -> nodes.addAll(replaced.getOrDefault(node, List.of(node))));
    return new Result(DeadCode.remove(graph.with(nodes, constants)), folded, affine);
  }

  private Optional<Affine> affine(Node node) {
    List<Optional<Tensor>> operands = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      operands.add(node.input(i).flatMap(graph::findConstant));
    }
    boolean constant = operands.stream().allMatch(value -> value.isPresent() && value.get().type() == DataType.FLOAT);
    boolean oneOutput =
        node.outputs().stream().skip(1).allMatch(output -> index.consumers(output).isEmpty() && !index.isOutput(output));
    if (!constant || !oneOutput || node.intAttribute("spatial", 1) == 0 || node.intAttribute("training_mode", 0) != 0) {
      return Optional.empty();
    }
    float[] gamma = operands.get(0).orElseThrow().floats();
    float[] beta = operands.get(1).orElseThrow().floats();
    float[] mean = operands.get(2).orElseThrow().floats();
    float[] variance = operands.get(3).orElseThrow().floats();
    if (beta.length != gamma.length || mean.length != gamma.length || variance.length != gamma.length) {
      throw new InvalidModelException("%s has parameters of different lengths".formatted(GraphSorter.describe(node)));
    }
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    double[] scale = new double[gamma.length];
    double[] shift = new double[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      scale[c] = gamma[c] / Math.sqrt(variance[c] + epsilon);
      shift[c] = beta[c] - scale[c] * mean[c];
      if (!Double.isFinite(scale[c]) || !Double.isFinite(shift[c])) {
        throw new InvalidModelException(
            "%s has no finite scale for channel %d, whose variance is %s".formatted(GraphSorter.describe(node), c, variance[c]));
      }
    }
    return Optional.of(new Affine(scale, shift));
  }

  /** The node before {@code node}, when {@code node} alone reads it. */
  private Optional<Node> before(Node node) {
    String input = node.inputs().getFirst();
    return index.onlyConsumer(input).isPresent() ? index.producer(input).filter(layer -> !replaced.containsKey(layer)) : Optional.empty();
  }

  private Optional<Node> merge(Node layer, Node norm, Affine map) {
    Optional<Tensor> weight = layer.input(1).flatMap(graph::findConstant).filter(value -> value.type() == DataType.FLOAT);
    boolean gemm = layer.is("Gemm");
    boolean matMul = layer.is("MatMul") && weight.isPresent() && weight.get().shape().rank() == 2 && rank(layer.output()) == 2;
    if (weight.isEmpty() || !(layer.is("Conv") || layer.is("ConvTranspose") || gemm || matMul)) {
      return Optional.empty();
    }
    int channels = map.scale().length;
    Optional<Tensor> bias = layer.input(2).flatMap(graph::findConstant);
    boolean knownBias =
        layer.input(2).isEmpty()
            || bias.isPresent()
                && bias.get().type() == DataType.FLOAT
                && (bias.get().elements() == channels || bias.get().elements() == 1)
                && (bias.get().shape().rank() <= 1 || bias.get().shape().dim(-1) == bias.get().elements());
    Optional<double[]> byWeight = scaleOfEachWeight(layer, weight.get(), map.scale());
    if (!knownBias || byWeight.isEmpty()) {
      return Optional.empty();
    }
    float[] weights = weight.get().floats();
    double[] scales = byWeight.get();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (scales[i] * weights[i]);
    }
    double beta = gemm ? layer.floatAttribute("beta", 1) : 1;
    float[] biases = new float[channels];
    for (int c = 0; c < channels; c++) {
      double old = bias.isPresent() ? bias.get().floats()[bias.get().elements() == 1 ? 0 : c] : 0;
      biases[c] = (float) (map.scale()[c] * beta * old + map.shift()[c]);
    }
    String weightName = replaceConstant(layer.inputs().get(1), Tensor.ofFloats(weight.get().shape(), weights));
    String biasName = biasName(layer, norm, biases);
    Map<String, Attribute> attributes = new HashMap<>(layer.attributes());
    attributes.remove("beta");
    return Optional.of(
        new Node(
            layer.name(),
            matMul ? "Gemm" : layer.opType(),
            layer.domain(),
            List.of(layer.inputs().getFirst(), weightName, biasName),
            List.of(norm.output()),
            attributes));
  }

  /** The channel's factor for every weight in its own layout; empty where the channels do not fit. */
  private static Optional<double[]> scaleOfEachWeight(Node layer, Tensor weight, double[] scale) {
    Shape shape = weight.shape();
    double[] result = new double[weight.elements()];
    if (layer.is("ConvTranspose")) {
      int groups = (int) layer.intAttribute("group", 1);
      int perGroup = shape.rank() > 1 ? shape.dim(1) : 0;
      if (groups < 1 || shape.dim(0) % groups != 0 || perGroup * groups != scale.length) {
        return Optional.empty();
      }
      int kernel = shape.product(2, shape.rank());
      for (int i = 0; i < result.length; i++) {
        int input = i / (perGroup * kernel);
        result[i] = scale[input / (shape.dim(0) / groups) * perGroup + i / kernel % perGroup];
      }
      return Optional.of(result);
    }
    boolean outermost = layer.is("Conv") || layer.is("Gemm") && layer.intAttribute("transB", 0) != 0;
    if (shape.rank() < 2 || shape.dim(outermost ? 0 : 1) != scale.length) {
      return Optional.empty();
    }
    int inner = outermost ? shape.product(1, shape.rank()) : 1;
    for (int i = 0; i < result.length; i++) {
      result[i] = scale[i / inner % scale.length];
    }
    return Optional.of(result);
  }

  private String biasName(Node layer, Node norm, float[] biases) {
    Tensor value = Tensor.ofFloats(Shape.of(biases.length), biases);
    if (layer.input(2).isPresent()) {
      return replaceConstant(layer.inputs().get(2), value);
    }
    String weight = layer.inputs().get(1);
    String name = names.fresh(weight.endsWith(".weight") ? weight.substring(0, weight.length() - 6) + "bias" : norm.output() + "_bias");
    constants.put(name, value);
    return name;
  }

  /** Puts {@code value} in the place of a constant, under its name where nobody else reads it. */
  private String replaceConstant(String name, Tensor value) {
    String kept = index.consumers(name).size() == 1 ? name : names.fresh(name + "_folded");
    constants.put(kept, value);
    return kept;
  }

  private List<Node> affineNodes(Node norm, Affine map) {
    int channels = map.scale().length;
    int rank = rank(norm.output());
    int[] dimensions = new int[Math.max(1, rank - 1)];
    Arrays.fill(dimensions, 1);
    dimensions[0] = channels;
    Shape shape = Shape.of(dimensions);
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      scale[c] = (float) map.scale()[c];
      shift[c] = (float) map.shift()[c];
    }
    String base = norm.name().isEmpty() ? norm.output() : norm.name();
    String scaleName = names.fresh(base + "_scale");
    String shiftName = names.fresh(base + "_shift");
    String scaled = names.fresh(norm.output() + "_scaled");
    constants.put(scaleName, Tensor.ofFloats(shape, scale));
    constants.put(shiftName, Tensor.ofFloats(shape, shift));
    return List.of(
        Node.of(names.fresh(base + "_mul"), "Mul", List.of(norm.inputs().getFirst(), scaleName), List.of(scaled), Map.of()),
        Node.of(norm.name(), "Add", List.of(scaled, shiftName), List.of(norm.output()), Map.of()));
  }

  private int rank(String tensor) {
    Shape shape = shapes.get(tensor);
    if (shape == null) {
      throw new IllegalArgumentException("no shape for " + tensor);
    }
    return shape.rank();
  }
}
