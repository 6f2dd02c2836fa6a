package io.bitloupe.report;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.metric.Interval;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** How numbers are written for people: fixed decimals, units, powers of 1000, the same in every language setting. */
public final class Figures {

  /** What stands where there is no figure. */
  public static final String NONE = "–";

  private static final String[] LARGE = {"", "k", "M", "G", "T", "P"};
  private static final double STEP = 1000;

  private Figures() {}

  /** A share as a percentage with two decimals, {@code 92.76 %}. */
  public static String percent(double share) {
    return percentNumber(share) + " %";
  }

  /** A share as a percentage with two decimals and without the sign, {@code 92.76}. */
  public static String percentNumber(double share) {
    return decimal(100 * share, 2);
  }

  /** A difference of shares in percentage points with its sign, {@code −0.13}. */
  public static String points(double difference) {
    String text = decimal(100 * difference, 2);
    return text.startsWith("−") || isZero(text) ? text : "+" + text;
  }

  private static boolean isZero(String text) {
    return text.chars().noneMatch(c -> c >= '1' && c <= '9');
  }

  /** A number of bytes, {@code 648.97 kB}; 1 kB is 1000 bytes. */
  public static String bytes(long bytes) {
    return scaled((double) bytes, "B");
  }

  /** A large number with three or more digits, {@code 12.3 M}. */
  public static String large(long count) {
    return scaled((double) count, "").strip();
  }

  private static String scaled(double value, String unit) {
    int power = 0;
    double scaled = value;
    // 999.96 would be written as 1000.0: that already takes the next unit
    while (power < LARGE.length - 1 && scaled >= STEP - 0.05) {
      scaled /= STEP;
      power++;
    }
    return (power == 0 ? String.format(Locale.ROOT, "%.0f", scaled) : decimal(scaled, scaled < 100 ? 2 : 1)) + " " + LARGE[power] + unit;
  }

  /** A whole number with commas between thousands. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A count with its noun, {@code 1 sample}, {@code 7,308 samples}. */
  public static String plural(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** Decibels with one decimal; infinity for no noise. */
  public static String decibels(double decibels) {
    return Double.isInfinite(decibels) ? (decibels > 0 ? "∞" : "−∞") : decimal(decibels, 1);
  }

  /** Milliseconds with three significant digits; {@link #NONE} where nothing was measured. */
  public static String milliseconds(OptionalDouble milliseconds) {
    return milliseconds.isPresent() ? milliseconds(milliseconds.getAsDouble()) : NONE;
  }

  /** Milliseconds with three significant digits. */
  public static String milliseconds(double milliseconds) {
    int decimals = milliseconds >= 100 ? 0 : milliseconds >= 10 ? 1 : milliseconds >= 1 ? 2 : 3;
    return decimal(milliseconds, decimals);
  }

  /** Where the middle half of repeated times lies, in milliseconds, {@code 0.310 to 0.342}. */
  public static String middleHalf(DeploymentTiming.Spread spread) {
    return milliseconds(spread.lowerQuartile()) + " to " + milliseconds(spread.upperQuartile());
  }

  /** What a run is asked, {@code 32 samples, 2 threads}. */
  public static String load(DeploymentLoad load) {
    return plural(load.batch(), "sample") + ", " + plural(load.threads(), "thread");
  }

  /** How many times as large, with two decimals; {@link #NONE} where nothing was measured. */
  public static String ratio(OptionalDouble ratio) {
    return ratio.isPresent() ? decimal(ratio.getAsDouble(), 2) : NONE;
  }

  /** An interval of shares in percent, {@code 91.70 to 92.40}. */
  public static String interval(Interval interval) {
    return percentNumber(interval.low()) + " to " + percentNumber(interval.high());
  }

  /** Width in bits; {@code float} for 32, {@link #NONE} for none. */
  public static String bits(int bits) {
    return bits == 0 ? NONE : bits == Float.SIZE ? "float" : Integer.toString(bits);
  }

  /** A real number with up to four significant digits. */
  public static String real(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : Double.toString(value);
    }
    double size = Math.abs(value);
    if (size >= 1e6 || size < 1e-4) {
      return String.format(Locale.ROOT, "%.3e", value).replace('-', '−').replace("e−", "e-");
    }
    int decimals = Math.clamp(3 - (int) Math.floor(Math.log10(size)), 0, 8);
    return decimal(value, decimals);
  }

  /** A number with fixed decimals, a true minus sign and no negative zero. */
  public static String decimal(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.startsWith("-") ? (isZero(text) ? text.substring(1) : "−" + text.substring(1)) : text;
  }

  /** The first {@code most} of {@code names}, and how many more there are. */
  public static String listed(List<String> names, int most) {
    String more = names.size() > most ? " and %d more".formatted(names.size() - most) : "";
    return String.join(", ", names.subList(0, Math.min(most, names.size()))) + more;
  }
}
