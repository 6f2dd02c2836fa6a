package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Tensor;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Checks the classes of samples. */
final class Labels {

  private Labels() {}

  /** Adds {@code offset} to each of {@code labels} and checks the results against the model's classes. */
  static int[] checked(Path path, long[] labels, int offset, OptionalInt classes) {
    int[] checked = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      long index = labels[i] + offset;
      if (index < 0 || index > Integer.MAX_VALUE || (classes.isPresent() && index >= classes.getAsInt())) {
        throw Refusal.of(
            path,
            classes.isPresent()
                ? "sample %d has class %d, and the model's outputs stand for %d classes%s"
                    .formatted(i, labels[i], classes.getAsInt(), offset == 0 ? "" : " (label offset " + offset + ")")
                : "sample %d has class %d".formatted(i, labels[i]));
      }
      checked[i] = (int) index;
    }
    return checked;
  }

  /** The integers of the array {@code labels}. */
  static long[] integers(Path path, Tensor labels) {
    int samples = labels.shape().rank() == 0 ? 0 : labels.shape().dim(0);
    if (labels.type().isFloatingPoint() || labels.type() == DataType.BOOL || labels.shape().elements() != samples) {
      throw Refusal.of(
          path,
          "its labels are of type %s and shape %s, not one integer for each sample".formatted(labels.type(), labels.shape()));
    }
    return labels.integers();
  }
}
