package io.bitloupe.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;

/** Numbers of AIMET's files that must be in bounds before they are used. */
final class AimetBits {

  private static final int WIDEST = 16;

  private AimetBits() {}

  static int of(JsonNode node, String where) {
    int bits = JsonText.wholeNumber(node, where + ": the width");
    if (bits < 1 || bits > WIDEST) {
      throw new InvalidInputException("%s: a width of %d bits is not among 1 to %d.".formatted(where, bits, WIDEST));
    }
    return bits;
  }

  static Affine affine(JsonNode scale, JsonNode offset, IntegerFormat format, String where) {
    return affine(scale, AimetCodes.zeroPoint(format, JsonText.wholeNumber(offset, where + ": the offset")), where);
  }

  static Affine affine(JsonNode scale, int zeroPoint, String where) {
    float value = JsonText.number(scale, where + ": the scale");
    if (!(value > 0) || !Float.isFinite(value)) {
      throw new InvalidInputException("%s: a scale of %s is not above 0.".formatted(where, JsonText.shortened(scale)));
    }
    return new Affine(value, zeroPoint);
  }
}
