package io.bitloupe.kernel;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Requantization;

/** The sum of two quantized tensors with scales of their own, as a function of two codes. */
public sealed interface AddRule {

  /** The code of the sum where both operands run along the innermost dimension. */
  int add(int a, int b);

  /** The code of the sum where one code of the second operand meets a run of the first. */
  int addScalar(int a, int b);

  /** Whether the operands' bytes and the sum's are signed: first operand, second operand, sum. */
  Signs signs();

  /**
   * Signedness of containers.
   *
   * @param a of the first operand
   * @param b of the second operand
   * @param result of the result
   */
  record Signs(boolean a, boolean b, boolean result) {
    /** The code in a byte of the first operand. */
    public int a(byte code) {
      return a ? code : Byte.toUnsignedInt(code);
    }

    /** The code in a byte of the second operand. */
    public int b(byte code) {
      return b ? code : Byte.toUnsignedInt(code);
    }

    /** What the exported file adds to the codes and zero-point of the first operand: it stores signed codes as uint8. */
    public int storedOffsetA() {
      return a ? STORED_OFFSET : 0;
    }

    /** What the exported file adds to the codes and zero-point of the second operand. */
    public int storedOffsetB() {
      return b ? STORED_OFFSET : 0;
    }

    /** What the exported file adds to the codes and zero-point of the result. */
    public int storedOffsetResult() {
      return result ? STORED_OFFSET : 0;
    }

    private static final int STORED_OFFSET = 128;
  }

  /** The rule of a kind of requantization. */
  static AddRule of(Requantization kind, Affine a, Affine b, Affine sum, Signs signs, int quantMin, int quantMax) {
    return switch (kind) {
      case FLOAT_SCALE -> FloatAdd.of(a, b, sum, signs, quantMin, quantMax);
      case FIXED_POINT -> FixedPointAdd.of(a, b, sum, signs, quantMin, quantMax);
      case DYADIC -> DyadicAdd.of(a, b, sum, signs, quantMin, quantMax);
    };
  }

  /**
   * Float32 in the order in which ONNX Runtime's MLAS computes QLinearAdd on x86-64 with FMA: with {@code Ra = Sa / Sy} and
   * {@code Rb = Sb / Sy}, {@code rint(fma(a, Ra, fma(b, Rb, F)))}, {@code F = Zy - (Ra Za + Rb Zb)}. The zero-point is added
   * before rounding, so a tie depends on it; so a, b, Za, Zb and Zy are those of the exported file, which stores signed codes
   * with 128 added.
   *
   * @param ratioA Ra
   * @param ratioB Rb
   * @param fixedPart F
   * @param signs signedness of containers
   * @param quantMin least code
   * @param quantMax greatest code
   */
  record FloatAdd(float ratioA, float ratioB, float fixedPart, Signs signs, int quantMin, int quantMax) implements AddRule {

    static FloatAdd of(Affine a, Affine b, Affine sum, Signs signs, int quantMin, int quantMax) {
      float ratioA = a.scale() / sum.scale();
      float ratioB = b.scale() / sum.scale();
      float zeroPointA = a.zeroPoint() + signs.storedOffsetA();
      float zeroPointB = b.zeroPoint() + signs.storedOffsetB();
      float zeroPoints = Math.fma(ratioA, zeroPointA, ratioB * zeroPointB);
      float zeroPoint = sum.zeroPoint() + signs.storedOffsetResult();
      return new FloatAdd(ratioA, ratioB, zeroPoint - zeroPoints, signs, quantMin, quantMax);
    }

    /** What a scalar second operand contributes, the fixed part included. */
    public float partOfScalar(int b) {
      return Math.fma((float) (b + signs.storedOffsetB()), ratioB, fixedPart);
    }

    @Override
    public int add(int a, int b) {
      return addScalar(a, b);
    }

    @Override
    public int addScalar(int a, int b) {
      return round(Math.fma((float) (a + signs.storedOffsetA()), ratioA, partOfScalar(b)));
    }

    private int round(float sum) {
      return (int) Math.clamp(Math.rint((double) sum) - signs.storedOffsetResult(), quantMin, quantMax);
    }
  }

  /**
   * TFLite's ADD: both operands are shifted left by 20 bits and scaled to twice the greater scale, added, and scaled to the
   * output, each by a fixed-point multiplier.
   *
   * @param zeroPointA Za
   * @param zeroPointB Zb
   * @param inputs multipliers of the operands
   * @param output multiplier of the sum, with its zero-point and clamp
   * @param signs signedness of containers
   */
  record FixedPointAdd(int zeroPointA, int zeroPointB, FixedPointRequantizer inputs, FixedPointRequantizer output, Signs signs)
      implements AddRule {

    private static final int LEFT_SHIFT = 20;

    static FixedPointAdd of(Affine a, Affine b, Affine sum, Signs signs, int quantMin, int quantMax) {
      double twice = 2.0 * Math.max(a.scale(), b.scale());
      double[] inputs = {a.scale() / twice, b.scale() / twice};
      double[] output = {twice / ((1 << LEFT_SHIFT) * (double) sum.scale())};
      return new FixedPointAdd(
          a.zeroPoint(),
          b.zeroPoint(),
          FixedPointRequantizer.of(inputs, 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
          FixedPointRequantizer.of(output, sum.zeroPoint(), quantMin, quantMax),
          signs);
    }

    @Override
    public int add(int a, int b) {
      long scaledA = inputs.scale((long) (a - zeroPointA) << LEFT_SHIFT, 0);
      long scaledB = inputs.scale((long) (b - zeroPointB) << LEFT_SHIFT, 1);
      return output.requantize(scaledA + scaledB, 0);
    }

    @Override
    public int addScalar(int a, int b) {
      return add(a, b);
    }
  }

  /**
   * HAWQ-V3's addition: both operands times dyadic numbers of one denominator, one rounding:
   * {@code Zy + (((a - Za) Ba + (b - Zb) Bb + 2^(c - 1)) >> c)}.
   *
   * @param zeroPointA Za
   * @param zeroPointB Zb
   * @param multiplierA Ba
   * @param multiplierB Bb
   * @param shift c
   * @param zeroPoint Zy
   * @param signs signedness of containers
   * @param quantMin least code
   * @param quantMax greatest code
   */
  record DyadicAdd(
      int zeroPointA,
      int zeroPointB,
      long multiplierA,
      long multiplierB,
      int shift,
      int zeroPoint,
      Signs signs,
      int quantMin,
      int quantMax)
      implements AddRule {

    static DyadicAdd of(Affine a, Affine b, Affine sum, Signs signs, int quantMin, int quantMax) {
      double ratioA = (double) a.scale() / sum.scale();
      double ratioB = (double) b.scale() / sum.scale();
      // At most 31 bits of multiplier and 16 bits of code: the sum stays far below 63 bits.
      int shift = Math.clamp(30 - Math.getExponent(Math.max(ratioA, ratioB)), 1, 62);
      return new DyadicAdd(
          a.zeroPoint(),
          b.zeroPoint(),
          (long) Math.floor(Math.min(Math.scalb(ratioA, shift), 0x1p40) + 0.5),
          (long) Math.floor(Math.min(Math.scalb(ratioB, shift), 0x1p40) + 0.5),
          shift,
          sum.zeroPoint(),
          signs,
          quantMin,
          quantMax);
    }

    @Override
    public int add(int a, int b) {
      long sum = (a - zeroPointA) * multiplierA + (b - zeroPointB) * multiplierB;
      return Math.clamp(zeroPoint + ((sum + (1L << (shift - 1))) >> shift), quantMin, quantMax);
    }

    @Override
    public int addScalar(int a, int b) {
      return add(a, b);
    }
  }
}
