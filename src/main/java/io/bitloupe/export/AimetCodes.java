package io.bitloupe.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Scheme;
import java.util.Optional;

/**
 * AIMET's offsets: {@code x = scale * (q + offset)} with unsigned codes q. An unsigned zero-point is the negative offset, a signed
 * one that less 2^(bits - 1).
 */
final class AimetCodes {

  private static final int WIDEST = 16;

  private AimetCodes() {}

  /** The offset for {@code zeroPoint}. */
  static int offset(IntegerFormat format, int zeroPoint) {
    return leastSigned(format) - zeroPoint;
  }

  /** The zero-point for {@code offset}. */
  static int zeroPoint(IntegerFormat format, int offset) {
    return leastSigned(format) - offset;
  }

  private static int leastSigned(IntegerFormat format) {
    return format.signed() ? -(1 << (format.bits() - 1)) : 0;
  }

  /** The format that an encoding means: symmetric codes are signed with zero-point 0, any others count from 0. */
  static IntegerFormat format(int bits, boolean symmetric, boolean centred) {
    return symmetric && centred ? IntegerFormat.weights(bits) : IntegerFormat.activations(bits);
  }

  /** Whether {@code offset} is that of the zero-point 0 of signed codes. */
  static boolean isCentred(int offset, int bits) {
    return offset == -(1 << (bits - 1));
  }

  /** The least real number of the grid: that of the least code of the format. */
  static float min(IntegerFormat format, Affine affine) {
    return affine.dequantize(format.quantMin());
  }

  /** The greatest real number of the grid. */
  static float max(IntegerFormat format, Affine affine) {
    return affine.dequantize(format.quantMax());
  }

  /** Whether symmetric codes around 0. */
  static boolean isSymmetric(IntegerFormat format) {
    return format.scheme() == Scheme.SYMMETRIC && format.signed();
  }

  /**
   * Our blocks count weights in memory order, those of other tools input channels.
   *
   * @param size weights in a block
   * @return input channels in a block; empty when blocks end inside a channel, or the last one is smaller than the others
   */
  static Optional<Integer> inputChannels(Shape shape, int axis, int size) {
    int kernel = shape.rank() > 2 ? shape.product(2, shape.rank()) : 1;
    int inputs = shape.dim(axis == 0 ? 1 : 0);
    int channels = size / kernel;
    return size % kernel == 0 && inputs % channels == 0 ? Optional.of(channels) : Optional.empty();
  }

  /** Weights in a block of {@code channels} input channels. */
  static int blockSize(Shape shape, int channels) {
    return channels * (shape.rank() > 2 ? shape.product(2, shape.rank()) : 1);
  }

  /** The width that {@code node} says. */
  static int bits(JsonNode node, String where) {
    int bits = JsonText.wholeNumber(node, where + ": the width");
    if (bits < 1 || bits > WIDEST) {
      throw new InvalidInputException("%s: a width of %d bits is not among 1 to %d.".formatted(where, bits, WIDEST));
    }
    return bits;
  }

  /** Scale and offset as the file says them. */
  static Affine affine(JsonNode scale, JsonNode offset, IntegerFormat format, String where) {
    return JsonText.affine(scale, zeroPoint(format, JsonText.wholeNumber(offset, where + ": the offset")), where);
  }
}
