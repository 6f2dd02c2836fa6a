package io.bitloupe.method;

import io.bitloupe.config.Choices;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Outlier decomposition (LLM.int8, Dettmers et al. 2022): input channels of a matrix product that reach beyond a threshold are
 * multiplied in float, the others as integers, and the two results are added. Which channels these are is settled on calibration
 * samples, where the paper looks at each input; with none beyond the threshold a layer stays as it is. The channels within keep
 * the choice of the whole input, which becomes float itself unless another product reads its codes. The float function stays.
 */
final class OutlierDecomposition implements Method {

  private static final int SAMPLES = 128;
  private static final double THRESHOLD = 6;
  private static final Set<String> PRODUCTS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

  @Override
  public String id() {
    return "outlier-decomposition";
  }

  @Override
  public Set<String> settings() {
    return Set.of("threshold", "samples");
  }

  @Override
  public boolean needsData(Settings settings) {
    return true;
  }

  @Override
  public boolean readsActivations() {
    return true;
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    subject.requireAlike(id());
    double threshold = settings.number("threshold", THRESHOLD, 0, Float.MAX_VALUE);
    int samples = settings.whole("samples", SAMPLES, 1, 1 << 20);
    List<Layer> layers =
        subject.layers().stream()
            .filter(layer -> layer.kind() == LayerKind.MATMUL
                        || layer.kind() == LayerKind.GEMM && layer.node().floatAttribute("alpha", 1) == 1)
            .filter(layer -> subject.config().weightChoice(layer.weight().orElseThrow()) instanceof TensorChoice.Quantized)
            .toList();
    Map<String, ChannelMagnitudes> magnitudes =
        ChannelMagnitudes.collect(subject.reference(), layers, subject.samples().orElseThrow(), samples, progress);
    GraphEdit edit = new GraphEdit(subject.model().graph());
    Map<String, TensorChoice> choices = new LinkedHashMap<>();
    List<Effect> effects = new ArrayList<>();
    List<Layer> split = new ArrayList<>();
    for (Layer layer : layers) {
      double[] peaks = Optional.ofNullable(magnitudes.get(layer.input())).orElseThrow().peak();
      int[] outliers = IntStream.range(0, peaks.length).filter(j -> peaks[j] > threshold).toArray();
      if (outliers.length > 0 && outliers.length < peaks.length) {
        split(subject, edit, layer, outliers, choices);
        split.add(layer);
        double rest = IntStream.range(0, peaks.length).mapToDouble(j -> peaks[j] > threshold ? 0 : peaks[j]).max().orElse(0);
        double greatest = IntStream.of(outliers).mapToDouble(j -> peaks[j]).max().orElse(0);
        effects.add(new Effect(id(), layer.name(), Effect.Quantity.INPUT_PEAK, greatest, rest));
      }
    }
    if (effects.isEmpty()) {
      return subject;
    }
    GraphIndex index = new GraphIndex(subject.model().graph());
    for (Layer layer : split) {
      boolean everyProduct =
          index.consumers(layer.input()).stream()
              .filter(reader -> PRODUCTS.contains(reader.opType()))
              .allMatch(reader -> split.stream().anyMatch(other -> other.node().equals(reader)));
      if (everyProduct) {
        choices.put(layer.input(), TensorChoice.FLOAT);
      }
    }
    Graph graph = edit.result();
    return subject.withGraphs(graph, graph, choices).plus(effects);
  }

  private static void split(Subject subject, GraphEdit edit, Layer layer, int[] outliers, Map<String, TensorChoice> choices) {
    Node node = layer.node();
    String input = layer.input();
    WeightLayout layout = WeightLayout.of(layer);
    String name = layer.weight().orElseThrow();
    float[] weights = subject.model().weights(layer).floats();
    float[] rest = weights.clone();
    float[] mask = new float[layout.inputs()];
    Arrays.fill(mask, 1);
    float[] beyond = new float[outliers.length * layout.outputs()];
    long[] columns = new long[outliers.length];
    for (int i = 0; i < outliers.length; i++) {
      columns[i] = outliers[i];
      mask[outliers[i]] = 0;
      for (int o = 0; o < layout.outputs(); o++) {
        int at = layout.index(o, outliers[i]);
        beyond[i * layout.outputs() + o] = weights[at];
        rest[at] = 0;
      }
    }
    edit.set(name, Tensor.ofFloats(layer.weightShape(), rest));
    String masked =
        edit.before(
            node,
            input + "_within",
            "Mul",
            List.of(input, edit.constant(input + "_mask", Tensor.ofFloats(Shape.of(mask.length), mask))),
            Map.of());
    String gathered =
        edit.before(
            node,
            input + "_outliers",
            "Gather",
            List.of(input, edit.indices(input + "_columns", columns)),
            Map.of("axis", new Attribute.IntValue(-1)));
    String outlierWeights = edit.constant(name + "_outliers", Tensor.ofFloats(Shape.of(outliers.length, layout.outputs()), beyond));
    String exact = edit.before(node, node.output() + "_outliers", "MatMul", List.of(gathered, outlierWeights), Map.of());
    String integers = edit.fresh(node.output() + "_within");
    edit.replace(node, GraphEdit.withFirst(node, masked).withOutputs(List.of(integers)));
    edit.after(node, "Add", List.of(integers, exact), node.output(), Map.of());
    choices.put(outlierWeights, TensorChoice.FLOAT);
    choices.put(gathered, TensorChoice.FLOAT);
    choices.put(exact, TensorChoice.FLOAT);
    choices.put(integers, TensorChoice.FLOAT);
    choices.put(masked, Choices.unresolved(subject.config().activationChoice(input)));
  }
}
