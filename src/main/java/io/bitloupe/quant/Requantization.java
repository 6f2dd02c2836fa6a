package io.bitloupe.quant;

/** How an int32 accumulator becomes an output code; each is bit-exact to its definition (docs/numbers.md). */
public enum Requantization {
  /** {@code clamp(rint((float) acc * (Sx * Sw / Sy)) + Zy)} in float32, as ONNX Runtime computes it. */
  FLOAT_SCALE,
  /** A 31-bit multiplier and a rounding shift with double rounding (gemmlowp, TFLite). */
  FIXED_POINT,
  /** A dyadic number b / 2^c with one rounding (HAWQ-V3). */
  DYADIC
}
