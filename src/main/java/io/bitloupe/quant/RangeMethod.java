package io.bitloupe.quant;

/** How the clipping range of a tensor is found. */
public sealed interface RangeMethod {

  /** From the least to the greatest value seen. */
  record MinMax() implements RangeMethod {}

  /**
   * Quantiles of the values.
   *
   * @param percent share of the magnitudes that stays inside, in percent, above 0 and at most 100
   */
  record Percentile(double percent) implements RangeMethod {
    /** Refuses shares outside (0, 100]. */
    public Percentile {
      if (!(percent > 0 && percent <= 100)) {
        throw new IllegalArgumentException("a percentile of " + percent);
      }
    }
  }

  /** The range of the least mean squared quantization error on a grid of shrunken min-max ranges. */
  record Mse() implements RangeMethod {}

  /** The range of the least Kullback-Leibler divergence between the histogram and its quantized form. */
  record Entropy() implements RangeMethod {}

  /** The analytic optimum for a Laplace or Gauss density, whichever fits the values better (Banner et al. 2018). */
  record Aciq() implements RangeMethod {}

  /**
   * A range that the user set.
   *
   * @param min lower end, at most 0
   * @param max upper end, at least 0
   */
  record Explicit(float min, float max) implements RangeMethod {
    /** Refuses empty ranges and ranges that do not hold 0. */
    public Explicit {
      if (!(min <= 0 && max >= 0 && min < max && Float.isFinite(max - min))) {
        throw new IllegalArgumentException("a range from " + min + " to " + max + " does not hold 0");
      }
    }
  }

  /** From the least to the greatest value of the sample at hand, computed at run time; activations only. */
  record Dynamic() implements RangeMethod {}
}
