package io.bitloupe.model;

import java.util.List;

/**
 * How a file that is quantized already holds a tensor: {@code r = scale (q - zeroPoint)}.
 *
 * @param bits width of a code
 * @param signed whether codes are signed
 * @param symmetric whether all zero-points are 0 and the most negative code is left out
 * @param axis axis of the dimension whose elements have scales of their own; -1 for one scale
 * @param blockSize weights that share a scale along the other axis of a matrix; 0 without blocks
 * @param scales one for the tensor, for each channel, or for each block of each channel in turn; none where the range is computed
 *     at run time
 * @param zeroPoints one for each scale
 */
public record StoredCodes(
    int bits, boolean signed, boolean symmetric, int axis, int blockSize, List<Float> scales, List<Integer> zeroPoints) {

  /** Copies the lists. */
  public StoredCodes {
    scales = List.copyOf(scales);
    zeroPoints = List.copyOf(zeroPoints);
  }

  /** Codes whose range is computed at run time from the values, as DynamicQuantizeLinear does: 8 bits, unsigned. */
  public static StoredCodes dynamic() {
    return new StoredCodes(Byte.SIZE, false, false, -1, 0, List.of(), List.of());
  }

  /** Whether a code of this tensor and one of {@code other} that stand for the same number differ at most in the container's sign. */
  public boolean sharesStepsWith(StoredCodes other) {
    if (!scales.equals(other.scales)) {
      return false;
    }
    for (int i = 0; i < zeroPoints.size(); i++) {
      if (aboveLeast(i) != other.aboveLeast(i)) {
        return false;
      }
    }
    return true;
  }

  /** The zero-point {@code i} less the least code of the container, of 8 or 16 bits. */
  private int aboveLeast(int i) {
    int container = bits > Byte.SIZE ? Short.SIZE : Byte.SIZE;
    return zeroPoints.get(i) + (signed ? 1 << (container - 1) : 0);
  }

  /** Whether the range is computed at run time. */
  public boolean isDynamic() {
    return scales.isEmpty();
  }
}
