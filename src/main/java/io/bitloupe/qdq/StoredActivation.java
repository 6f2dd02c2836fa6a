package io.bitloupe.qdq;

import io.bitloupe.model.DataType;
import io.bitloupe.model.StoredCodes;
import java.util.List;

/**
 * The codes of an activation as a file stores them, and the narrowest of our formats that holds them.
 *
 * @param stored the format
 * @param codeMin least code that the file leaves, in the format's codes
 * @param codeMax greatest code that the file leaves, likewise
 * @param least least code of the format
 * @param greatest greatest code of the format
 */
record StoredActivation(StoredCodes stored, int codeMin, int codeMax, int least, int greatest) {

  /** Signed codes in an unsigned container have this on top. */
  private static final int OFFSET = 128;

  /**
   * The format of an activation.
   *
   * @param type container, UINT8, INT8, UINT16 or INT16
   * @param min least code after the clamp on the codes, or of the container
   * @param max greatest code, likewise
   */
  static StoredActivation of(DataType type, float scale, int zeroPoint, int min, int max) {
    if (type.bits() > Byte.SIZE) {
      int lowest = type == DataType.INT16 ? Short.MIN_VALUE : 0;
      StoredCodes wide = stored(type.bits(), type == DataType.INT16, false, scale, zeroPoint);
      return new StoredActivation(wide, min, max, lowest, lowest + (1 << type.bits()) - 1);
    }
    StoredActivation best = container(type, scale, zeroPoint, min, max);
    for (int bits = 1; bits < Byte.SIZE; bits++) {
      if (type == DataType.UINT8 && min >= 0 && max < 1 << bits && zeroPoint < 1 << bits) {
        return new StoredActivation(stored(bits, false, false, scale, zeroPoint), min, max, 0, (1 << bits) - 1);
      }
      int offset = type == DataType.UINT8 ? OFFSET : 0;
      int half = 1 << (bits - 1);
      int z = zeroPoint - offset;
      if (min - offset >= -half && max - offset < half && z >= -half && z < half) {
        boolean symmetric = bits > 1 && z == 0 && min - offset > -half;
        int least = symmetric ? 1 - half : -half;
        return new StoredActivation(stored(bits, true, symmetric, scale, z), min - offset, max - offset, least, half - 1);
      }
    }
    return best;
  }

  private static StoredActivation container(DataType type, float scale, int zeroPoint, int min, int max) {
    boolean shifted = type == DataType.UINT8 && zeroPoint == OFFSET && min == 1;
    if (shifted) {
      return new StoredActivation(stored(Byte.SIZE, true, true, scale, 0), min - OFFSET, max - OFFSET, 1 - OFFSET, OFFSET - 1);
    }
    boolean signed = type == DataType.INT8;
    int least = signed ? -OFFSET : 0;
    boolean symmetric = signed && zeroPoint == 0 && min > least;
    StoredCodes codes = stored(Byte.SIZE, signed, symmetric, scale, zeroPoint);
    return new StoredActivation(codes, min, max, symmetric ? least + 1 : least, least + (1 << Byte.SIZE) - 1);
  }

  private static StoredCodes stored(int bits, boolean signed, boolean symmetric, float scale, int zeroPoint) {
    return new StoredCodes(bits, signed, symmetric, -1, 0, List.of(scale), List.of(zeroPoint));
  }

  /** Whether the codes of the format reach further than the file lets them. */
  boolean isClamped() {
    return codeMin > least || codeMax < greatest;
  }

  /** Whether no code stands for a negative number, as after a Relu. */
  boolean isNonNegative() {
    return codeMin == zeroPoint();
  }

  /** The real number that the least code stands for. */
  float min() {
    return scale() * (codeMin - zeroPoint());
  }

  /** The real number that the greatest code stands for. */
  float max() {
    return scale() * (codeMax - zeroPoint());
  }

  private float scale() {
    return stored.scales().getFirst();
  }

  private int zeroPoint() {
    return stored.zeroPoints().getFirst();
  }
}
