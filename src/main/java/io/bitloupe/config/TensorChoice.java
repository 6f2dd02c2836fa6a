package io.bitloupe.config;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.format.NumberFormat;
import java.util.List;
import java.util.Optional;

/** What happens to one tensor. */
public sealed interface TensorChoice {

  /** The tensor stays in float32. */
  record FloatingPoint() implements TensorChoice {}

  /**
   * The tensor becomes integer codes.
   *
   * @param format bits, sign and scheme
   * @param granularity which elements share a scale
   * @param range how the clipping range is found
   * @param resolved the scales and zero-points once they are known, in the order of {@link io.bitloupe.quant.QuantParams};
   *     empty before that
   */
  record Quantized(IntegerFormat format, Granularity granularity, RangeMethod range, List<Affine> resolved)
      implements TensorChoice {

    /** Copies the list. */
    public Quantized {
      resolved = List.copyOf(resolved);
    }

    /** An unresolved choice. */
    public Quantized(IntegerFormat format, Granularity granularity, RangeMethod range) {
      this(format, granularity, range, List.of());
    }
  }

  /**
   * The weights are held in a format that integers do not express: they are computed with in float, as what their codes stand for.
   *
   * @param format the format
   * @param granularity which weights share a scale or a codebook
   */
  record Coded(NumberFormat format, Granularity granularity) implements TensorChoice {}

  /** The tensor stays in float32. */
  TensorChoice FLOAT = new FloatingPoint();

  /** 8-bit symmetric weights with one MSE range for each channel. */
  TensorChoice DEFAULT_WEIGHT =
      new Quantized(IntegerFormat.weights(8), Granularity.CHANNEL, new RangeMethod.Mse());

  /** 8-bit asymmetric activations with one MSE range for the tensor. */
  TensorChoice DEFAULT_ACTIVATION =
      new Quantized(IntegerFormat.activations(8), Granularity.TENSOR, new RangeMethod.Mse());

  /** Bits of a code, rounded up; 32 in float. */
  default int bits() {
    return switch (this) {
      case Quantized quantized -> quantized.format().bits();
      case Coded coded -> (int) Math.ceil(coded.format().codeBits());
      case FloatingPoint _ -> Float.SIZE;
    };
  }

  /** Which elements share a scale or a codebook; empty in float. */
  default Optional<Granularity> grouping() {
    return switch (this) {
      case Quantized quantized -> Optional.of(quantized.granularity());
      case Coded coded -> Optional.of(coded.granularity());
      case FloatingPoint _ -> Optional.empty();
    };
  }
}
