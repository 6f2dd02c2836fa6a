package io.bitloupe.quant.calibrate;

import io.bitloupe.quant.Range;
import java.util.List;

/**
 * What streaming observation keeps of a tensor: O(bins), whatever the number of values.
 *
 * @param count finite values seen
 * @param nonFinite infinities and NaN seen, left out of everything else
 * @param min least value; 0 when nothing was seen
 * @param max greatest value; 0 when nothing was seen
 * @param mean arithmetic mean
 * @param standardDeviation of the population
 * @param meanAbsoluteDeviation estimate of E|x - mean|, from the histogram
 * @param zeroShare share of values that are exactly 0 (after Relu, for instance)
 * @param histogram counts over the whole range seen
 * @param samples the range of each sample and 0, in their order; empty where some values came without saying of which sample
 */
public record TensorStatistics(
    long count,
    long nonFinite,
    float min,
    float max,
    double mean,
    double standardDeviation,
    double meanAbsoluteDeviation,
    double zeroShare,
    Histogram histogram,
    List<Range> samples) {
  /** Copies the list. */
  public TensorStatistics {
    samples = List.copyOf(samples);
  }
}
