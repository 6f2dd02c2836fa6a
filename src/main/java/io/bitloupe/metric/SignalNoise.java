package io.bitloupe.metric;

import io.bitloupe.quant.calibrate.ExactSum;
import java.util.Arrays;
import java.util.List;

/**
 * Signal-to-noise ratio and cosine of an output against a reference, sample by sample. Sums are exact, so that the result does
 * not depend on the order of the samples or on batching. Not thread-safe.
 */
public final class SignalNoise {

  /** Partial sums of a sample, side by side, so that they do not wait for each other. */
  private static final int LANES = 64;

  private final double[] products = new double[LANES];
  private final double[] referencePowers = new double[LANES];
  private final double[] outputPowers = new double[LANES];
  private final double[] noisePowers = new double[LANES];
  private final ExactSum signal = new ExactSum();
  private final ExactSum noise = new ExactSum();
  private final ExactSum cosines = new ExactSum();
  private long samples;

  /** Adds {@code samples} samples of equal length, one after the other in both arrays. */
  public void add(float[] reference, float[] output, int samples) {
    if (reference.length != output.length || samples < 1 || reference.length % samples != 0) {
      throw new IllegalArgumentException(
          "%d and %d values for %d samples".formatted(reference.length, output.length, samples));
    }
    int length = reference.length / samples;
    for (int sample = 0; sample < samples; sample++) {
      add(reference, output, sample * length, length);
    }
    this.samples += samples;
  }

  private void add(float[] reference, float[] output, int from, int length) {
    double[] product = products;
    double[] referencePower = referencePowers;
    double[] outputPower = outputPowers;
    double[] noisePower = noisePowers;
    for (double[] lanes : List.of(product, referencePower, outputPower, noisePower)) {
      Arrays.fill(lanes, 0, Math.min(LANES, length), 0);
    }
    for (int row = from; row < from + length; row += LANES) {
      int lanes = Math.min(LANES, from + length - row);
      for (int lane = 0; lane < lanes; lane++) {
        double expected = reference[row + lane];
        double actual = output[row + lane];
        double difference = actual - expected;
        product[lane] += expected * actual;
        referencePower[lane] += expected * expected;
        outputPower[lane] += actual * actual;
        noisePower[lane] += difference * difference;
      }
    }
    int lanes = Math.min(LANES, length);
    double signalPower = sum(referencePower, lanes);
    signal.add(signalPower);
    noise.add(sum(noisePower, lanes));
    cosines.add(cosine(sum(product, lanes), signalPower, sum(outputPower, lanes)));
  }

  private static double sum(double[] lanes, int count) {
    double sum = 0;
    for (int lane = 0; lane < count; lane++) {
      sum += lanes[lane];
    }
    return sum;
  }

  private static double cosine(double product, double referencePower, double outputPower) {
    if (referencePower == 0 || outputPower == 0) {
      return referencePower == outputPower ? 1 : 0;
    }
    return Math.clamp(product / Math.sqrt(referencePower) / Math.sqrt(outputPower), -1.0, 1.0);
  }

  /** Adds the samples of {@code other}. */
  public void merge(SignalNoise other) {
    signal.add(other.signal);
    noise.add(other.noise);
    cosines.add(other.cosines);
    samples += other.samples;
  }

  /** Number of samples. */
  public long samples() {
    return samples;
  }

  /** 10 log10 of signal power over noise power; positive infinity without noise. */
  public double sqnrDb() {
    double noisePower = noise.value();
    return noisePower == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal.value() / noisePower);
  }

  /** Mean over the samples of the cosine between output and reference, two zero vectors counting as equal; 1 without samples. */
  public double cosine() {
    return samples == 0 ? 1 : cosines.value() / samples;
  }
}
