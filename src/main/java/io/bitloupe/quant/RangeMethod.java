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

  /**
   * The range whose error is least in another norm, over the grid of {@link Mse}: {@code Σ|x - Q(x)|^p} (Nahshan et al. 2020).
   *
   * @param exponent p, from 1 to 16; 2 is {@link Mse}
   */
  record PNorm(double exponent) implements RangeMethod {
    /** Refuses exponents outside 1 to 16. */
    public PNorm {
      if (!(exponent >= 1 && exponent <= 16)) {
        throw new IllegalArgumentException("a norm of exponent " + exponent);
      }
    }
  }

  /** The scale of the least mean squared error, the best range of {@link Mse}'s grid made finer (Choukroun et al. 2019). */
  record Omse() implements RangeMethod {}

  /**
   * Moving averages of the extremes of one sample after the other, {@code β ← m β + (1 - m) max} (Jacob et al. 2018, 3.1).
   *
   * @param momentum m, from 0 to below 1
   */
  record MovingAverage(double momentum) implements RangeMethod {
    /** Refuses momenta outside [0, 1). */
    public MovingAverage {
      if (!(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException("a momentum of " + momentum);
      }
    }
  }

  /**
   * The range of another method, changed so that its scale is a power of two, which shifts can apply.
   *
   * @param base how the range is found first; neither set by the user, nor dynamic, nor a power of two already
   */
  record PowerOfTwo(RangeMethod base) implements RangeMethod {
    /** Refuses bases that have no scale to change. */
    public PowerOfTwo {
      if (base instanceof PowerOfTwo || base instanceof Explicit || base instanceof Dynamic) {
        throw new IllegalArgumentException("a power of two of " + base);
      }
    }
  }

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
