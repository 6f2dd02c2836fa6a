package io.bitloupe.method;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.format.Encoded;
import io.bitloupe.quant.format.SharedWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tunes the centroids of shared weights so that the outputs of their layer change least. They start from k-means whose weights
 * count by the diagonal of H = E[x xᵀ] (Choi et al. 2017), and then descend the output error {@code Σ δᵀ H δ} along the gradient of
 * the centroids, {@code ∂L/∂C_k = Σ ∂L/∂W_ij · 1(I_ij = k)} (Han et al. 2016, 3.3): which centroid a weight has stays, what it
 * stands for moves. A layer that does not gain keeps the centroids of its format.
 */
final class CentroidTuning implements Method {

  private static final int SAMPLES = 128;
  private static final int ITERATIONS = 100;
  private static final double SETTLED = 1e-5;

  /** What keeps an input that is always 0 from making weights worthless. */
  private static final double LEAST_SHARE = 1e-6;

  @Override
  public String id() {
    return "centroid-tuning";
  }

  @Override
  public Set<String> settings() {
    return Set.of("samples", "iterations");
  }

  @Override
  public boolean needsData(Settings settings) {
    return true;
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    Rounding.refuseAfterRounding(subject, id());
    int samples = settings.whole("samples", SAMPLES, 1, 1 << 20);
    int iterations = settings.whole("iterations", ITERATIONS, 0, 100_000);
    List<Layer> layers = subject.layers().stream().filter(layer -> InputRows.isKnown(layer) && shared(subject, layer).isPresent()).toList();
    if (layers.isEmpty()) {
      throw new InvalidInputException(
          "The method %s finds no layer with shared weights; say --weight-format kmeans:4.".formatted(id()));
    }
    Map<String, SecondMoments> moments =
        SecondMoments.collect(
            subject.reference(), layers.stream().map(subject::exact).toList(), subject.samples().orElseThrow(), samples, progress.silent());
    Subject current = subject;
    List<Effect> effects = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      progress.checkCancelled();
      Layer layer = layers.get(i);
      SecondMoments inputs = Optional.ofNullable(moments.get(layer.name())).orElseThrow();
      TensorChoice.Coded choice = shared(subject, layer).orElseThrow();
      WeightLayout layout = WeightLayout.of(layer);
      float[] weights = subject.model().weights(layer).floats();
      int axis = layer.outputChannelAxis();
      float[] plain = choice.format().encode(weights, layer.weightShape(), axis, choice.granularity()).decoded();
      float[] importance = importance(layout, inputs);
      Encoded start =
          ((SharedWeights) choice.format()).encode(weights, importance, layer.weightShape(), axis, choice.granularity());
      ScaleGroups groups = ScaleGroups.of(layer.weightShape(), axis, choice.granularity());
      float[] tuned = new Centroids(layout, inputs, weights, start, groups).tune(importance, iterations, progress);
      double before = inputs.relativeError(layout, weights, plain);
      double after = inputs.relativeError(layout, weights, tuned);
      float[] best = after < before ? tuned : plain;
      current = current.withRounded(Map.of(layer.weight().orElseThrow(), Tensor.ofFloats(layer.weightShape(), best)), Map.of());
      effects.add(new Effect(id(), layer.name(), Effect.Quantity.OUTPUT_ERROR, before, Math.min(before, after)));
      progress.report(i + 1, layers.size());
    }
    return current.plus(effects);
  }

  private static Optional<TensorChoice.Coded> shared(Subject subject, Layer layer) {
    return subject.config().weightChoice(layer.weight().orElseThrow()) instanceof TensorChoice.Coded coded
            && coded.format() instanceof SharedWeights
        ? Optional.of(coded)
        : Optional.empty();
  }

  /** The diagonal of H for each weight, in memory order. */
  private static float[] importance(WeightLayout layout, SecondMoments inputs) {
    double mean = 0;
    int columns = layout.columns();
    for (double[] gram : inputs.gram()) {
      for (int k = 0; k < columns; k++) {
        mean += gram[k * columns + k] / columns / layout.groups();
      }
    }
    double least = mean == 0 ? 1 : mean * LEAST_SHARE;
    float[] importance = new float[layout.outputs() * columns];
    for (int o = 0; o < layout.outputs(); o++) {
      double[] gram = inputs.gram()[layout.group(o)];
      for (int k = 0; k < columns; k++) {
        importance[layout.index(o, k)] = (float) Math.max(least, gram[k * columns + k]);
      }
    }
    return importance;
  }

  /** {@code Σ ∂L/∂W_i} over the weights of each centroid. */
  static double[] gradient(float[] weightGradient, int[] centroid, int centroids) {
    double[] sums = new double[centroids];
    for (int i = 0; i < weightGradient.length; i++) {
      sums[centroid[i]] += weightGradient[i];
    }
    return sums;
  }

  /** The centroids of one layer while they move. */
  private static final class Centroids {

    private final WeightLayout layout;
    private final float[][][] moments;
    private final float[] weights;
    private final float[] values;
    private final int[] centroid;

    Centroids(WeightLayout layout, SecondMoments inputs, float[] weights, Encoded start, ScaleGroups groups) {
      this.layout = layout;
      this.moments = new float[layout.groups()][][];
      Arrays.setAll(moments, inputs::rows);
      this.weights = weights;
      int perGroup = start.levels().getFirst().length;
      values = new float[perGroup * groups.count()];
      centroid = new int[weights.length];
      for (int group = 0; group < groups.count(); group++) {
        System.arraycopy(start.levels().get(group), 0, values, group * perGroup, perGroup);
      }
      groups.forEachRun(
          (group, from, to) -> {
            for (int i = from; i < to; i++) {
              centroid[i] = group * perGroup + Arrays.binarySearch(start.levels().get(group), start.decoded()[i]);
            }
          });
    }

    /** Descends, each centroid by the share that its weights have, by the step that lowers the error most; returns the weights. */
    float[] tune(float[] importance, int iterations, Progress progress) {
      double[] curvature = gradient(importance, centroid, values.length);
      double before = Double.POSITIVE_INFINITY;
      for (int i = 0; i < iterations; i++) {
        progress.checkCancelled();
        float[] slope = product(difference());
        double[] direction = gradient(slope, centroid, values.length);
        double descent = 0;
        for (int c = 0; c < direction.length; c++) {
          double along = direction[c];
          direction[c] = curvature[c] > 0 ? along / curvature[c] : 0;
          descent += along * direction[c];
        }
        float[] move = spread(direction);
        double bend = dot(move, product(move));
        double error = dot(difference(), slope);
        if (!(bend > 0) || error >= before * (1 - SETTLED)) {
          break;
        }
        before = error;
        for (int c = 0; c < values.length; c++) {
          values[c] = (float) (values[c] - direction[c] * descent / bend);
        }
      }
      return decoded();
    }

    private float[] decoded() {
      float[] decoded = new float[centroid.length];
      for (int i = 0; i < decoded.length; i++) {
        decoded[i] = values[centroid[i]];
      }
      return decoded;
    }

    private float[] difference() {
      float[] difference = decoded();
      for (int i = 0; i < difference.length; i++) {
        difference[i] -= weights[i];
      }
      return difference;
    }

    private float[] spread(double[] direction) {
      float[] move = new float[centroid.length];
      for (int i = 0; i < move.length; i++) {
        move[i] = (float) direction[centroid[i]];
      }
      return move;
    }

    /** H times {@code change} of every output channel, in memory order. */
    private float[] product(float[] change) {
      float[] result = new float[change.length];
      int perGroup = layout.outputs() / layout.groups();
      for (int group = 0; group < layout.groups(); group++) {
        float[][] rows = new float[perGroup][];
        float[][] products = new float[perGroup][layout.columns()];
        for (int r = 0; r < perGroup; r++) {
          rows[r] = layout.row(change, group * perGroup + r);
        }
        SymmetricProduct.multiply(rows, moments[group], products);
        for (int r = 0; r < perGroup; r++) {
          layout.setRow(result, group * perGroup + r, products[r]);
        }
      }
      return result;
    }

    private static double dot(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += (double) a[i] * b[i];
      }
      return sum;
    }
  }
}
