package io.bitloupe.ui.i18n;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Numbers as people read them: a true minus sign, thin spaces between thousands, decimal units. */
public final class Figures {
  /** Stands for a number that is not measured yet. */
  public static final String UNKNOWN = "…";

  /** What stands for a number that nothing is on its way to, as without data. */
  public static final String NONE = "–";

  /** Above it, in decibels, the error is less than rounding to 24 bits makes, which is what float keeps: 20 log10(2^24). */
  private static final double FLOAT_ROUNDING_DB = 20 * Math.log10(1 << 24);

  private static final String MINUS = "−";
  private static final String THIN_SPACE = " ";
  private static final String INFINITE = "∞";
  private static final String POWER = "×10";

  private Figures() {}

  /** With {@code decimals} decimals. */
  public static String fixed(double value, int decimals) {
    if (Double.isNaN(value)) {
      return UNKNOWN;
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? INFINITE : MINUS + INFINITE;
    }
    // Not String.format, which takes ten times as long: tables ask for hundreds of figures in one pulse.
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
    StringBuilder text = new StringBuilder(rounded.abs().toPlainString());
    for (int thousands = text.length() - (decimals > 0 ? decimals + 1 : 0) - 3; thousands > 0; thousands -= 3) {
      text.insert(thousands, THIN_SPACE);
    }
    return (rounded.signum() < 0 ? MINUS : "") + text;
  }

  /** A round number on an axis whose neighbours are told apart by {@code decimals} decimals; 0 has none. */
  public static String tick(double value, int decimals) {
    return value == 0 ? "0" : fixed(value, decimals);
  }

  /** With {@code decimals} decimals, or {@link #UNKNOWN}. */
  public static String fixed(OptionalDouble value, int decimals) {
    return value.isPresent() ? fixed(value.getAsDouble(), decimals) : UNKNOWN;
  }

  /** A signal-to-quantization-noise ratio without its unit; the word for it where the error is less than float's rounding. */
  public static String sqnr(double decibels) {
    return isExact(decibels) ? Messages.get("figure.exact") : fixed(decibels, 1);
  }

  /** {@link #sqnr(double)}, or {@link #UNKNOWN}. */
  public static String sqnr(OptionalDouble decibels) {
    return decibels.isPresent() ? sqnr(decibels.getAsDouble()) : UNKNOWN;
  }

  /** {@link #sqnr(double)} with its unit. */
  public static String decibels(double decibels) {
    return isExact(decibels) ? Messages.get("figure.exact") : Messages.get("figure.decibels", fixed(decibels, 1));
  }

  /** Why there is no figure for {@code decibels} but the word that the values are exact; empty where there is a figure. */
  public static Optional<String> whyExact(OptionalDouble decibels) {
    return decibels.isPresent() && isExact(decibels.getAsDouble()) ? Optional.of(Messages.get("figure.exact.why")) : Optional.empty();
  }

  /** Whether the error behind {@code decibels} is less than float's rounding, or none at all. */
  public static boolean isExact(double decibels) {
    return decibels >= FLOAT_ROUNDING_DB;
  }

  /** A count. */
  public static String count(long value) {
    return fixed((double) value, 0);
  }

  /** Thousandths of {@code value} without a unit, three figures or a whole number: 0.24, 57.7, 2077. */
  public static String thousandths(double value) {
    double thousandths = 1e3 * value;
    // Four digits as they are, so that they take no more room than the others and the bars stand in line.
    double magnitude = Math.abs(thousandths);
    return magnitude < 1000
        ? fixed(thousandths, magnitude < 10 ? 2 : magnitude < 100 ? 1 : 0)
        : plain(Math.round(thousandths));
  }

  /** A whole number without separators, for columns as narrow as its digits. */
  public static String plain(long value) {
    return Long.toString(value).replace("-", MINUS);
  }

  /** A share as percent, with {@code decimals} decimals and the unit. */
  public static String percent(double share, int decimals) {
    return Messages.get("figure.percent", fixed(100 * share, decimals));
  }

  /** A difference of shares in points, with a sign. */
  public static String points(double difference) {
    String text = fixed(100 * difference, 1);
    return difference > 0 && !text.equals("0.0") ? "+" + text : text;
  }

  /** Bytes in decimal units, three figures. */
  public static String bytes(long bytes) {
    if (bytes < 1_000) {
      return Messages.get("figure.bytes", count(bytes));
    }
    if (bytes < 1_000_000) {
      return Messages.get("figure.kilobytes", significant(bytes / 1e3));
    }
    return bytes < 1_000_000_000
        ? Messages.get("figure.megabytes", significant(bytes / 1e6))
        : Messages.get("figure.gigabytes", significant(bytes / 1e9));
  }

  /** A count with a decimal prefix, three figures: 7.5 M. */
  public static String compact(long value) {
    if (value < 10_000) {
      return count(value);
    }
    if (value < 1_000_000) {
      return Messages.get("figure.thousands", significant(value / 1e3));
    }
    return value < 1_000_000_000
        ? Messages.get("figure.millions", significant(value / 1e6))
        : Messages.get("figure.billions", significant(value / 1e9));
  }

  /** Milliseconds with the unit. */
  public static String milliseconds(double value) {
    return Messages.get("figure.milliseconds", significant(value));
  }

  /** {@link #milliseconds(double)} with as many decimals as {@code whole}, of which it is a part, has there. */
  public static String milliseconds(double part, double whole) {
    return Messages.get("figure.milliseconds", fixed(part, whole > 0 ? decimals(whole) : 0));
  }

  /** Three significant figures, small numbers as {@link #scientific}. */
  public static String significant(double value) {
    double magnitude = Math.abs(value);
    if (magnitude == 0) {
      return "0";
    }
    if (magnitude < 1e-4) {
      return scientific(value);
    }
    return fixed(value, decimals(magnitude));
  }

  private static int decimals(double magnitude) {
    return Math.clamp(2 - (int) Math.floor(Math.log10(magnitude) + 1e-9), 0, 6);
  }

  /** A real number of a tensor: four significant figures, as a person would type it (powers of ten with an e, no separators). */
  public static String typed(double value) {
    double magnitude = Math.abs(value);
    if (magnitude == 0) {
      return "0";
    }
    if (magnitude < 1e-4 || magnitude >= 1e6) {
      return String.format(Locale.ROOT, "%.3e", value).replace("-", MINUS);
    }
    int decimals = Math.clamp(3 - (int) Math.floor(Math.log10(magnitude)), 0, 7);
    return String.format(Locale.ROOT, "%." + decimals + "f", value).replace("-", MINUS);
  }

  /** {@link #typed} as it is printed: with raised powers of ten. */
  public static String real(double value) {
    String[] parts = typed(value).split("e", 2);
    return parts.length == 1 ? parts[0] : parts[0] + POWER + superscript(Integer.parseInt(parts[1].replace(MINUS, "-")));
  }

  /** A small positive number as {@code 1.06×10⁻⁴}. */
  public static String scientific(double value) {
    if (value == 0) {
      return "0";
    }
    int exponent = (int) Math.floor(Math.log10(Math.abs(value)));
    double mantissa = value / Math.pow(10, exponent);
    return fixed(mantissa, 2) + POWER + superscript(exponent);
  }

  /** A tick of a logarithmic axis: a power of ten, or a few times one. */
  public static String power(double value) {
    int exponent = (int) Math.floor(Math.log10(value) + 1e-9);
    long times = Math.round(value / Math.pow(10, exponent));
    return (times == 1 ? POWER.substring(1) : times + POWER) + superscript(exponent);
  }

  /** An exponent in small raised digits. */
  public static String superscript(int exponent) {
    StringBuilder text = new StringBuilder(exponent < 0 ? "⁻" : "");
    for (char digit : Integer.toString(Math.abs(exponent)).toCharArray()) {
      text.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0'));
    }
    return text.toString();
  }

  /** A duration in seconds: 4 s, 2 min. */
  public static String seconds(double seconds) {
    return seconds < 99.5
        ? Messages.get("figure.seconds", fixed(Math.ceil(seconds), 0))
        : Messages.get("figure.minutes", fixed(seconds / 60, 0));
  }
}
