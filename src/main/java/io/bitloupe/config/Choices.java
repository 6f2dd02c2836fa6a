package io.bitloupe.config;

import io.bitloupe.config.TensorChoice.Quantized;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import java.util.List;
import java.util.function.Function;

/**
 * Changes one property of a choice and leaves the others. What was resolved is dropped, since it no longer belongs to the choice.
 */
public final class Choices {

  /** Bits that codes of weights can have, ascending. */
  public static final List<Integer> WEIGHT_BITS = List.of(1, 2, 3, 4, 5, 6, 7, 8);

  /** Bits that codes of activations can have, ascending. */
  public static final List<Integer> ACTIVATION_BITS = List.of(1, 2, 3, 4, 5, 6, 7, 8, 16);

  private Choices() {}

  /** Whether weights can have {@code bits} bits. */
  public static boolean isWeightBits(int bits) {
    return WEIGHT_BITS.contains(bits);
  }

  /** Whether activations can have {@code bits} bits. */
  public static boolean isActivationBits(int bits) {
    return ACTIVATION_BITS.contains(bits);
  }

  /** {@code choice} with another width; a tensor that was in float becomes {@code whenFloat} with that width. */
  public static TensorChoice withWidth(TensorChoice choice, BitWidths.Width width, TensorChoice whenFloat) {
    if (width.isFloat()) {
      return TensorChoice.FLOAT;
    }
    TensorChoice base = choice instanceof Quantized ? choice : whenFloat;
    return change(
        base,
        quantized ->
            new Quantized(
                new IntegerFormat(width.bits(), quantized.format().signed(), quantized.format().scheme()),
                quantized.granularity(),
                quantized.range()));
  }

  /** {@code choice} with another scheme and sign of the codes; unchanged in float. */
  public static TensorChoice withScheme(TensorChoice choice, Scheme scheme, boolean signed) {
    return change(
        choice,
        quantized ->
            new Quantized(
                new IntegerFormat(quantized.format().bits(), signed, scheme), quantized.granularity(), quantized.range()));
  }

  /** {@code choice} with another granularity; unchanged in float. */
  public static TensorChoice withGranularity(TensorChoice choice, Granularity granularity) {
    return change(choice, quantized -> new Quantized(quantized.format(), granularity, quantized.range()));
  }

  /** {@code choice} with another way to find the range; unchanged in float. */
  public static TensorChoice withRange(TensorChoice choice, RangeMethod range) {
    return change(choice, quantized -> new Quantized(quantized.format(), quantized.granularity(), range));
  }

  /** {@code choice} with some range where its own needs data. */
  static TensorChoice withAnyRange(TensorChoice choice) {
    boolean open =
        choice instanceof Quantized quantized && quantized.resolved().isEmpty() && !(quantized.range() instanceof RangeMethod.Dynamic);
    return open ? withRange(choice, new RangeMethod.Explicit(-1, 1)) : choice;
  }

  /** {@code choice} without what was resolved. */
  public static TensorChoice unresolved(TensorChoice choice) {
    return choice instanceof Quantized quantized
        ? new Quantized(quantized.format(), quantized.granularity(), quantized.range())
        : choice;
  }

  /** What was resolved stays when nothing else changes. */
  private static TensorChoice change(TensorChoice choice, Function<Quantized, Quantized> change) {
    if (!(choice instanceof Quantized quantized)) {
      return choice;
    }
    Quantized changed = change.apply(quantized);
    return changed.equals(new Quantized(quantized.format(), quantized.granularity(), quantized.range())) ? choice : changed;
  }
}
