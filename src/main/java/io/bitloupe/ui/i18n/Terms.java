package io.bitloupe.ui.i18n;

import io.bitloupe.config.FormatText;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The window's words for choices of quantization and for layers. */
public final class Terms {
  private static final Pattern ABBREVIATION = Pattern.compile("^(((mx|nv)?fp|nf)\\d(-e\\dm\\d)?|bwn|twn|hqq|pq)");

  private Terms() {}

  /** A range by its ends, or by one number where it is symmetric. */
  public static String span(float min, float max) {
    return -min == max
        ? Messages.get("range.symmetric", Figures.real(max))
        : Messages.get("range.span", Figures.real(min), Figures.real(max));
  }

  /** A scheme, as in a combo box. */
  public static String scheme(Scheme scheme) {
    return Messages.get(scheme == Scheme.SYMMETRIC ? "scheme.symmetric" : "scheme.asymmetric");
  }

  /** A granularity in one word: tensor, channel, block 32. */
  public static String granularity(Granularity granularity) {
    return switch (granularity) {
      case Granularity.PerTensor _ -> Messages.get("granularity.tensor");
      case Granularity.PerChannel _ -> Messages.get("granularity.channel");
      case Granularity.PerChannelGroup group -> Messages.get("granularity.group", group.channels());
      case Granularity.PerBlock block -> Messages.get("granularity.block", block.size());
    };
  }

  /** A range method, short. */
  public static String range(RangeMethod method) {
    return switch (method) {
      case RangeMethod.MinMax _ -> Messages.get("range.minmax");
      case RangeMethod.Percentile percentile -> Messages.get("range.percentile", decimal(percentile.percent()));
      case RangeMethod.Mse _ -> Messages.get("range.mse");
      case RangeMethod.Omse _ -> Messages.get("range.omse");
      case RangeMethod.PNorm(double exponent) -> Messages.get("range.pnorm", decimal(exponent));
      case RangeMethod.MovingAverage(double momentum) -> Messages.get("range.ema", decimal(momentum));
      case RangeMethod.PowerOfTwo(RangeMethod base) -> Messages.get("range.pow2", range(base));
      case RangeMethod.Entropy _ -> Messages.get("range.entropy");
      case RangeMethod.Aciq _ -> Messages.get("range.aciq");
      case RangeMethod.Explicit _ -> Messages.get("range.explicit");
      case RangeMethod.Dynamic _ -> Messages.get("range.dynamic");
    };
  }

  /** How the range of {@code choice} is found, short. */
  public static String rangeOf(TensorChoice.Quantized choice) {
    return methodOf(choice).map(Terms::range).orElseGet(() -> Messages.get("range.given"));
  }

  /**
   * How the range of {@code choice} is found; empty where its scales came with a quantized file, which does not say how they were
   * found. No other choice of the window has scales: the engine keeps those that it finds to itself.
   */
  public static Optional<RangeMethod> methodOf(TensorChoice.Quantized choice) {
    return choice.resolved().isEmpty() ? Optional.of(choice.range()) : Optional.empty();
  }

  /** Bits, the name of a format that is not an integer's, or the word for float. */
  public static String bits(TensorChoice choice) {
    return switch (choice) {
      case TensorChoice.Quantized quantized -> Integer.toString(quantized.format().bits());
      case TensorChoice.Coded coded -> format(FormatText.format(coded.format()));
      case TensorChoice.FloatingPoint _ -> Messages.get("bits.float");
    };
  }

  /** The name of a number format as it is printed: abbreviations in capitals. */
  public static String format(String name) {
    return ABBREVIATION.matcher(name).replaceFirst(found -> found.group().toUpperCase(Locale.ROOT));
  }

  /** What stands in place of choices that only integers have; empty for integers. */
  public static Optional<String> decidedBy(TensorChoice choice) {
    return switch (choice) {
      case TensorChoice.Quantized _ -> Optional.empty();
      case TensorChoice.Coded coded -> Optional.of(Messages.get("choice.byFormat", bits(coded)));
      case TensorChoice.FloatingPoint _ -> Optional.of(Messages.get("choice.inFloat"));
    };
  }

  /** {@link #bits} in no more than three letters: formats by their bits, with a star. */
  public static String shortBits(TensorChoice choice) {
    return switch (choice) {
      case TensorChoice.Quantized quantized -> Integer.toString(quantized.format().bits());
      case TensorChoice.Coded coded -> Messages.get("bits.coded", coded.bits());
      case TensorChoice.FloatingPoint _ -> Messages.get("bits.float.short");
    };
  }

  /** The defaults of a configuration: W 8 · A 8 · channel · MSE. */
  public static String defaults(TensorChoice weight, TensorChoice activation) {
    String bits = Messages.get("defaults.bits", bits(weight), bits(activation));
    return weight instanceof TensorChoice.Quantized quantized
        ? Messages.get("defaults.full", bits, granularity(quantized.granularity()), rangeOf(quantized))
        : bits;
  }

  /** {@link #defaults(TensorChoice, TensorChoice)} of a configuration. */
  public static String defaults(QuantConfig config) {
    return defaults(config.weight(), config.activation());
  }

  /** The operator of a layer with its kernel size: Conv 1×1, DW 3×3, Gemm. */
  public static String operator(Layer layer) {
    Shape shape = layer.weightShape();
    String kernel = shape.rank() == 4 ? shape.dim(2) + "×" + shape.dim(3) : shape.rank() == 3 ? Integer.toString(shape.dim(2)) : "";
    String name = kind(layer.kind());
    return kernel.isEmpty() ? name : Messages.get("operator.kernel", name, kernel);
  }

  /** A kind of layer, short. */
  public static String kind(LayerKind kind) {
    return switch (kind) {
      case CONV -> Messages.get("kind.conv");
      case DEPTHWISE_CONV -> Messages.get("kind.depthwise");
      case CONV_TRANSPOSE -> Messages.get("kind.transposed");
      case GEMM -> Messages.get("kind.gemm");
      case MATMUL -> Messages.get("kind.matmul");
      case ACTIVATION_MATMUL -> Messages.get("kind.activationMatmul");
    };
  }

  private static String decimal(double value) {
    String text = Double.toString(value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
