package io.bitloupe.method;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Scheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Dynamic activations with a scale for each token (Gholami et al. 2021, III.D and E): what a matrix product reads on its left,
 * attentions included, is quantized with the range of each row at hand, found at run time, {@code S = max|x| / (2^(b-1) - 1)}
 * under a symmetric scheme and {@code S = (max - min) / (2^b - 1)} with a zero-point under an asymmetric one. A simulation: the
 * quantized values are computed with in float, as operators of the graph, so that every runtime shows the same accuracy and no
 * static scale is needed there.
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
    Map<String, TensorChoice> choices = new LinkedHashMap<>();
    List<Effect> effects = new ArrayList<>();
    List<Layer> products = products(subject);
    for (Layer layer : products) {
      if (!(subject.config().activationChoice(layer.input()) instanceof TensorChoice.Quantized choice)) {
        continue;
      }
      int bits = settings.whole("bits", choice.bits(), 2, 16);
      Rows rows = new Rows(edit, graph, layer.node(), layer.input());
      String token =
          tokens.computeIfAbsent(
              layer.input(), _ -> choice.format().scheme() == Scheme.SYMMETRIC ? rows.symmetric(bits) : rows.asymmetric(bits, choices));
      edit.replace(layer.node(), GraphEdit.withFirst(layer.node(), token));
      covered.add(layer.input());
      int scales = Math.toIntExact(Math.max(1, layer.inputShape().elements() / layer.inputShape().dim(-1)));
      effects.add(new Effect(id(), layer.name(), Effect.Quantity.SCALES, 1, scales));
      progress.report(effects.size(), subject.model().layers().size());
    }
    if (effects.isEmpty()) {
      throw new InvalidInputException(
          "The method %s finds no matrix product with a quantized input in %s.".formatted(id(), subject.model().fileName()));
    }
    tokens.values().forEach(token -> choices.put(token, TensorChoice.FLOAT));
    for (String input : covered) {
      boolean everyReader = index.consumers(input).stream().allMatch(node -> readsToken(products, node, input));
      if (everyReader) {
        choices.put(input, TensorChoice.FLOAT);
      }
    }
    return subject.withGraphs(subject.reference().graph(), edit.result(), choices).plus(effects);
  }

  /** Products whose left operand has a row for each token: with weights, and of activations with each other. */
  private static List<Layer> products(Subject subject) {
    List<Layer> own = subject.layers();
    return subject.model().layers().stream()
        .filter(subject::isWithin)
        .filter(
            layer ->
                switch (layer.kind()) {
                  case MATMUL, GEMM -> own.contains(layer);
                  case ACTIVATION_MATMUL -> layer.inputShape().rank() >= 2 && isLeftAlone(layer.node(), layer.input());
                  case CONV, DEPTHWISE_CONV, CONV_TRANSPOSE -> false;
                })
        .toList();
  }

  private static boolean isLeftAlone(Node node, String input) {
    return node.is("MatMul") && node.inputs().indexOf(input) == 0 && node.inputs().lastIndexOf(input) == 0;
  }

  private static boolean readsToken(List<Layer> products, Node node, String input) {
    return products.stream().anyMatch(layer -> layer.node().equals(node) && layer.input().equals(input));
  }

  /** The nodes before {@code anchor} that quantize each row of {@code input}. */
  private record Rows(GraphEdit edit, Graph graph, Node anchor, String input) {

    /** Steps of {@code max|x| / (2^(b-1) - 1)}; returns what the codes stand for. */
    String symmetric(int bits) {
      String peak = reduced("peak", "ReduceMax", node("magnitude", "Abs", input));
      String scale = scale(peak, (1 << (bits - 1)) - 1);
      String code = node("codes", "Round", node("steps", "Div", input, scale));
      return node("tokens", "Mul", code, scale);
    }

    /** Steps of {@code (max - min) / (2^b - 1)}, 0 being one of the levels; the sum between stays in float. */
    String asymmetric(int bits, Map<String, TensorChoice> choices) {
      int greatest = (1 << bits) - 1;
      String zero = number("zero", 0);
      String low = node("low", "Min", reduced("least", "ReduceMin", input), zero);
      String high = node("high", "Max", reduced("peak", "ReduceMax", input), zero);
      String scale = scale(node("width", "Sub", high, low), greatest);
      String lowest = node("lowest_step", "Round", node("low_steps", "Div", low, scale));
      String steps = node("rounded", "Round", node("steps", "Div", input, scale));
      String code = node("codes", "Min", node("from_lowest", "Sub", steps, lowest), number("last_code", greatest));
      String level = node("levels", "Add", code, lowest);
      choices.put(level, TensorChoice.FLOAT);
      return node("tokens", "Mul", level, scale);
    }

    private String scale(String width, int codes) {
      String bound = node("bound", "Max", width, number("least_bound", LEAST_BOUND));
      return node("token_scale", "Div", bound, number("greatest_code", codes));
    }

    private String number(String name, float value) {
      return edit.constant(input + "_" + name, Tensor.ofFloats(Shape.scalar(), value));
    }

    private String node(String name, String opType, String... inputs) {
      return edit.before(anchor, input + "_" + name, opType, List.of(inputs), Map.of());
    }

    /** The least or greatest value of each row. */
    private String reduced(String name, String opType, String tensor) {
      Map<String, Attribute> attributes = new LinkedHashMap<>(Map.of("keepdims", new Attribute.IntValue(1)));
      if (graph.opset() >= OPSET_WITH_AXES_INPUT) {
        return edit.before(anchor, input + "_" + name, opType, List.of(tensor, edit.indices(input + "_axis", -1)), attributes);
      }
      attributes.put("axes", new Attribute.Ints(List.of(-1L)));
      return edit.before(anchor, input + "_" + name, opType, List.of(tensor), attributes);
    }
  }
}
