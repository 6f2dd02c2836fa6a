package io.bitloupe.onnx;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the nodes that quantization is about, and says of the other ones with weights why they are not among them. */
public final class LayerFinder {

  /**
   * What was found.
   *
   * @param layers quantizable nodes in topological order
   * @param notes a sentence for each node with weights that cannot be quantized
   */
  public record Result(List<Layer> layers, List<String> notes) {
    /** Copies the lists. */
    public Result {
      layers = List.copyOf(layers);
      notes = List.copyOf(notes);
    }
  }

  private final Graph graph;
  private final Map<String, TensorInfo> tensors;
  private final GraphIndex index;
  private final Map<String, Integer> nameUses = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final List<Layer> layers = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private LayerFinder(Graph graph, Map<String, TensorInfo> tensors) {
    this.graph = graph;
    this.tensors = tensors;
    this.index = new GraphIndex(graph);
    graph.nodes().forEach(node -> nameUses.merge(node.name(), 1, Integer::sum));
  }

  /**
   * The layers of {@code graph}.
   *
   * @param tensors every computed tensor and every input
   */
  public static Result find(Graph graph, Map<String, TensorInfo> tensors) {
    return new LayerFinder(graph, tensors).find();
  }

  private Result find() {
    for (Node node : graph.nodes()) {
      if (node.is("Conv") || node.is("ConvTranspose")) {
        convolution(node);
      } else if (node.is("Gemm") || node.is("MatMul")) {
        product(node);
      }
    }
    notes.addAll(CarriedNotes.of(graph));
    return new Result(layers, notes);
  }

  private void convolution(Node node) {
    Optional<Tensor> weight = floatWeight(node, 1);
    if (weight.isEmpty()) {
      return;
    }
    Shape shape = weight.get().shape();
    int groups = (int) node.intAttribute("group", 1);
    boolean transposed = node.is("ConvTranspose");
    boolean depthwise = !transposed && groups > 1 && shape.dim(1) == 1 && shape(node.inputs().getFirst()).dim(1) == groups;
    LayerKind kind = transposed ? LayerKind.CONV_TRANSPOSE : depthwise ? LayerKind.DEPTHWISE_CONV : LayerKind.CONV;
    // Each output element of Conv, and each input element of ConvTranspose, meets one kernel of every channel of its group.
    long macs = shape(transposed ? node.inputs().getFirst() : node.output()).elements() * shape.product(1, shape.rank());
    add(node, kind, node.inputs().getFirst(), Optional.of(node.inputs().get(1)), transposed ? 1 : 0, macs);
  }

  private void product(Node node) {
    boolean gemm = node.is("Gemm");
    String a = node.inputs().getFirst();
    String b = node.inputs().get(1);
    long inner = gemm && node.intAttribute("transA", 0) != 0 ? shape(a).dim(0) : shape(a).dim(-1);
    long macs = shape(node.output()).elements() * inner;
    if (graph.isConstant(b)) {
      Optional<Tensor> weight = floatWeight(node, 1);
      if (weight.isEmpty()) {
        return;
      }
      int rank = weight.get().shape().rank();
      if (rank < 2) {
        notes.add("%s multiplies by a vector and stays in floating point.".formatted(sentenceStart(node)));
        return;
      }
      int axis = gemm ? (node.intAttribute("transB", 0) != 0 ? 0 : 1) : rank - 1;
      add(node, gemm ? LayerKind.GEMM : LayerKind.MATMUL, a, Optional.of(b), axis, macs);
    } else if (graph.isConstant(a)) {
      notes.add("%s has its constant on the left and stays in floating point.".formatted(sentenceStart(node)));
    } else if (type(a) == DataType.FLOAT && type(b) == DataType.FLOAT) {
      add(node, LayerKind.ACTIVATION_MATMUL, a, Optional.empty(), 0, macs);
    }
  }

  private Optional<Tensor> floatWeight(Node node, int input) {
    Optional<Tensor> weight = node.input(input).flatMap(graph::findConstant);
    if (weight.isEmpty()) {
      notes.add("%s computes its weights and stays in floating point.".formatted(sentenceStart(node)));
    } else if (weight.get().type() != DataType.FLOAT) {
      notes.add("%s has weights of type %s and stays as it is.".formatted(sentenceStart(node), weight.get().type()));
      return Optional.empty();
    }
    return weight;
  }

  private void add(Node node, LayerKind kind, String input, Optional<String> weight, int axis, long macs) {
    Optional<String> bias = weight.isEmpty() ? Optional.empty() : node.input(2).filter(graph::isConstant);
    Tensor none = Tensor.ofFloats(Shape.scalar(), 0);
    Shape weightShape = weight.flatMap(graph::findConstant).orElse(none).shape();
    long parameters =
        weight.map(name -> weightShape.elements()).orElse(0L)
            + bias.flatMap(graph::findConstant).map(value -> value.shape().elements()).orElse(0L);
    layers.add(
        new Layer(
            layers.size(),
            name(node),
            kind,
            node,
            input,
            weight,
            bias,
            clamped(node.output()),
            weightShape,
            axis,
            shape(input),
            shape(node.output()),
            parameters,
            macs));
  }

  /** The tensor after a Relu, or a Clip between constants, that alone reads {@code output}. */
  private String clamped(String output) {
    return index
        .onlyConsumer(output)
        .filter(next -> next.inputs().getFirst().equals(output))
        .filter(
            next ->
                next.is("Relu")
                    || next.is("Clip") && next.inputs().stream().skip(1).allMatch(bound -> bound.isEmpty() || graph.isConstant(bound)))
        .map(Node::output)
        .orElse(output);
  }

  private String name(Node node) {
    String name = !node.name().isEmpty() && nameUses.getOrDefault(node.name(), 0) == 1 ? node.name() : node.output();
    String unique = name;
    for (int i = 2; !taken.add(unique); i++) {
      unique = name + " (" + i + ")";
    }
    return unique;
  }

  private static String sentenceStart(Node node) {
    String description = GraphSorter.describe(node);
    return Character.toUpperCase(description.charAt(0)) + description.substring(1);
  }

  private Shape shape(String tensor) {
    TensorInfo info = tensors.get(tensor);
    if (info == null) {
      Tensor constant = graph.initializers().get(tensor);
      if (constant == null) {
        throw new IllegalArgumentException("no shape for " + tensor);
      }
      return constant.shape();
    }
    return info.shape();
  }

  private DataType type(String tensor) {
    TensorInfo info = tensors.get(tensor);
    return info == null ? DataType.OTHER : info.type();
  }
}
