package io.bitloupe.export;

import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Scheme;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The integer types of ONNX Runtime's quantizer: QInt8, QUInt8, and the same of 4 and 16 bits. */
final class OrtTypes {

  private static final Pattern TYPE = Pattern.compile("(?:QuantType\\.)?Q(U?)Int(4|8|16)");

  private OrtTypes() {}

  /** The type that has the codes of {@code format}; empty where there is none of that width. */
  static Optional<String> of(IntegerFormat format) {
    return switch (format.bits()) {
      case 4, 8, 16 -> Optional.of("Q%sInt%d".formatted(format.signed() ? "" : "U", format.bits()));
      default -> Optional.empty();
    };
  }

  /** Why {@code format} has no type. */
  static String missing(IntegerFormat format) {
    return "ONNX Runtime's quantizer has integers of 4, 8 and 16 bits, none of " + format.bits();
  }

  /**
   * The format of {@code type}.
   *
   * @param zeroPointFree whether all zero-points are 0, which makes signed codes symmetric
   */
  static Optional<IntegerFormat> parse(String type, boolean zeroPointFree) {
    Matcher matcher = TYPE.matcher(type);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    boolean signed = matcher.group(1).isEmpty();
    Scheme scheme = signed && zeroPointFree ? Scheme.SYMMETRIC : Scheme.ASYMMETRIC;
    return Optional.of(new IntegerFormat(Integer.parseInt(matcher.group(2)), signed, scheme));
  }
}
