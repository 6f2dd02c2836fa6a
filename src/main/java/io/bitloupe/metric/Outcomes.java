package io.bitloupe.metric;

import java.util.Arrays;

/**
 * What a run and the float model answered, sample by sample, kept in a few bytes each: the first class, and by how much it leads the
 * second in half precision. In the order in which the samples were added.
 */
public final class Outcomes {

  private final int[] labels;
  private final char[] classes;
  private final short[] margins;
  private final char[] floatClasses;
  private final short[] floatMargins;

  /**
   * Takes the arrays over.
   *
   * @param labels class of each sample; empty without labels
   * @param classes first class of the run
   * @param margins lead of the first class over the second, float16
   * @param floatClasses first class of the float model
   * @param floatMargins its lead, float16
   */
  Outcomes(int[] labels, char[] classes, short[] margins, char[] floatClasses, short[] floatMargins) {
    this.labels = labels;
    this.classes = classes;
    this.margins = margins;
    this.floatClasses = floatClasses;
    this.floatMargins = floatMargins;
  }

  /** Number of samples. */
  public int samples() {
    return classes.length;
  }

  /** Whether samples have labels. */
  public boolean hasLabels() {
    return labels.length > 0;
  }

  /** The label of a sample. */
  public int label(int sample) {
    return labels[sample];
  }

  /** The run's first class. */
  public int predicted(int sample) {
    return classes[sample];
  }

  /** By how much the run's first class leads its second, in units of the output. */
  public float margin(int sample) {
    return Float.float16ToFloat(margins[sample]);
  }

  /** The float model's first class. */
  public int floatPredicted(int sample) {
    return floatClasses[sample];
  }

  /** By how much the float model's first class leads its second. */
  public float floatMargin(int sample) {
    return Float.float16ToFloat(floatMargins[sample]);
  }

  /** Whether the run is right; false without labels. */
  public boolean isRight(int sample) {
    return hasLabels() && predicted(sample) == label(sample);
  }

  /** Whether the float model is right; false without labels. */
  public boolean isFloatRight(int sample) {
    return hasLabels() && floatPredicted(sample) == label(sample);
  }

  /** Whether both are about the same samples: as many, with the same labels and the same float answers. */
  public boolean isPairedWith(Outcomes other) {
    return Arrays.equals(labels, other.labels) && Arrays.equals(floatClasses, other.floatClasses);
  }

  /** This with the arrays of {@code other} where they hold the same, so that they are in memory once. */
  public Outcomes sharing(Outcomes other) {
    return new Outcomes(
        Arrays.equals(labels, other.labels) ? other.labels : labels,
        classes,
        margins,
        Arrays.equals(floatClasses, other.floatClasses) ? other.floatClasses : floatClasses,
        Arrays.equals(floatMargins, other.floatMargins) ? other.floatMargins : floatMargins);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Outcomes it
        && isPairedWith(it)
        && Arrays.equals(classes, it.classes)
        && Arrays.equals(margins, it.margins)
        && Arrays.equals(floatMargins, it.floatMargins);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(classes) + 31 * Arrays.hashCode(margins);
  }
}
