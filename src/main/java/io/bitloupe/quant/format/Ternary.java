package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.ScaleGroups;
import java.util.Arrays;
import java.util.List;

/**
 * Weights -α, 0 and +α (Li and Liu 2016, TWN), stored in 2 bits with a float32 α for each group.
 *
 * @param rule how the threshold between 0 and α is found
 */
public record Ternary(Rule rule) implements NumberFormat {

  private static final double THRESHOLD = 0.7;

  /** How the threshold is found. */
  public enum Rule {
    /** {@code Δ = 0.7 E|w|}, α the mean of the magnitudes above it: the paper's approximation. */
    THRESHOLD,
    /** The k largest magnitudes with the greatest {@code (Σ|w|)² / k}, α their mean: the exact optimum. */
    EXACT
  }

  @Override
  public double codeBits() {
    return 2;
  }

  @Override
  public Granularity usualGranularity() {
    return Granularity.CHANNEL;
  }

  @Override
  public Encoded encode(float[] weights, Shape shape, int axis, Granularity granularity) {
    ScaleGroups groups = NumberFormat.groups(weights, shape, axis, granularity);
    float[] decoded = new float[weights.length];
    List<double[]> fits = Arrays.stream(groups.gather(weights)).map(this::fit).toList();
    groups.forEachRun(
        (group, from, to) -> {
          double threshold = fits.get(group)[0];
          float alpha = (float) fits.get(group)[1];
          for (int i = from; i < to; i++) {
            decoded[i] = Math.abs(weights[i]) > threshold ? Math.copySign(alpha, weights[i]) : 0;
          }
        });
    List<float[]> levels = fits.stream().map(fit -> new float[] {(float) -fit[1], 0, (float) fit[1]}).toList();
    return new Encoded(decoded, levels, 2L * weights.length + (long) levels.size() * Float.SIZE);
  }

  /** Threshold and α of {@code values}: what lies above the threshold becomes ±α. */
  double[] fit(float[] values) {
    double[] magnitudes = new double[values.length];
    Arrays.setAll(magnitudes, i -> Math.abs(values[i]));
    if (rule == Rule.THRESHOLD) {
      double threshold = THRESHOLD * Arrays.stream(magnitudes).average().orElse(0);
      return new double[] {threshold, Arrays.stream(magnitudes).filter(m -> m > threshold).average().orElse(0)};
    }
    Arrays.sort(magnitudes);
    double sum = 0;
    double best = -1;
    double[] fit = {0, 0};
    for (int k = 1; k <= magnitudes.length; k++) {
      int at = magnitudes.length - k;
      sum += magnitudes[at];
      double gain = sum * sum / k;
      boolean cut = at == 0 || magnitudes[at - 1] < magnitudes[at];
      if (cut && gain > best) {
        best = gain;
        fit = new double[] {at == 0 ? -1 : magnitudes[at - 1], sum / k};
      }
    }
    return fit;
  }
}
