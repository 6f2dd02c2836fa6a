package io.bitloupe.method;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.calibrate.ParameterCalculator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Outlier channel splitting (Zhao et al. 2019): the input channel that holds the greatest weight is read twice and its weights
 * are halved, which shrinks the range; again until a share of the channels is added. The halves are
 * {@code (w - S/2)/2} and {@code (w + S/2)/2}, whose codes add up to that of w except where w lies in the middle between two codes.
 * The float function stays. Layers grow: a few
 * columns more, and a Concat before them.
 */
final class OutlierSplitting implements Method {

  private static final double RATIO = 0.02;

  @Override
  public String id() {
    return "outlier-splitting";
  }

  @Override
  public Set<String> settings() {
    return Set.of("ratio");
  }

  @Override
  public boolean readsActivations() {
    return true;
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    Rounding.refuseAfterRounding(subject, id());
    double ratio = settings.number("ratio", RATIO, 0, 1);
    GraphEdit edit = new GraphEdit(subject.model().graph());
    Map<String, TensorChoice> choices = new LinkedHashMap<>();
    List<Effect> effects = new ArrayList<>();
    List<Layer> layers = subject.layers();
    for (int i = 0; i < layers.size(); i++) {
      progress.checkCancelled();
      Layer layer = layers.get(i);
      WeightLayout layout = WeightLayout.of(layer);
      int added = (int) Math.ceil(ratio * layout.inputs());
      boolean splits = added > 0 && layout.groups() == 1 && layout.inputs() > 1;
      if (splits && subject.config().weightChoice(layer.weight().orElseThrow()) instanceof TensorChoice.Quantized choice) {
        split(subject, edit, layer, choice, added, choices, effects);
      }
      progress.report(i + 1, layers.size());
    }
    if (effects.isEmpty()) {
      return subject;
    }
    Graph graph = edit.result();
    return subject.withGraphs(graph, graph, choices).plus(effects);
  }

  private void split(
      Subject subject,
      GraphEdit edit,
      Layer layer,
      TensorChoice.Quantized choice,
      int added,
      Map<String, TensorChoice> choices,
      List<Effect> effects) {
    Columns columns = new Columns(layer, subject.model().weights(layer).floats(), added);
    Tensor naive = columns.tensor(new float[0]);
    QuantParams params =
        ParameterCalculator.weights(
            naive.floats(), naive.shape(), layer.outputChannelAxis(), choice.granularity(), choice.range(), choice.format());
    float[] steps = new float[naive.floats().length];
    ScaleGroups.of(naive.shape(), params)
        .forEachRun((group, from, to) -> Arrays.fill(steps, from, to, params.affine().get(group).scale()));
    String name = layer.weight().orElseThrow();
    edit.set(name, columns.tensor(steps));
    choices.put(name, new TensorChoice.Quantized(choice.format(), choice.granularity(), choice.range(), params.affine()));
    boolean convolution = layer.kind() == LayerKind.CONV;
    int axis = convolution ? 1 : layer.inputShape().rank() - 1;
    Node node = layer.node();
    List<String> parts = new ArrayList<>(List.of(layer.input()));
    for (int c = columns.channels; c < columns.source.length; c++) {
      List<String> inputs =
          List.of(
              layer.input(),
              edit.indices(layer.input() + "_from", columns.source[c]),
              edit.indices(layer.input() + "_to", columns.source[c] + 1L),
              edit.indices(layer.input() + "_axis", axis));
      String slice = edit.before(node, layer.input() + "_channel", "Slice", inputs, Map.of());
      parts.add(slice);
    }
    String wide = edit.before(node, layer.input() + "_split", "Concat", parts, Map.of("axis", new Attribute.IntValue(axis)));
    choices.put(wide, subject.config().activationChoice(layer.input()));
    edit.replace(node, GraphEdit.withFirst(node, wide));
    effects.add(
        new Effect(
            id(), layer.name(), Effect.Quantity.WEIGHT_PEAK, peak(subject.model().weights(layer).floats()), peak(naive.floats())));
  }

  private static double peak(float[] weights) {
    double greatest = 0;
    for (float weight : weights) {
      greatest = Math.max(greatest, Math.abs(weight));
    }
    return greatest;
  }

  /** {@code (w - S/2)/2}, or with a plus. */
  static float half(float weight, float step, int side) {
    return (weight + side * step / 2) / 2;
  }

  /** The input channels of a layer once the greatest were split, each with the weights that it meets. */
  private static final class Columns {

    private final Layer layer;
    private final WeightLayout layout;
    private final float[] weights;
    private final int channels;
    /** Input channel that each new one reads. */
    private final int[] source;
    /** How often each new channel's weights were halved, and on which side. */
    private final List<List<Integer>> sides = new ArrayList<>();

    Columns(Layer layer, float[] weights, int added) {
      this.layer = layer;
      this.weights = weights;
      layout = WeightLayout.of(layer);
      channels = layout.inputs();
      source = new int[channels + added];
      double[] peaks = new double[source.length];
      for (int c = 0; c < channels; c++) {
        source[c] = c;
        sides.add(new ArrayList<>());
        for (int o = 0; o < layout.outputs(); o++) {
          for (int t = 0; t < layout.kernel(); t++) {
            peaks[c] = Math.max(peaks[c], Math.abs(weights[layout.index(o, c * layout.kernel() + t)]));
          }
        }
      }
      for (int c = channels; c < source.length; c++) {
        int greatest = 0;
        for (int other = 1; other < c; other++) {
          greatest = peaks[other] > peaks[greatest] ? other : greatest;
        }
        peaks[greatest] /= 2;
        peaks[c] = peaks[greatest];
        source[c] = source[greatest];
        List<Integer> copy = new ArrayList<>(sides.get(greatest));
        copy.add(1);
        sides.get(greatest).add(-1);
        sides.add(copy);
      }
    }

    /** The weights with all columns; {@code steps} are the scales of each, or none for plain halves. */
    Tensor tensor(float[] steps) {
      int[] dims = new int[layer.weightShape().rank()];
      Arrays.setAll(dims, layer.weightShape()::dim);
      int inputAxis = layer.kind() == LayerKind.CONV ? 1 : 1 - layer.outputChannelAxis();
      dims[inputAxis] = source.length;
      Shape shape = Shape.of(dims);
      float[] values = new float[Math.toIntExact(shape.elements())];
      int kernel = layout.kernel();
      for (int o = 0; o < layout.outputs(); o++) {
        for (int c = 0; c < source.length; c++) {
          for (int t = 0; t < kernel; t++) {
            int column = c * kernel + t;
            boolean transposed = inputAxis == 0;
            int at = transposed ? column * layout.outputs() + o : o * source.length * kernel + column;
            float value = weights[layout.index(o, source[c] * kernel + t)];
            for (int side : sides.get(c)) {
              value = half(value, steps.length == 0 ? 0 : steps[at], side);
            }
            values[at] = value;
          }
        }
      }
      return Tensor.ofFloats(shape, values);
    }
  }
}
