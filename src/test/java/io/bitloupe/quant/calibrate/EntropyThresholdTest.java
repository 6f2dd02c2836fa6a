package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The prefix-sum form against the definition, bin by bin. */
class EntropyThresholdTest {

  private static int byDefinition(double[] magnitudes, int groups) {
    double[] bins = magnitudes.clone();
    bins[0] = bins[1];
    int best = bins.length;
    double least = Double.POSITIVE_INFINITY;
    for (int kept = 128; kept <= bins.length; kept++) {
      double[] p = new double[kept];
      System.arraycopy(bins, 0, p, 0, kept);
      for (int bin = kept; bin < bins.length; bin++) {
        p[kept - 1] += bins[bin];
      }
      double[] sums = new double[groups];
      int[] filled = new int[groups];
      for (int bin = 0; bin < kept; bin++) {
        int group = (int) ((long) bin * groups / kept);
        sums[group] += bins[bin];
        filled[group] += bins[bin] > 0 ? 1 : 0;
      }
      double pTotal = 0;
      double qTotal = 0;
      double[] q = new double[kept];
      for (int bin = 0; bin < kept; bin++) {
        int group = (int) ((long) bin * groups / kept);
        q[bin] = bins[bin] > 0 ? sums[group] / filled[group] : 0;
        pTotal += p[bin];
        qTotal += q[bin];
      }
      double divergence = 0;
      for (int bin = 0; bin < kept; bin++) {
        divergence += p[bin] > 0 ? p[bin] / pTotal * Math.log(p[bin] / pTotal / (q[bin] / qTotal)) : 0;
      }
      if (divergence <= least + 1e-13) {
        least = divergence;
        best = kept;
      }
    }
    return best;
  }

  /** techniques.md: uniform magnitudes keep their full range, where P and Q are the same. */
  @Test
  void uniformMagnitudesLoseNothing() {
    double[] uniform = new double[EntropyThreshold.BINS];
    Arrays.fill(uniform, 500);
    EntropyThreshold.Cut cut = EntropyThreshold.cut(uniform, 128);
    assertThat(cut.bins()).isEqualTo(EntropyThreshold.BINS);
    assertThat(cut.divergence()).isCloseTo(0, within(1e-12));
  }

  @Test
  void equalsTheDefinition() {
    long seed = 99;
    Random random = new Random(seed);
    for (int round = 0; round < 30; round++) {
      double[] magnitudes = new double[512];
      double spread = 20 + random.nextInt(200);
      for (int bin = 0; bin < magnitudes.length; bin++) {
        magnitudes[bin] = random.nextInt(3) == 0 ? 0 : Math.round(10_000 * Math.exp(-bin / spread) * random.nextDouble());
      }
      magnitudes[511] = 1 + random.nextInt(5);
      for (int groups : new int[] {2, 8, 128, 256}) {
        assertThat(EntropyThreshold.cut(magnitudes, groups).bins())
            .as("seed %d, round %d, %d groups", seed, round, groups)
            .isEqualTo(byDefinition(magnitudes, groups));
      }
    }
  }
}
