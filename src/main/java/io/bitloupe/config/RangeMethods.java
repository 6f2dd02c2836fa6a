package io.bitloupe.config;

import io.bitloupe.quant.RangeMethod;
import java.util.ArrayList;
import java.util.List;

/** The range methods that are offered, in the order in which they are. */
public final class RangeMethods {

  /** Those that look at the values of a tensor, weights or activations, with their usual parameters. */
  public static final List<RangeMethod> OF_VALUES =
      List.of(
          new RangeMethod.MinMax(),
          new RangeMethod.Percentile(ChoiceText.DEFAULT_PERCENT),
          new RangeMethod.Entropy(),
          new RangeMethod.Mse(),
          new RangeMethod.Omse(),
          new RangeMethod.PNorm(ChoiceText.DEFAULT_EXPONENT),
          new RangeMethod.Aciq());

  /** Also the one whose scales are powers of two. */
  public static final List<RangeMethod> OFFERED = offered();

  private RangeMethods() {}

  private static List<RangeMethod> offered() {
    List<RangeMethod> offered = new ArrayList<>(OF_VALUES);
    offered.add(new RangeMethod.PowerOfTwo(new RangeMethod.Mse()));
    return List.copyOf(offered);
  }
}
