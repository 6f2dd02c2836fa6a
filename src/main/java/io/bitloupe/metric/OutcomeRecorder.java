package io.bitloupe.metric;

import java.util.Arrays;
import java.util.Optional;

/** Collects {@link Outcomes} in the order in which samples are added. Not thread-safe. */
final class OutcomeRecorder {

  private int size;
  private int labelled;
  private boolean unranked;
  private int[] labels = {};
  private char[] classes = {};
  private short[] margins = {};
  private char[] floatClasses = {};
  private short[] floatMargins = {};

  /** Adds a batch; outputs of one value, or of more classes than 16 bits count, have no outcome. */
  void add(int[] given, float[] reference, float[] output, int count) {
    int width = output.length / count;
    if (width < 2 || width > Character.MAX_VALUE + 1) {
      unranked = true;
      return;
    }
    grow(count);
    for (int sample = 0; sample < count; sample++) {
      int from = sample * width;
      int at = size + sample;
      int first = Ranking.top1(output, from, width);
      int floatFirst = Ranking.top1(reference, from, width);
      classes[at] = (char) first;
      floatClasses[at] = (char) floatFirst;
      margins[at] = Float.floatToFloat16(lead(output, from, width, first));
      floatMargins[at] = Float.floatToFloat16(lead(reference, from, width, floatFirst));
      labels[at] = given.length > 0 ? given[sample] : 0;
    }
    size += count;
    labelled += given.length;
  }

  /** Appends what {@code other} collected. */
  void merge(OutcomeRecorder other) {
    grow(other.size);
    System.arraycopy(other.labels, 0, labels, size, other.size);
    System.arraycopy(other.classes, 0, classes, size, other.size);
    System.arraycopy(other.margins, 0, margins, size, other.size);
    System.arraycopy(other.floatClasses, 0, floatClasses, size, other.size);
    System.arraycopy(other.floatMargins, 0, floatMargins, size, other.size);
    size += other.size;
    labelled += other.labelled;
    unranked |= other.unranked;
  }

  /** What was collected; empty when outputs are no classes. */
  Optional<Outcomes> outcomes() {
    return unranked || size == 0
        ? Optional.empty()
        : Optional.of(
            new Outcomes(
                labelled == size ? Arrays.copyOf(labels, size) : new int[0],
                Arrays.copyOf(classes, size),
                Arrays.copyOf(margins, size),
                Arrays.copyOf(floatClasses, size),
                Arrays.copyOf(floatMargins, size)));
  }

  private static float lead(float[] scores, int from, int width, int first) {
    float second = Float.NEGATIVE_INFINITY;
    for (int index = 0; index < width; index++) {
      if (index != first && scores[from + index] > second) {
        second = scores[from + index];
      }
    }
    return scores[from + first] - second;
  }

  private void grow(int more) {
    if (size + more > classes.length) {
      int capacity = Math.max(size + more, 2 * classes.length);
      labels = Arrays.copyOf(labels, capacity);
      classes = Arrays.copyOf(classes, capacity);
      margins = Arrays.copyOf(margins, capacity);
      floatClasses = Arrays.copyOf(floatClasses, capacity);
      floatMargins = Arrays.copyOf(floatMargins, capacity);
    }
  }
}
