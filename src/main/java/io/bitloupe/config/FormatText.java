package io.bitloupe.config;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.format.AllocatedBits;
import io.bitloupe.quant.format.BinaryCode;
import io.bitloupe.quant.format.FloatZero;
import io.bitloupe.quant.format.Grid;
import io.bitloupe.quant.format.NumberFormat;
import io.bitloupe.quant.format.ProductCode;
import io.bitloupe.quant.format.ScaleRule;
import io.bitloupe.quant.format.ScaledGrid;
import io.bitloupe.quant.format.SharedWeights;
import io.bitloupe.quant.format.SharedWeights.Start;
import io.bitloupe.quant.format.Ternary;
import io.bitloupe.quant.format.Uniform;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The words for number formats of weights, on the command line and in configuration files. */
public final class FormatText {

  /** The formats, for messages. */
  public static final String FORMATS =
      "nf4, nf4-double, fp8-e4m3, fp8-e5m2, fp6-e3m2, fp6-e2m3, fp4, mxfp4, nvfp4, pot:B, apot:B, lloyd-max:B,"
          + " kmeans:B[:linear|density|forgy], binary:K, bwn, twn, ternary,"
          + " pq:D:B, hqq:B, moments:B, allocated:B";

  private static final List<String> USUAL =
      List.of(
          "bwn", "twn", "ternary", "pq:8:8", "binary:2", "lloyd-max:2", "kmeans:2", "binary:3", "pot:3", "apot:3", "lloyd-max:3",
          "kmeans:3", "pot:4", "apot:4", "lloyd-max:4", "kmeans:4", "kmeans:4:density", "kmeans:4:forgy", "fp4", "mxfp4", "nvfp4", "nf4",
          "nf4-double", "hqq:2", "hqq:3", "hqq:4", "moments:2", "moments:3", "moments:4", "allocated:3", "allocated:4",
          "apot:5", "fp6-e3m2", "fp6-e2m3", "fp8-e5m2", "fp8-e4m3");

  private static final int MX_BLOCK = 32;
  private static final int NV_BLOCK = 16;
  private static final int NF_BLOCK = 64;

  private FormatText() {}

  /** Names of every format, in sizes that are usual, by their bits. */
  public static List<String> usual() {
    return USUAL;
  }

  /**
   * Reads a format.
   *
   * @throws InvalidInputException when there is no such format
   */
  public static NumberFormat parse(String text) {
    String[] parts = text.strip().toLowerCase(Locale.ROOT).split(":", -1);
    try {
      Optional<NumberFormat> found = parts.length == 1 ? named(parts[0]) : sized(parts);
      return found.orElseThrow(() -> new IllegalArgumentException(text));
    } catch (IllegalArgumentException unknown) {
      throw new InvalidInputException("'%s' is no number format; use %s.".formatted(text, FORMATS), unknown);
    }
  }

  private static Optional<NumberFormat> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "nf4" -> new ScaledGrid(Grid.nf4(), ScaleRule.GREATEST, new Granularity.PerBlock(NF_BLOCK));
          case "nf4-double" -> new ScaledGrid(Grid.nf4(), ScaleRule.DOUBLE_QUANTIZED, new Granularity.PerBlock(NF_BLOCK));
          case "fp8-e4m3" -> byChannel(Grid.e4m3());
          case "fp8-e5m2" -> byChannel(Grid.e5m2());
          case "fp6-e3m2" -> byChannel(Grid.e3m2());
          case "fp6-e2m3" -> byChannel(Grid.e2m3());
          case "fp4" -> byChannel(Grid.e2m1());
          case "mxfp4" -> new ScaledGrid(Grid.e2m1(), ScaleRule.POWER_OF_TWO, new Granularity.PerBlock(MX_BLOCK));
          case "nvfp4" -> new ScaledGrid(Grid.e2m1(), ScaleRule.E4M3, new Granularity.PerBlock(NV_BLOCK));
          case "bwn" -> new BinaryCode(1);
          case "twn" -> new Ternary(Ternary.Rule.THRESHOLD);
          case "ternary" -> new Ternary(Ternary.Rule.EXACT);
          default -> null;
        });
  }

  private static NumberFormat byChannel(Grid grid) {
    return new ScaledGrid(grid, ScaleRule.GREATEST, Granularity.CHANNEL);
  }

  private static Optional<NumberFormat> sized(String[] parts) {
    int size = Integer.parseInt(parts[1]);
    String form = parts[0] + "/" + parts.length;
    return Optional.ofNullable(
        switch (form) {
          case "pot/2" -> new ScaledGrid(Grid.powersOfTwo(within(size, 2, 6)), ScaleRule.LEAST_SQUARES, Granularity.CHANNEL);
          case "apot/2" -> new ScaledGrid(Grid.additivePowersOfTwo(within(size, 3, 5)), ScaleRule.LEAST_SQUARES, Granularity.CHANNEL);
          case "lloyd-max/2" -> new ScaledGrid(Grid.lloydMax(within(size, 1, 8)), ScaleRule.ROOT_MEAN_SQUARE, Granularity.CHANNEL);
          case "kmeans/2" -> new SharedWeights(size, Start.LINEAR);
          case "kmeans/3" -> new SharedWeights(size, Start.valueOf(parts[2].toUpperCase(Locale.ROOT)));
          case "hqq/2" -> new FloatZero(size, FloatZero.Fit.HALF_QUADRATIC);
          case "allocated/2" -> new AllocatedBits(size);
          case "moments/2" -> new FloatZero(size, FloatZero.Fit.MOMENTS);
          case "binary/2" -> new BinaryCode(size);
          case "pq/3" -> new ProductCode(size, Integer.parseInt(parts[2]));
          default -> null;
        });
  }

  private static int within(int value, int least, int greatest) {
    if (value < least || value > greatest) {
      throw new IllegalArgumentException(value + " bits");
    }
    return value;
  }

  /** The words for {@code format}, as {@link #parse} reads them; integers by their bits. */
  public static String format(NumberFormat format) {
    return switch (format) {
      case Uniform(IntegerFormat codes, RangeMethod _) -> "int" + codes.bits();
      case ScaledGrid(Grid grid, ScaleRule rule, Granularity _) ->
          switch (rule) {
            case POWER_OF_TWO -> "mx" + grid.name();
            case E4M3 -> "nv" + grid.name();
            case DOUBLE_QUANTIZED -> grid.name() + "-double";
            case GREATEST, LEAST_SQUARES, ROOT_MEAN_SQUARE -> grid.name();
          };
      case SharedWeights(int bits, Start start) ->
          "kmeans:" + bits + (start == Start.LINEAR ? "" : ":" + start.name().toLowerCase(Locale.ROOT));
      case FloatZero(int bits, FloatZero.Fit fit) -> (fit == FloatZero.Fit.MOMENTS ? "moments:" : "hqq:") + bits;
      case AllocatedBits(int bits) -> "allocated:" + bits;
      case BinaryCode(int bases) -> bases == 1 ? "bwn" : "binary:" + bases;
      case Ternary(Ternary.Rule rule) -> rule == Ternary.Rule.EXACT ? "ternary" : "twn";
      case ProductCode(int length, int indexBits) -> "pq:" + length + ":" + indexBits;
    };
  }
}
