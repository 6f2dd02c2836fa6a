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

  /** The moments of the channels less {@code shift}. */
  ChannelMoments minus(double[] shift) {
    double[] m = mean.clone();
    Arrays.setAll(m, c -> mean[c] - shift[c]);
    return new ChannelMoments(m, deviation);
  }
}
