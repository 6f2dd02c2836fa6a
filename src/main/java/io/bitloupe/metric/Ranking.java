package io.bitloupe.metric;

/** Which class scores highest. Of equal scores the lower index wins, and NaN loses to every number. */
public final class Ranking {

  private Ranking() {}

  /** Index of the highest of {@code scores[from, from + classes)}, from 0. */
  public static int top1(float[] scores, int from, int classes) {
    int best = 0;
    for (int index = 1; index < classes; index++) {
      if (beats(scores[from + index], scores[from + best])) {
        best = index;
      }
    }
    return best;
  }

  /** How many of {@code scores[from, from + classes)} come before {@code label}: 0 for the highest. */
  public static int rank(float[] scores, int from, int classes, int label) {
    int before = 0;
    for (int index = 0; index < classes; index++) {
      float score = scores[from + index];
      float own = scores[from + label];
      if (beats(score, own) || (index < label && !beats(own, score))) {
        before++;
      }
    }
    return before;
  }

  private static boolean beats(float score, float other) {
    return score > other || (Float.isNaN(other) && !Float.isNaN(score));
  }
}
