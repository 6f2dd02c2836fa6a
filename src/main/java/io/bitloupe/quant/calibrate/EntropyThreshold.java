package io.bitloupe.quant.calibrate;

/**
 * The clipping threshold of the least Kullback-Leibler divergence, as NVIDIA's pytorch-quantization and TensorRT find it.
 *
 * <p>For a histogram of magnitudes, the first bin replaced by the second, and each i from 128 on: P is the first i bins with the
 * clipped rest added to the last of them; Q merges the same bins, without the rest, into as many groups as there are codes and
 * spreads each group evenly over those of its bins that are not empty. The threshold is the edge of the last i of the least
 * KL(P || Q), both normalized. Prefix sums make it O(bins · groups) in place of O(bins^2).
 */
final class EntropyThreshold {

  /** Bins of the histogram of magnitudes. */
  static final int BINS = 2048;

  private static final int FIRST = 128;

  private EntropyThreshold() {}

  /**
   * Where the magnitudes are cut off.
   *
   * @param bins number of bins below the threshold
   * @param divergence KL(P || Q) there, in nats
   */
  record Cut(int bins, double divergence) {}

  /**
   * The cut of the least divergence, the last one of those.
   *
   * @param magnitudes counts of magnitudes in bins of equal width from 0 on; not modified
   * @param groups number of codes for magnitudes
   */
  static Cut cut(double[] magnitudes, int groups) {
    int bins = magnitudes.length;
    double[] counts = magnitudes.clone();
    if (bins > 1) {
      counts[0] = counts[1];
    }
    double[] cumulative = new double[bins + 1];
    double[] cumulativeLogs = new double[bins + 1];
    int[] filled = new int[bins + 1];
    for (int bin = 0; bin < bins; bin++) {
      cumulative[bin + 1] = cumulative[bin] + counts[bin];
      cumulativeLogs[bin + 1] = cumulativeLogs[bin] + timesLog(counts[bin]);
      filled[bin + 1] = filled[bin] + (counts[bin] > 0 ? 1 : 0);
    }
    double all = cumulative[bins];
    int best = bins;
    double least = Double.POSITIVE_INFINITY;
    for (int kept = Math.min(bins, FIRST); kept <= bins; kept++) {
      double last = counts[kept - 1];
      double rest = all - cumulative[kept];
      if (cumulative[kept] == 0 || (last == 0 && filled[bins] > filled[kept])) {
        continue; // infinite: P has mass where Q has none
      }
      double entropy = cumulativeLogs[kept] - timesLog(last) + timesLog(last + rest);
      double cross = 0;
      double lastLevel = 0;
      int from = 0;
      for (int group = 0; group < groups && from < kept; group++) {
        int to = (int) (((group + 1L) * kept + groups - 1) / groups);
        double mass = cumulative[to] - cumulative[from];
        int spread = filled[to] - filled[from];
        if (spread > 0 && mass > 0) {
          lastLevel = Math.log(mass / spread);
          cross += mass * lastLevel;
        }
        from = to;
      }
      cross += rest * lastLevel;
      double divergence = (entropy - cross) / all - Math.log(all) + Math.log(cumulative[kept]);
      if (divergence <= least) {
        least = divergence;
        best = kept;
      }
    }
    return new Cut(best, least);
  }

  private static double timesLog(double count) {
    return count > 0 ? count * Math.log(count) : 0;
  }
}
