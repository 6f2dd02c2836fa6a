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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Replaces arithmetic on shapes by constants. Exporters write a reshape as a chain of Shape, Gather, Concat and Reshape, although
 * the result depends on the model alone, or on the model and the batch. Here the tensors of such chains are computed for
 * several batches and sizes: what is the same each time becomes a constant, and a target of Reshape of which one element
 * grows with the batch gets -1 (or 0, for a dimension that is taken over) in its place. The outcome is compared with the
 * original on the same inputs, bit for bit; where it differs, the original stays.
 */
public final class ShapeSimplifier {

  /** Larger tensors stay computed: they are no shapes. */
  private static final int MOST_BYTES = 1 << 20;

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
    Graph part = DeadCode.remove(graph.withOutputs(untyped(names)));
    List<Map<String, Tensor>> values = new ArrayList<>();
    for (Probe probe : probes) {
      values.add(evaluator.evaluate(part, probe.inputs(), names));
    }
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (String name : names) {
      constant(name, values).ifPresent(value -> constants.put(name, value));
    }
    Graph simplified = DeadCode.remove(replaceTargets(replaceConstants(graph, constants), probes, values));
    return simplified.nodes().size() == graph.nodes().size() || agree(graph, simplified, probes) ? simplified : graph;
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

  /** Targets of Reshape that differ between batches in one element alone become constants with -1 or 0 there. */
  private static Graph replaceTargets(Graph graph, List<Probe> probes, List<Map<String, Tensor>> values) {
    Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    Names names = new Names(graph);
    Map<String, String> replaced = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Optional<String> target = node.is("Reshape") && node.intAttribute("allowzero", 0) == 0 ? node.input(1) : Optional.empty();
      Optional<long[]> constant =
          target.filter(name -> !graph.isConstant(name)).flatMap(name -> batchTarget(name, probes, values));
      if (constant.isEmpty()) {
        nodes.add(node);
        continue;
      }
      String name =
          replaced.computeIfAbsent(
              target.get(),
              wish -> {
                String fresh = names.fresh(wish + "_constant");
                initializers.put(fresh, Tensor.ofLongs(Shape.of(constant.get().length), constant.get()));
                return fresh;
              });
      List<String> inputs = new ArrayList<>(node.inputs());
      inputs.set(1, name);
      nodes.add(node.withInputs(inputs));
    }
    return graph.with(nodes, initializers);
  }

  private static Optional<long[]> batchTarget(String name, List<Probe> probes, List<Map<String, Tensor>> values) {
    List<long[]> targets = new ArrayList<>();
    for (Map<String, Tensor> value : values) {
      Tensor tensor = value.get(name);
      if (tensor == null || tensor.type() != DataType.INT64 || tensor.shape().rank() != 1) {
        return Optional.empty();
      }
      targets.add(tensor.integers());
    }
    long[] first = targets.getFirst();
    OptionalInt varying = OptionalInt.empty();
    for (int i = 0; i < first.length; i++) {
      int index = i;
      if (targets.stream().anyMatch(target -> target.length != first.length || target[index] != first[index])) {
        if (varying.isPresent()) {
          return Optional.empty();
        }
        varying = OptionalInt.of(i);
      }
    }
    if (varying.isEmpty()) {
      return Optional.empty();
    }
    int at = varying.getAsInt();
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i)[at] * probes.getFirst().batch() != first[at] * probes.get(i).batch()) {
        return Optional.empty();
      }
    }
    long[] constant = first.clone();
    boolean inferred = Arrays.stream(first).anyMatch(dimension -> dimension == -1);
    if (inferred && at > 0) {
      return Optional.empty();
    }
    // A second -1 is not allowed; 0 takes over the input's dimension, which the comparison afterwards confirms.
    constant[at] = inferred ? 0 : -1;
    return Optional.of(constant);
  }

  private boolean agree(Graph graph, Graph simplified, List<Probe> probes) {
    Set<String> common = new HashSet<>();
    graph.nodes().forEach(node -> common.addAll(node.outputs()));
    List<String> compared = new ArrayList<>();
    for (Node node : simplified.nodes()) {
      node.outputs().stream().filter(output -> !output.isEmpty() && common.contains(output)).forEach(compared::add);
    }
    for (Probe probe : probes) {
      Map<String, Tensor> before = evaluator.evaluate(graph, probe.inputs(), compared);
      if (!evaluator.evaluate(simplified, probe.inputs(), compared).equals(before)) {
        return false;
      }
    }
    return true;
  }

  private static List<ValueInfo> untyped(List<String> names) {
    return names.stream().map(name -> new ValueInfo(name, DataType.OTHER, List.of())).toList();
  }
}
