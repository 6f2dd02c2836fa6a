package io.bitloupe.onnx;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphEvaluator;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Replaces arithmetic on shapes by constants. Exporters write a reshape as a chain of Shape, Gather, Concat and Reshape, although
 * the result depends on the model alone, or on the model and the batch. Here the tensors of such chains are computed for
 * several batches and sizes: what is the same each time becomes a constant, and a target of Reshape that varies becomes one with
 * 0 for each dimension that is taken over, and -1 for one other dimension. The outcome is compared with the
 * original on the same inputs, bit for bit; where it differs, the original stays.
 */
public final class ShapeSimplifier {

  /** Larger tensors stay computed: they are no shapes. */
  private static final int MOST_BYTES = 1 << 20;

  /** Names the shape of what a Reshape reads, before the name of what it writes; no file uses a line break in a name. */
  private static final String INPUT_SHAPE = "input shape\n";

  private final GraphEvaluator evaluator;

  /** Computes by {@code evaluator}. */
  public ShapeSimplifier(GraphEvaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** Whether {@code graph}, whose constants are folded, has any arithmetic on shapes. */
  public static boolean applies(Graph graph) {
    return !ShapeTaint.shapeOnly(graph).isEmpty();
  }

  /**
   * {@code graph}, whose constants are folded, without the shape arithmetic that the probes show to be needless.
   *
   * @param probes inputs of at least one batch; with two batches or more, the batch counts as variable
   */
  public Graph simplify(Graph graph, List<Probe> probes) {
    List<String> names = ShapeTaint.shapeOnly(graph);
    if (names.isEmpty()) {
      return graph;
    }
    Graph part = withInputShapes(graph, names);
    List<Map<String, Tensor>> values = new ArrayList<>();
    for (Probe probe : probes) {
      values.add(evaluator.evaluate(part, probe.inputs(), List.of()));
    }
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (String name : names) {
      constant(name, values).ifPresent(value -> constants.put(name, value));
    }
    Graph simplified = DeadCode.remove(replaceTargets(replaceConstants(graph, constants), values));
    return simplified.nodes().size() == graph.nodes().size() || agree(graph, simplified, probes) ? simplified : graph;
  }

  /** The part of {@code graph} that computes {@code names}, and the shape of what every Reshape reads. */
  private static Graph withInputShapes(Graph graph, List<String> names) {
    List<Node> nodes = new ArrayList<>(graph.nodes());
    List<String> results = new ArrayList<>(names);
    for (Node node : graph.nodes()) {
      String shape = INPUT_SHAPE + node.output();
      if (node.is("Reshape") && names.contains(node.inputs().get(1)) && !results.contains(shape)) {
        nodes.add(Node.of("", "Shape", List.of(node.inputs().getFirst()), List.of(shape), Map.of()));
        results.add(shape);
      }
    }
    return DeadCode.remove(graph.with(nodes, graph.initializers()).withOutputs(untyped(results)));
  }

  private static Optional<Tensor> constant(String name, List<Map<String, Tensor>> values) {
    return Optional.ofNullable(values.getFirst().get(name))
        .filter(first -> first.data().limit() <= MOST_BYTES)
        .filter(first -> values.stream().allMatch(other -> first.equals(other.get(name))));
  }

  private static Graph replaceConstants(Graph graph, Map<String, Tensor> constants) {
    Set<String> results = new HashSet<>();
    graph.outputs().forEach(output -> results.add(output.name()));
    Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      List<String> outputs = node.outputs().stream().filter(output -> !output.isEmpty()).toList();
      if (constants.keySet().containsAll(outputs) && outputs.stream().noneMatch(results::contains)) {
        outputs.forEach(output -> initializers.put(output, constants.get(output)));
      } else {
        nodes.add(node);
      }
    }
    return graph.with(nodes, initializers);
  }

  /** Targets of Reshape that differ between probes become constants, with 0 for what is taken over and one -1 for the rest. */
  private static Graph replaceTargets(Graph graph, List<Map<String, Tensor>> values) {
    Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    Names names = new Names(graph);
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Optional<String> target = node.is("Reshape") && node.intAttribute("allowzero", 0) == 0 ? node.input(1) : Optional.empty();
      Optional<long[]> constant =
          target
              .filter(name -> !graph.isConstant(name))
              .flatMap(name -> commonTarget(integers(name, values), integers(INPUT_SHAPE + node.output(), values)));
      if (constant.isEmpty()) {
        nodes.add(node);
        continue;
      }
      String name = names.fresh(node.output() + "_shape");
      initializers.put(name, Tensor.ofLongs(Shape.of(constant.get().length), constant.get()));
      List<String> inputs = new ArrayList<>(node.inputs());
      inputs.set(1, name);
      nodes.add(node.withInputs(inputs));
    }
    return graph.with(nodes, initializers);
  }

  private static List<long[]> integers(String name, List<Map<String, Tensor>> values) {
    List<long[]> lists = new ArrayList<>();
    for (Map<String, Tensor> value : values) {
      Tensor tensor = value.get(name);
      if (tensor != null && tensor.type() == DataType.INT64 && tensor.shape().rank() == 1) {
        lists.add(tensor.integers());
      }
    }
    return lists.size() == values.size() ? lists : List.of();
  }

  /** One target that means the same as each of {@code targets} on the input shape beside it. */
  private static Optional<long[]> commonTarget(List<long[]> targets, List<long[]> inputs) {
    if (targets.isEmpty() || inputs.isEmpty() || targets.stream().anyMatch(target -> target.length != targets.getFirst().length)) {
      return Optional.empty();
    }
    long[] common = targets.getFirst().clone();
    boolean inferred = Arrays.stream(common).anyMatch(dimension -> dimension == -1);
    for (int i = 0; i < common.length; i++) {
      int axis = i;
      boolean varies = targets.stream().anyMatch(target -> target[axis] != common[axis]);
      boolean taken = IntStream.range(0, targets.size())
          .allMatch(k -> axis < inputs.get(k).length && targets.get(k)[axis] == inputs.get(k)[axis]);
      if (varies && taken) {
        common[i] = 0;
      } else if (varies && !inferred) {
        common[i] = -1;
        inferred = true;
      } else if (varies) {
        return Optional.empty();
      }
    }
    return Optional.of(common);
  }

  private boolean agree(Graph graph, Graph simplified, List<Probe> probes) {
    Set<String> common = new HashSet<>();
    graph.nodes().forEach(node -> common.addAll(node.outputs()));
    List<String> compared = new ArrayList<>();
    for (Node node : simplified.nodes()) {
      node.outputs().stream().filter(output -> !output.isEmpty() && common.contains(output)).forEach(compared::add);
    }
    // What holds for one and two samples holds for three.
    List<Probe> tried = probes.stream().filter(probe -> probe.batch() < 3).toList();
    return checksums(graph, compared, tried).equals(checksums(simplified, compared, tried));
  }

  /** A checksum of each of {@code names} for each probe, since the values themselves would fill the memory. */
  private List<String> checksums(Graph graph, List<String> names, List<Probe> probes) {
    List<String> checksums = new ArrayList<>();
    for (Probe probe : probes) {
      evaluator
          .evaluate(graph, probe.inputs(), names)
          .forEach(
              (name, value) -> {
                CRC32C checksum = new CRC32C();
                checksum.update(value.buffer());
                checksums.add("%s %s %s %x".formatted(name, value.type(), value.shape(), checksum.getValue()));
              });
    }
    return checksums;
  }

  private static List<ValueInfo> untyped(List<String> names) {
    return names.stream().map(name -> new ValueInfo(name, DataType.OTHER, List.of())).toList();
  }
}
