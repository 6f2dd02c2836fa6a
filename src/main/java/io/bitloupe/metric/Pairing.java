package io.bitloupe.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * Two configurations on the same samples. Without labels the float model's answer counts as the right one.
 *
 * @param samples number of samples
 * @param gained samples that B has right and A has not
 * @param lost samples that A has right and B has not
 * @param changed samples that both answer differently
 */
public record Pairing(int samples, List<Integer> gained, List<Integer> lost, List<Integer> changed) {
  /** Copies the lists. */
  public Pairing {
    gained = List.copyOf(gained);
    lost = List.copyOf(lost);
    changed = List.copyOf(changed);
  }

  /** Pairs {@code a} and {@code b}, which must be about the same samples. */
  public static Pairing of(Outcomes a, Outcomes b) {
    List<Integer> gained = new ArrayList<>();
    List<Integer> lost = new ArrayList<>();
    List<Integer> changed = new ArrayList<>();
    for (int sample = 0; sample < a.samples(); sample++) {
      boolean rightA = isRight(a, sample);
      boolean rightB = isRight(b, sample);
      if (rightB && !rightA) {
        gained.add(sample);
      } else if (rightA && !rightB) {
        lost.add(sample);
      }
      if (a.predicted(sample) != b.predicted(sample)) {
        changed.add(sample);
      }
    }
    return new Pairing(a.samples(), gained, lost, changed);
  }

  private static boolean isRight(Outcomes it, int sample) {
    return it.hasLabels() ? it.isRight(sample) : it.predicted(sample) == it.floatPredicted(sample);
  }

  /** Share of right answers of B minus that of A. */
  public double difference() {
    return samples == 0 ? 0 : (double) (gained.size() - lost.size()) / samples;
  }

  /** 95 % interval of the difference, paired. */
  public Interval interval() {
    return Intervals.pairedDifference(gained.size(), lost.size(), samples);
  }
}
