package io.bitloupe.quant.calibrate;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import java.util.Arrays;

/** Values that are all at hand, finite ones. */
final class ExactDistribution implements Distribution {

  private static final float ROUNDER = 0x1.8p23f;
  private static final int LANES = 64;
  private static final int BLOCK = 1024;

  private final float[] values;
  private final float min;
  private final float max;

  ExactDistribution(float[] values) {
    this.values = values;
    float least = values.length == 0 ? 0 : values[0];
    float greatest = least;
    for (float value : values) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    min = least;
    max = greatest;
  }

  @Override
  public long count() {
    return values.length;
  }

  @Override
  public float min() {
    return min;
  }

  @Override
  public float max() {
    return max;
  }

  @Override
  public double mean() {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return values.length == 0 ? 0 : sum / values.length;
  }

  @Override
  public double standardDeviation() {
    double mean = mean();
    double sum = 0;
    for (float value : values) {
      sum += (value - mean) * (value - mean);
    }
    return values.length == 0 ? 0 : Math.sqrt(sum / values.length);
  }

  @Override
  public double meanAbsoluteDeviation() {
    double mean = mean();
    double sum = 0;
    for (float value : values) {
      sum += Math.abs(value - mean);
    }
    return values.length == 0 ? 0 : sum / values.length;
  }

  @Override
  public double zeroShare() {
    int zeros = 0;
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
    }
    return values.length == 0 ? 0 : (double) zeros / values.length;
  }

  /** E|x|. */
  double meanMagnitude() {
    double sum = 0;
    for (float value : values) {
      sum += Math.abs(value);
    }
    return values.length == 0 ? 0 : sum / values.length;
  }

  @Override
  public float magnitudeQuantile(double share) {
    if (values.length == 0) {
      return 0;
    }
    float[] sorted = new float[values.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = Math.abs(values[i]);
    }
    Arrays.sort(sorted);
    return sorted[Math.clamp(rank(share) - 1, 0, sorted.length - 1)];
  }

  @Override
  public double[] magnitudes(int bins) {
    double[] counts = new double[bins];
    double width = magnitude() / (double) bins;
    for (float value : values) {
      counts[width == 0 ? 0 : Math.min(bins - 1, (int) (Math.abs(value) / width))]++;
    }
    return counts;
  }

  @Override
  public double squaredError(Affine affine, IntegerFormat format, double stopAt) {
    if (format.isBinary()) {
      double total = 0;
      for (float value : values) {
        double difference = Math.abs(value) - (double) affine.scale();
        total += difference * difference;
      }
      return total;
    }
    float scale = affine.scale();
    float low = format.quantMin() - affine.zeroPoint();
    float high = format.quantMax() - affine.zeroPoint();
    double[] lanes = new double[LANES];
    double total = 0;
    for (int start = 0; start < values.length; start += BLOCK) {
      int end = Math.min(values.length, start + BLOCK);
      for (int row = start; row < end; row += LANES) {
        int length = Math.min(LANES, end - row);
        for (int lane = 0; lane < length; lane++) {
          float value = values[row + lane];
          float steps = (Math.min(Math.max(value / scale, low), high) + ROUNDER) - ROUNDER;
          double difference = value - scale * steps;
          lanes[lane] += difference * difference;
        }
      }
      total = 0;
      for (double lane : lanes) {
        total += lane;
      }
      if (total > stopAt) {
        break;
      }
    }
    return total;
  }

  @Override
  public double error(Affine affine, IntegerFormat format, double exponent, double stopAt) {
    SquaredError squared = new SquaredError(affine, format);
    double total = 0;
    for (float value : values) {
      total += Math.pow(squared.at(value), exponent / 2);
      if (total > stopAt) {
        break;
      }
    }
    return total;
  }

  @Override
  public ErrorSplit split(Affine affine, IntegerFormat format) {
    SquaredError error = new SquaredError(affine, format);
    double clipping = 0;
    double rounding = 0;
    double signal = 0;
    long clipped = 0;
    for (float value : values) {
      double squared = error.at(value);
      if (error.clips(value)) {
        clipping += squared;
        clipped++;
      } else {
        rounding += squared;
      }
      signal += (double) value * value;
    }
    return new ErrorSplit(values.length, values.length == 0 ? 0 : (double) clipped / values.length, clipping, rounding, signal);
  }
}
