package io.bitloupe.method;

import java.util.Arrays;

/**
 * Mean and standard deviation of each channel of a tensor.
 *
 * @param mean one for each channel
 * @param deviation one for each channel, 0 or more
 */
record ChannelMoments(double[] mean, double[] deviation) {

  /** The moments of the channels divided by {@code scale}, which is above 0. */
  ChannelMoments dividedBy(double[] scale) {
    double[] m = mean.clone();
    double[] d = deviation.clone();
    for (int c = 0; c < m.length; c++) {
      m[c] /= scale[c];
      d[c] /= scale[c];
    }
    return new ChannelMoments(m, d);
  }

  /** The moments of {@link Rotation#turn turned} channels that do not depend on each other: variances become the mean of their block. */
  ChannelMoments turned(boolean[] signs, int block) {
    double[] m = mean.clone();
    Rotation.turn(m, signs, block);
    double[] d = new double[m.length];
    for (int from = 0; from < d.length; from += block) {
      double sum = 0;
      for (int c = from; c < from + block; c++) {
        sum += deviation[c] * deviation[c];
      }
      Arrays.fill(d, from, from + block, Math.sqrt(sum / block));
    }
    return new ChannelMoments(m, d);
  }

  /** The moments of the channels less {@code shift}. */
  ChannelMoments minus(double[] shift) {
    double[] m = mean.clone();
    Arrays.setAll(m, c -> mean[c] - shift[c]);
    return new ChannelMoments(m, deviation);
  }
}
