package io.bitloupe.config;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Requantization;
import io.bitloupe.quant.Scheme;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** The words for parts of a choice on the command line, in configuration files and in the window. */
public final class ChoiceText {

  /** The percentile when none is given. */
  public static final double DEFAULT_PERCENT = 99.99;

  /** The exponent of a p-norm when none is given (LAPQ). */
  public static final double DEFAULT_EXPONENT = 2.4;

  /** The momentum of a moving average when none is given. */
  public static final double DEFAULT_MOMENTUM = 0.9;

  /** What stands before the method whose scale becomes a power of two. */
  public static final String POWER_OF_TWO = "pow2:";

  /** The methods, for messages. */
  public static final String METHODS = "minmax, percentile, mse, omse, pnorm, entropy, aciq, ema, pow2:METHOD or dynamic";

  private static final String SEPARATOR = ":";

  private ChoiceText() {}

  /** The widths of a configuration in short, {@code W4A8}; {@code with exceptions} where some tensors have others. */
  public static String widths(QuantConfig config) {
    boolean exceptions =
        config.tensors().values().stream()
            .anyMatch(choice -> choice.bits() != config.weight().bits() && choice.bits() != config.activation().bits());
    return "W%sA%s%s".formatted(width(config.weight()), width(config.activation()), exceptions ? " with exceptions" : "");
  }

  private static String width(TensorChoice choice) {
    return choice instanceof TensorChoice.Quantized ? Integer.toString(choice.bits()) : "float";
  }

  /** The word for {@code method}: {@code percentile} without its parameter, {@code explicit} for a range of the user's. */
  public static String methodId(RangeMethod method) {
    return switch (method) {
      case RangeMethod.MinMax _ -> "minmax";
      case RangeMethod.Percentile _ -> "percentile";
      case RangeMethod.Mse _ -> "mse";
      case RangeMethod.Omse _ -> "omse";
      case RangeMethod.PNorm _ -> "pnorm";
      case RangeMethod.MovingAverage _ -> "ema";
      case RangeMethod.PowerOfTwo(RangeMethod base) -> POWER_OF_TWO + methodId(base);
      case RangeMethod.Entropy _ -> "entropy";
      case RangeMethod.Aciq _ -> "aciq";
      case RangeMethod.Dynamic _ -> "dynamic";
      case RangeMethod.Explicit _ -> "explicit";
    };
  }

  /** The method with the word {@code id}; empty when there is none, or when it needs more than a word. */
  public static Optional<RangeMethod> methodById(String id) {
    return Optional.ofNullable(
        switch (id) {
          case "minmax" -> new RangeMethod.MinMax();
          case "percentile" -> new RangeMethod.Percentile(DEFAULT_PERCENT);
          case "mse" -> new RangeMethod.Mse();
          case "omse" -> new RangeMethod.Omse();
          case "pnorm" -> new RangeMethod.PNorm(DEFAULT_EXPONENT);
          case "ema" -> new RangeMethod.MovingAverage(DEFAULT_MOMENTUM);
          case "entropy" -> new RangeMethod.Entropy();
          case "aciq" -> new RangeMethod.Aciq();
          case "dynamic" -> new RangeMethod.Dynamic();
          default -> null;
        });
  }

  /**
   * Reads a method, {@code percentile:99.9} being one with its parameter.
   *
   * @throws InvalidInputException when there is no such method
   */
  public static RangeMethod parseMethod(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (word.startsWith(POWER_OF_TWO)) {
      RangeMethod base = parseMethod(word.substring(POWER_OF_TWO.length()));
      try {
        return new RangeMethod.PowerOfTwo(base);
      } catch (IllegalArgumentException noScale) {
        throw new InvalidInputException("'%s' has no scale that could become a power of two.".formatted(text), noScale);
      }
    }
    if (word.startsWith("percentile" + SEPARATOR)) {
      return parametrized(text, RangeMethod.Percentile::new, "above 0 and at most 100");
    }
    if (word.startsWith("pnorm" + SEPARATOR)) {
      return parametrized(text, RangeMethod.PNorm::new, "from 1 to 16");
    }
    if (word.startsWith("ema" + SEPARATOR)) {
      return parametrized(text, RangeMethod.MovingAverage::new, "from 0 to below 1");
    }
    return methodById(word)
        .orElseThrow(() -> new InvalidInputException("'%s' is no range method; use %s.".formatted(text, METHODS)));
  }

  private static RangeMethod parametrized(String text, DoubleFunction<RangeMethod> method, String bounds) {
    try {
      return method.apply(Double.parseDouble(text.substring(text.indexOf(SEPARATOR) + 1)));
    } catch (IllegalArgumentException outside) {
      throw new InvalidInputException("'%s' needs a number %s after the colon.".formatted(text, bounds), outside);
    }
  }

  /** The words for {@code method} with its parameters, as {@link #parseMethod} reads them. */
  public static String format(RangeMethod method) {
    return switch (method) {
      case RangeMethod.Percentile(double percent) -> percent == DEFAULT_PERCENT ? "percentile" : "percentile:" + percent;
      case RangeMethod.PNorm(double exponent) -> exponent == DEFAULT_EXPONENT ? "pnorm" : "pnorm:" + exponent;
      case RangeMethod.MovingAverage(double momentum) -> momentum == DEFAULT_MOMENTUM ? "ema" : "ema:" + momentum;
      case RangeMethod.PowerOfTwo(RangeMethod base) -> POWER_OF_TWO + format(base);
      case RangeMethod.Explicit(float min, float max) -> "%s to %s".formatted(min, max);
      default -> methodId(method);
    };
  }

  /**
   * Reads {@code tensor}, {@code channel}, {@code block:N} (weights along the input channels) or {@code channels:N} (output
   * channels).
   *
   * @throws InvalidInputException when it is none of them
   */
  public static Granularity parseGranularity(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (word.startsWith("block" + SEPARATOR)) {
      return new Granularity.PerBlock(size(text, word.substring(word.indexOf(SEPARATOR) + 1)));
    }
    if (word.startsWith("channels" + SEPARATOR)) {
      return new Granularity.PerChannelGroup(size(text, word.substring(word.indexOf(SEPARATOR) + 1)));
    }
    return switch (word) {
      case "tensor" -> Granularity.TENSOR;
      case "channel" -> Granularity.CHANNEL;
      default ->
          throw new InvalidInputException("'%s' is no granularity; use tensor, channel, block:N or channels:N.".formatted(text));
    };
  }

  private static int size(String text, String number) {
    try {
      int size = Integer.parseInt(number);
      if (size >= 1) {
        return size;
      }
    } catch (NumberFormatException ignored) {
      // the sentence below says it
    }
    throw new InvalidInputException("'%s' needs a whole number of at least 1 after the colon.".formatted(text));
  }

  /** The words for {@code granularity}, as {@link #parseGranularity} reads them. */
  public static String format(Granularity granularity) {
    return switch (granularity) {
      case Granularity.PerTensor _ -> "tensor";
      case Granularity.PerChannel _ -> "channel";
      case Granularity.PerBlock(int size) -> "block:" + size;
      case Granularity.PerChannelGroup(int channels) -> "channels:" + channels;
    };
  }

  /**
   * Reads {@code symmetric} or {@code asymmetric}.
   *
   * @throws InvalidInputException when it is neither
   */
  public static Scheme parseScheme(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "symmetric" -> Scheme.SYMMETRIC;
      case "asymmetric" -> Scheme.ASYMMETRIC;
      default -> throw new InvalidInputException("'%s' is no scheme; use symmetric or asymmetric.".formatted(text));
    };
  }

  /** The word for {@code scheme}. */
  public static String format(Scheme scheme) {
    return scheme.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@code float}, {@code fixed} or {@code dyadic}.
   *
   * @throws InvalidInputException when it is none of them
   */
  public static Requantization parseRequantization(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "float" -> Requantization.FLOAT_SCALE;
      case "fixed" -> Requantization.FIXED_POINT;
      case "dyadic" -> Requantization.DYADIC;
      default -> throw new InvalidInputException("'%s' is no requantization; use float, fixed or dyadic.".formatted(text));
    };
  }

  /** The word for {@code requantization}. */
  public static String format(Requantization requantization) {
    return switch (requantization) {
      case FLOAT_SCALE -> "float";
      case FIXED_POINT -> "fixed";
      case DYADIC -> "dyadic";
    };
  }
}
