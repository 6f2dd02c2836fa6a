package io.bitloupe.method;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Dynamic activations with a scale for each token (Gholami et al. 2021, III.D and E): what a matrix product reads is quantized
 * with {@code S = max|x| / (2^(b-1) - 1)} of each row at hand, found at run time. A simulation: the quantized values are computed
 * with in float, as operators of the graph, so that every runtime shows the same accuracy and no static scale is needed there.
 */
final class PerToken implements Method {

  private static final int OPSET_WITH_AXES_INPUT = 18;
  private static final float LEAST_BOUND = 1e-20f;

  @Override
  public String id() {
    return "per-token";
  }

  @Override
  public Set<String> settings() {
    return Set.of("bits");
  }

  @Override
  public boolean readsActivations() {
    return true;
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    Graph graph = subject.model().graph();
    GraphIndex index = new GraphIndex(graph);
    GraphEdit edit = new GraphEdit(graph);
    Map<String, String> tokens = new LinkedHashMap<>();
    Set<String> covered = new LinkedHashSet<>();
    List<Effect> effects = new ArrayList<>();
    for (Layer layer : subject.layers()) {
      boolean product = layer.kind() == LayerKind.MATMUL || layer.kind() == LayerKind.GEMM;
      boolean quantized = subject.config().activationChoice(layer.input()) instanceof TensorChoice.Quantized;
      if (!product || !quantized || !WeightLayout.isKnown(layer)) {
        continue;
      }
      int bits = settings.whole("bits", subject.config().activationChoice(layer.input()).bits(), 2, 16);
      String token = tokens.computeIfAbsent(layer.input(), input -> write(edit, graph, layer.node(), input, bits));
      edit.replace(layer.node(), GraphEdit.withFirst(layer.node(), token));
      covered.add(layer.input());
      int rows = Math.toIntExact(Math.max(1, layer.inputShape().elements() / WeightLayout.of(layer).inputs()));
      effects.add(new Effect(id(), layer.name(), Effect.Quantity.SCALES, 1, rows));
      progress.report(effects.size(), subject.model().layers().size());
    }
    if (effects.isEmpty()) {
      throw new InvalidInputException(
          "The method %s finds no matrix product with a quantized input in %s.".formatted(id(), subject.model().fileName()));
    }
    Map<String, TensorChoice> choices = new LinkedHashMap<>();
    tokens.values().forEach(token -> choices.put(token, TensorChoice.FLOAT));
    for (String input : covered) {
      boolean everyReader = index.consumers(input).stream().allMatch(node -> readsToken(subject, node, input));
      if (everyReader) {
        choices.put(input, TensorChoice.FLOAT);
      }
    }
    return subject.withGraphs(subject.reference().graph(), edit.result(), choices).plus(effects);
  }

  private static boolean readsToken(Subject subject, Node node, String input) {
    return subject.layers().stream()
        .anyMatch(
            layer ->
                layer.node().equals(node)
                    && layer.input().equals(input)
                    && WeightLayout.isKnown(layer)
                    && (layer.kind() == LayerKind.MATMUL || layer.kind() == LayerKind.GEMM));
  }

  /** The nodes before {@code anchor} that quantize each row of {@code input}; returns what they write. */
  private static String write(GraphEdit edit, Graph graph, Node anchor, String input, int bits) {
    String magnitude = edit.before(anchor, input + "_magnitude", "Abs", List.of(input), Map.of());
    Map<String, Attribute> keep = Map.of("keepdims", new Attribute.IntValue(1));
    String peak;
    if (graph.opset() >= OPSET_WITH_AXES_INPUT) {
      peak = edit.before(anchor, input + "_peak", "ReduceMax", List.of(magnitude, edit.indices(input + "_axis", -1)), keep);
    } else {
      Map<String, Attribute> attributes = new LinkedHashMap<>(keep);
      attributes.put("axes", new Attribute.Ints(List.of(-1L)));
      peak = edit.before(anchor, input + "_peak", "ReduceMax", List.of(magnitude), attributes);
    }
    String floor = edit.constant(input + "_least_peak", Tensor.ofFloats(Shape.scalar(), LEAST_BOUND));
    String bound = edit.before(anchor, input + "_bound", "Max", List.of(peak, floor), Map.of());
    String codes = edit.constant(input + "_greatest_code", Tensor.ofFloats(Shape.scalar(), (1 << (bits - 1)) - 1));
    String scale = edit.before(anchor, input + "_token_scale", "Div", List.of(bound, codes), Map.of());
    String steps = edit.before(anchor, input + "_steps", "Div", List.of(input, scale), Map.of());
    String code = edit.before(anchor, input + "_codes", "Round", List.of(steps), Map.of());
    return edit.before(anchor, input + "_tokens", "Mul", List.of(code, scale), Map.of());
  }
}
