package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphEvaluator;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Turns Constant nodes and whatever can be computed from constants alone into initializers, and removes nodes that do nothing
 * at inference: Identity and Dropout. Tensors keep their names; the names of results always stay.
 */
public final class ConstantFolder {

  /** What folding may write where it writes more than it read. */
  private static final long MOST_BYTES = 4L << 20;
  /** Steps from constant to constant; a file may chain any number, each costs a session. */
  private static final int MOST_WAVES = 48;

  private final GraphEvaluator evaluator;

  /** Computes by {@code evaluator}. */
  public ConstantFolder(GraphEvaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** {@code graph} with initializers for Constant nodes and without Identity and Dropout; nothing is computed. */
  public static Graph withoutConstantNodes(Graph graph) {
    return removePassThrough(constantNodes(graph));
  }

  /** {@code graph} folded; the same object where there is nothing to fold. */
  public Graph fold(Graph graph) {
    Graph folded = withoutConstantNodes(graph);
    for (int wave = 0; wave < MOST_WAVES; wave++) {
      List<Node> ready = ready(folded);
      if (ready.isEmpty()) {
        break;
      }
      folded = removePassThrough(evaluate(folded, ready));
    }
    Graph result = DeadCode.remove(folded);
    boolean same = result.nodes().size() == graph.nodes().size() && result.initializers().size() == graph.initializers().size();
    return same ? graph : result;
  }

  private static Graph constantNodes(Graph graph) {
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Optional<Tensor> value = node.is("Constant") ? constant(node) : Optional.empty();
      value.ifPresentOrElse(tensor -> constants.put(node.output(), tensor), () -> nodes.add(node));
    }
    return graph.with(nodes, constants);
  }

  private static Optional<Tensor> constant(Node node) {
    for (Map.Entry<String, Attribute> attribute : node.attributes().entrySet()) {
      Optional<Tensor> value =
          switch (attribute.getValue()) {
            case Attribute.TensorValue(Tensor tensor) -> Optional.of(tensor);
            case Attribute.FloatValue(float real) -> Optional.of(Tensor.ofFloats(Shape.scalar(), real));
            case Attribute.IntValue(long integer) -> Optional.of(Tensor.ofLongs(Shape.scalar(), integer));
            case Attribute.StringValue(String text) -> Optional.of(strings(Shape.scalar(), List.of(text)));
            case Attribute.Ints(var values) ->
                Optional.of(Tensor.ofLongs(Shape.of(values.size()), values.stream().mapToLong(Long::longValue).toArray()));
            case Attribute.Floats(var values) -> {
              float[] reals = new float[values.size()];
              for (int i = 0; i < reals.length; i++) {
                reals[i] = values.get(i);
              }
              yield Optional.of(Tensor.ofFloats(Shape.of(reals.length), reals));
            }
            case Attribute.Strings(var values) -> Optional.of(strings(Shape.of(values.size()), values));
            default -> Optional.empty();
          };
      if (attribute.getKey().startsWith("value") && value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private static Tensor strings(Shape shape, List<String> values) {
    List<byte[]> encoded = values.stream().map(value -> value.getBytes(StandardCharsets.UTF_8)).toList();
    ByteBuffer data =
        ByteBuffer.allocate(encoded.stream().mapToInt(bytes -> Integer.BYTES + bytes.length).sum()).order(ByteOrder.LITTLE_ENDIAN);
    encoded.forEach(bytes -> data.putInt(bytes.length).put(bytes));
    return new Tensor(DataType.STRING, shape, data.flip());
  }

  /** Removes Identity and inference-time Dropout by letting readers read their input. */
  private static Graph removePassThrough(Graph graph) {
    GraphIndex index = new GraphIndex(graph);
    Set<String> fixed = new HashSet<>(graph.initializers().keySet());
    graph.inputs().forEach(input -> fixed.add(input.name()));
    Map<String, String> reads = new HashMap<>();
    Map<String, String> writes = new HashMap<>();
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!passesThrough(node, graph, index)) {
        kept.add(node);
        continue;
      }
      String source = reads.getOrDefault(node.inputs().getFirst(), node.inputs().getFirst());
      if (!index.isOutput(node.output())) {
        reads.put(node.output(), source);
      } else if (!fixed.contains(source) && !index.isOutput(source) && !writes.containsKey(source)) {
        // The result's name stays: whoever wrote the source writes the result instead.
        writes.put(source, node.output());
      } else {
        kept.add(node);
      }
    }
    reads.replaceAll((_, source) -> writes.getOrDefault(source, source));
    writes.forEach(reads::putIfAbsent);
    List<Node> nodes = new ArrayList<>();
    for (Node node : kept) {
      Node renamed = Renaming.apply(node, reads);
      nodes.add(renamed.withOutputs(renamed.outputs().stream().map(output -> writes.getOrDefault(output, output)).toList()));
    }
    return graph.with(nodes, graph.initializers());
  }

  private static boolean passesThrough(Node node, Graph graph, GraphIndex index) {
    if (node.is("Identity")) {
      return node.input(0).isPresent();
    }
    if (!node.is("Dropout") || graph.opset() < 7 || node.input(0).isEmpty()) {
      return false;
    }
    boolean mask =
        node.outputs().size() > 1 && (!index.consumers(node.outputs().get(1)).isEmpty() || index.isOutput(node.outputs().get(1)));
    Optional<Tensor> training = node.input(2).flatMap(graph::findConstant);
    boolean inference = node.input(2).isEmpty() || training.isPresent() && training.get().integers()[0] == 0;
    return !mask && inference;
  }

  private static List<Node> ready(Graph graph) {
    Set<String> results = new HashSet<>();
    graph.outputs().forEach(output -> results.add(output.name()));
    List<Node> ready = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean constant =
          node.outputs().stream().noneMatch(results::contains)
              && node.inputs().stream().allMatch(input -> input.isEmpty() || graph.isConstant(input))
              && node.inputs()
                  .stream()
                  .noneMatch(input -> graph.findConstant(input).filter(value -> value.type() == DataType.OTHER).isPresent());
      if (constant) {
        OptionalLong bound = FoldSize.bound(node, graph.initializers());
        long read =
            node.inputs().stream().map(graph::findConstant).flatMap(Optional::stream).mapToLong(value -> value.data().limit()).sum();
        if (bound.isPresent() && bound.getAsLong() <= Math.max(MOST_BYTES, 2 * read) / Float.BYTES) {
          ready.add(node);
        }
      }
    }
    return ready;
  }

  private Graph evaluate(Graph graph, List<Node> ready) {
    Map<String, Tensor> read = new LinkedHashMap<>();
    List<ValueInfo> written = new ArrayList<>();
    for (Node node : ready) {
      node.inputs().forEach(input -> graph.findConstant(input).ifPresent(value -> read.put(input, value)));
      node.outputs().stream()
          .filter(output -> !output.isEmpty())
          .forEach(output -> written.add(new ValueInfo(output, DataType.OTHER, List.of())));
    }
    Graph part = new Graph("constants", List.of(), written, ready, read, graph.opsets(), Map.of());
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    constants.putAll(evaluator.evaluate(part, Map.of(), List.of()));
    Set<Node> folded = Collections.newSetFromMap(new IdentityHashMap<>());
    folded.addAll(ready);
    List<Node> rest =
        graph.nodes().stream()
            .filter(node -> !folded.contains(node))
            .toList();
    return graph.with(rest, constants);
  }
}
