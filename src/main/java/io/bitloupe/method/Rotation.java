package io.bitloupe.method;

import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Rotation (QuaRot, Ashkboos et al. 2024): {@code X W = (X R)(Rᵀ W)} with a random Hadamard matrix R spreads outliers over all
 * channels. R goes into the weights on both sides of a linear region, so it costs nothing at run time; it is made of blocks of the
 * greatest power of two that divides the channels. The float function stays.
 */
final class Rotation implements Method {

  private static final int SEED = 1;
  private static final int SAMPLES = 32;
  private static final int BATCH = 8;

  @Override
  public String id() {
    return "rotation";
  }

  @Override
  public Set<String> settings() {
    return Set.of("seed");
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    subject.requireAlike(id());
    SplittableRandom random = new SplittableRandom(settings.whole("seed", SEED, 0, Integer.MAX_VALUE));
    List<LinearRegion> regions = new ArrayList<>(LinearRegion.find(subject));
    regions.addAll(AttentionValues.find(subject));
    Subject current = subject;
    for (LinearRegion region : regions) {
      progress.checkCancelled();
      int block = Integer.lowestOneBit(region.together());
      if (block > 1) {
        boolean[] signs = new boolean[region.channels()];
        for (int c = 0; c < signs.length; c++) {
          signs[c] = random.nextBoolean();
        }
        current =
            current
                .withConstants(rotated(current.model().graph(), region, signs, block))
                .withOutputs(turned(current.outputs(), region, signs, block));
      }
    }
    return current.plus(effects(subject, current, regions, progress));
  }

  private static Map<String, Tensor> rotated(Graph graph, LinearRegion region, boolean[] signs, int block) {
    Map<String, float[]> values = new LinkedHashMap<>();
    LayerBias biases = new LayerBias(graph);
    Set<String> added = new LinkedHashSet<>(region.biases());
    for (Layer writer : region.writers()) {
      WeightLayout layout = WeightLayout.of(writer);
      float[] weights = values.computeIfAbsent(writer.weight().orElseThrow(), name -> graph.constant(name).floats());
      double[] column = new double[layout.outputs()];
      for (int k = 0; k < layout.columns(); k++) {
        for (int o = 0; o < column.length; o++) {
          column[o] = weights[layout.index(o, k)];
        }
        turn(column, signs, block);
        for (int o = 0; o < column.length; o++) {
          weights[layout.index(o, k)] = (float) column[o];
        }
      }
      biases.of(writer).ifPresent(added::add);
    }
    for (String name : added) {
      float[] bias = graph.constant(name).floats();
      double[] column = new double[bias.length];
      for (int o = 0; o < bias.length; o++) {
        column[o] = bias[o];
      }
      turn(column, signs, block);
      for (int o = 0; o < bias.length; o++) {
        bias[o] = (float) column[o];
      }
      values.put(name, bias);
    }
    for (Layer reader : region.readers()) {
      float[] weights = values.computeIfAbsent(reader.weight().orElseThrow(), name -> graph.constant(name).floats());
      turnInputs(WeightLayout.of(reader), weights, signs, block);
    }
    Map<String, Tensor> constants = new LinkedHashMap<>();
    values.forEach((name, changed) -> constants.put(name, Tensor.ofFloats(graph.constant(name).shape(), changed)));
    return constants;
  }

  /** The moments of a region's tensors once turned; the deviations are those of channels that do not depend on each other. */
  private static Map<String, ChannelMoments> turned(
      Map<String, ChannelMoments> outputs, LinearRegion region, boolean[] signs, int block) {
    Map<String, ChannelMoments> changed = new LinkedHashMap<>(outputs);
    changed.replaceAll((tensor, moments) -> region.tensors().contains(tensor) ? moments.turned(signs, block) : moments);
    return changed;
  }

  private static void turnInputs(WeightLayout layout, float[] weights, boolean[] signs, int block) {
    double[] row = new double[layout.inputs()];
    for (int o = 0; o < layout.outputs(); o++) {
      for (int tap = 0; tap < layout.kernel(); tap++) {
        for (int c = 0; c < row.length; c++) {
          row[c] = weights[layout.index(o, c * layout.kernel() + tap)];
        }
        turn(row, signs, block);
        for (int c = 0; c < row.length; c++) {
          weights[layout.index(o, c * layout.kernel() + tap)] = (float) row[c];
        }
      }
    }
  }

  /** {@code R x}: the signs, then a fast Walsh-Hadamard transform of each block over the root of its length. */
  static void turn(double[] x, boolean[] signs, int block) {
    for (int c = 0; c < x.length; c++) {
      x[c] = signs[c] ? -x[c] : x[c];
    }
    for (int from = 0; from < x.length; from += block) {
      hadamard(x, from, block);
    }
  }

  /** The transform of {@code x[from, from + length)}, a power of two, normalized so that it is its own inverse. */
  static void hadamard(double[] x, int from, int length) {
    for (int half = 1; half < length; half *= 2) {
      for (int start = from; start < from + length; start += 2 * half) {
        for (int i = start; i < start + half; i++) {
          double a = x[i];
          double b = x[i + half];
          x[i] = a + b;
          x[i + half] = a - b;
        }
      }
    }
    double norm = 1 / Math.sqrt(length);
    for (int i = from; i < from + length; i++) {
      x[i] *= norm;
    }
  }

  private List<Effect> effects(Subject before, Subject after, List<LinearRegion> regions, Progress progress) {
    List<Effect> effects = new ArrayList<>();
    if (before.samples().isEmpty() || regions.isEmpty()) {
      return effects;
    }
    Set<String> inputs = new LinkedHashSet<>();
    regions.forEach(region -> region.readers().forEach(reader -> inputs.add(reader.input())));
    Map<String, Double> old = kurtosis(before.reference(), inputs, before.samples().get(), progress);
    Map<String, Double> turned = kurtosis(after.reference(), inputs, before.samples().get(), progress);
    for (LinearRegion region : regions) {
      for (Layer reader : region.readers()) {
        effects.add(
            new Effect(
                id(),
                reader.name(),
                Effect.Quantity.KURTOSIS,
                Optional.ofNullable(old.get(reader.input())).orElseThrow(),
                Optional.ofNullable(turned.get(reader.input())).orElseThrow()));
      }
    }
    return effects;
  }

  /** {@code E[(x - μ)⁴] / σ⁴} of whole tensors. */
  private static Map<String, Double> kurtosis(Model model, Set<String> tensors, Dataset samples, Progress progress) {
    Map<String, double[]> sums = new HashMap<>();
    int size = Math.min(SAMPLES, samples.size());
    int batchSize = model.batchable() ? BATCH : 1;
    try (FloatRuntime runtime = new FloatRuntime(model, tensors)) {
      for (int first = 0; first < size; first += batchSize) {
        progress.checkCancelled();
        Batch batch = samples.batch(first, Math.min(batchSize, size - first));
        Map<String, Tensor> values = runtime.run(batch.inputs(), batch.size());
        for (String tensor : tensors) {
          double[] power = sums.computeIfAbsent(tensor, _ -> new double[5]);
          for (float value : Optional.ofNullable(values.get(tensor)).orElseThrow().floats()) {
            double product = 1;
            for (int p = 0; p < power.length; p++) {
              power[p] += product;
              product *= value;
            }
          }
        }
      }
    }
    Map<String, Double> found = new HashMap<>();
    sums.forEach((tensor, power) -> found.put(tensor, kurtosis(power)));
    return found;
  }

  private static double kurtosis(double[] power) {
    double n = power[0];
    double mean = power[1] / n;
    double variance = power[2] / n - mean * mean;
    double fourth = power[4] / n - 4 * mean * power[3] / n + 6 * mean * mean * power[2] / n - 3 * Math.pow(mean, 4);
    return variance > 0 ? fourth / (variance * variance) : 0;
  }
}
