package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.AddRule;
import io.bitloupe.kernel.DyadicRequantizer;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FixedPointRequantizer;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.MultiplyRule;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.scalar.ScalarKernels;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Element-wise passes a vector at a time, in the same float operations as the oracle. The last vector of a run overlaps the one
 * before it instead of being masked; runs shorter than a vector are left to the oracle.
 */
final class VectorPointwise implements Pointwise {

  private static final VectorShape SHAPE = Widths.shape(MethodHandles.lookup());
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  private static final int LANES = FLOATS.length();

  /** The smallest vector of bytes has 64 bits: with 128-bit vectors a step is half of it. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(Long.SIZE, LANES * Byte.SIZE)));

  private static final VectorSpecies<Byte> FULL_BYTES = VectorSpecies.of(byte.class, SHAPE);

  /** Codes of one step: as many as a vector of bytes has. */
  private static final int STEP = BYTES.length();

  private static final boolean HALVES = STEP == 2 * LANES;

  /** Adding it rounds a float of magnitude below 2^22 to an integer, half to even, and leaves the integer in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  private final Pointwise oracle = ScalarKernels.INSTANCE.pointwise();

  @Override
  public void requantize(int[] accumulators, int offset, int rows, Epilogue epilogue, byte[] codes, int codeOffset) {
    int columns = epilogue.requantizer().channels();
    switch (epilogue.requantizer()) {
      case FloatScaleRequantizer scales when columns >= STEP -> {
        for (int row = 0; row < rows; row++) {
          requantizeRow(accumulators, offset + row * columns, epilogue.bias(), scales, codes, codeOffset + row * columns);
        }
      }
      case FixedPointRequantizer fixed when allWithin(fixed.exponents(), -31, 0) -> {
        for (int row = 0; row < rows; row++) {
          requantizeRow(accumulators, offset + row * columns, epilogue.bias(), fixed, codes, codeOffset + row * columns);
        }
      }
      case DyadicRequantizer dyadic when allWithin(dyadic.shifts(), 1, 62) -> {
        for (int row = 0; row < rows; row++) {
          requantizeRow(accumulators, offset + row * columns, epilogue.bias(), dyadic, codes, codeOffset + row * columns);
        }
      }
      default -> oracle.requantize(accumulators, offset, rows, epilogue, codes, codeOffset);
    }
  }

  private static boolean allWithin(int[] values, int least, int greatest) {
    for (int value : values) {
      if (value < least || value > greatest) {
        return false;
      }
    }
    return true;
  }

  /** Plain loops in 64 bits, which the compiler vectorizes where the processor can shift each lane by its own count. */
  private static void requantizeRow(
      int[] accumulators, int at, int[] bias, FixedPointRequantizer requantizer, byte[] codes, int to) {
    int[] multipliers = requantizer.multipliers();
    int[] exponents = requantizer.exponents();
    int zeroPoint = requantizer.zeroPoint();
    long least = (long) requantizer.quantMin() - zeroPoint;
    long greatest = (long) requantizer.quantMax() - zeroPoint;
    for (int column = 0; column < multipliers.length; column++) {
      int sum = accumulators[at + column] + bias[column];
      long product = ((long) sum * multipliers[column] + (1L << 30)) >> 31;
      int shift = -exponents[column];
      long half = (1L << shift) >> 1;
      // Ties away from zero: negative numbers are rounded half down.
      long rounded = (product + half + ((product >> 63) & (-half >> 63))) >> shift;
      codes[to + column] = (byte) (Math.min(Math.max(rounded, least), greatest) + zeroPoint);
    }
  }

  private static void requantizeRow(
      int[] accumulators, int at, int[] bias, DyadicRequantizer requantizer, byte[] codes, int to) {
    long[] multipliers = requantizer.multipliers();
    int[] shifts = requantizer.shifts();
    int zeroPoint = requantizer.zeroPoint();
    long least = (long) requantizer.quantMin() - zeroPoint;
    long greatest = (long) requantizer.quantMax() - zeroPoint;
    for (int column = 0; column < multipliers.length; column++) {
      int sum = accumulators[at + column] + bias[column];
      long rounded = (sum * multipliers[column] + (1L << (shifts[column] - 1))) >> shifts[column];
      codes[to + column] = (byte) (Math.min(Math.max(rounded, least), greatest) + zeroPoint);
    }
  }

  private static void requantizeRow(
      int[] accumulators, int at, int[] bias, FloatScaleRequantizer requantizer, byte[] codes, int to) {
    float[] scales = requantizer.scales();
    int zeroPoint = requantizer.zeroPoint();
    float least = requantizer.quantMin() - zeroPoint;
    float greatest = requantizer.quantMax() - zeroPoint;
    int columns = scales.length;
    for (int i = 0; i < columns; i += STEP) {
      int column = Math.min(i, columns - STEP);
      IntVector low = requantized(accumulators, at + column, bias, scales, column, least, greatest, zeroPoint);
      if (HALVES) {
        int half = column + LANES;
        store(low, requantized(accumulators, at + half, bias, scales, half, least, greatest, zeroPoint), codes, to + column);
      } else {
        store(low, codes, to + column);
      }
    }
  }

  private static IntVector requantized(
      int[] accumulators, int at, int[] bias, float[] scales, int column, float least, float greatest, int zeroPoint) {
    IntVector sum = IntVector.fromArray(INTS, accumulators, at).add(IntVector.fromArray(INTS, bias, column));
    FloatVector scaled =
        ((FloatVector) sum.convertShape(VectorOperators.I2F, FLOATS, 0)).mul(FloatVector.fromArray(FLOATS, scales, column));
    return rounded(scaled.max(least).min(greatest)).add(zeroPoint);
  }

  /** The integers nearest to floats of small magnitude. */
  private static IntVector rounded(FloatVector floats) {
    return floats.add(ROUNDER).reinterpretAsInts().sub(Float.floatToRawIntBits(ROUNDER));
  }

  /** Rounded and clamped, from codes as the exported file stores them to codes. */
  private static IntVector bounded(FloatVector stored, int quantMin, int quantMax, int offset) {
    return rounded(stored.max(quantMin + offset).min(quantMax + offset)).sub(offset);
  }

  private static void store(IntVector values, byte[] codes, int at) {
    ((ByteVector) values.convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(codes, at);
  }

  private static void store(IntVector low, IntVector high, byte[] codes, int at) {
    ByteVector first = (ByteVector) low.convertShape(VectorOperators.I2B, BYTES, 0);
    ByteVector second = (ByteVector) high.convertShape(VectorOperators.I2B, BYTES, -1);
    first.or(second).intoArray(codes, at);
  }

  private static FloatVector load(byte[] codes, int at, boolean signed, int half) {
    ByteVector bytes = ByteVector.fromArray(BYTES, codes, at);
    return signed
        ? (FloatVector) bytes.convertShape(VectorOperators.B2I, INTS, half).convertShape(VectorOperators.I2F, FLOATS, 0)
        : (FloatVector)
            bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, half).convertShape(VectorOperators.I2F, FLOATS, 0);
  }

  @Override
  public void add(AddRule rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] sum, int offset, int length) {
    if (length < STEP || !(rule instanceof AddRule.FloatAdd floats)) {
      oracle.add(rule, a, aOffset, b, bOffset, sum, offset, length);
      return;
    }
    for (int i = 0; i < length; i += STEP) {
      int at = Math.min(i, length - STEP);
      IntVector low = sum(floats, a, aOffset + at, b, bOffset + at, 0);
      if (HALVES) {
        store(low, sum(floats, a, aOffset + at, b, bOffset + at, 1), sum, offset + at);
      } else {
        store(low, sum, offset + at);
      }
    }
  }

  private static IntVector sum(AddRule.FloatAdd rule, byte[] a, int aAt, byte[] b, int bAt, int half) {
    FloatVector fixed = FloatVector.broadcast(FLOATS, rule.fixedPart());
    FloatVector codes = load(b, bAt, rule.signs().b(), half).add(rule.signs().storedOffsetB());
    FloatVector right = codes.fma(FloatVector.broadcast(FLOATS, rule.ratioB()), fixed);
    return sum(rule, a, aAt, right, half);
  }

  @Override
  public void addScalar(AddRule rule, byte[] a, int aOffset, int b, byte[] sum, int offset, int length) {
    if (length < STEP || !(rule instanceof AddRule.FloatAdd floats)) {
      oracle.addScalar(rule, a, aOffset, b, sum, offset, length);
      return;
    }
    FloatVector right = FloatVector.broadcast(FLOATS, floats.partOfScalar(b));
    for (int i = 0; i < length; i += STEP) {
      int at = Math.min(i, length - STEP);
      IntVector low = sum(floats, a, aOffset + at, right, 0);
      if (HALVES) {
        store(low, sum(floats, a, aOffset + at, right, 1), sum, offset + at);
      } else {
        store(low, sum, offset + at);
      }
    }
  }

  private static IntVector sum(AddRule.FloatAdd rule, byte[] a, int aAt, FloatVector right, int half) {
    FloatVector ratio = FloatVector.broadcast(FLOATS, rule.ratioA());
    FloatVector codes = load(a, aAt, rule.signs().a(), half).add(rule.signs().storedOffsetA());
    return bounded(codes.fma(ratio, right), rule.quantMin(), rule.quantMax(), rule.signs().storedOffsetResult());
  }

  @Override
  public void multiply(MultiplyRule rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] product, int offset, int length) {
    if (length < STEP || !(rule instanceof MultiplyRule.FloatMultiply floats)) {
      oracle.multiply(rule, a, aOffset, b, bOffset, product, offset, length);
      return;
    }
    for (int i = 0; i < length; i += STEP) {
      int at = Math.min(i, length - STEP);
      IntVector low = product(floats, a, aOffset + at, b, bOffset + at, 0);
      if (HALVES) {
        store(low, product(floats, a, aOffset + at, b, bOffset + at, 1), product, offset + at);
      } else {
        store(low, product, offset + at);
      }
    }
  }

  private static IntVector product(MultiplyRule.FloatMultiply rule, byte[] a, int aAt, byte[] b, int bAt, int half) {
    FloatVector left = load(a, aAt, rule.signs().a(), half).sub(rule.zeroPointA());
    FloatVector right = load(b, bAt, rule.signs().b(), half).sub(rule.zeroPointB());
    int offset = rule.signs().storedOffsetResult();
    return bounded(left.mul(right).mul(rule.ratio()).add(rule.zeroPoint() + offset), rule.quantMin(), rule.quantMax(), offset);
  }

  @Override
  public void multiplyScalar(MultiplyRule rule, byte[] a, int aOffset, int b, byte[] product, int offset, int length) {
    if (length < STEP || !(rule instanceof MultiplyRule.FloatMultiply floats)) {
      oracle.multiplyScalar(rule, a, aOffset, b, product, offset, length);
      return;
    }
    float right = b - floats.zeroPointB();
    for (int i = 0; i < length; i += STEP) {
      int at = Math.min(i, length - STEP);
      IntVector low = product(floats, a, aOffset + at, right, 0);
      if (HALVES) {
        store(low, product(floats, a, aOffset + at, right, 1), product, offset + at);
      } else {
        store(low, product, offset + at);
      }
    }
  }

  private static IntVector product(MultiplyRule.FloatMultiply rule, byte[] a, int aAt, float right, int half) {
    FloatVector left = load(a, aAt, rule.signs().a(), half).sub(rule.zeroPointA());
    int offset = rule.signs().storedOffsetResult();
    return bounded(left.mul(right).mul(rule.ratio()).add(rule.zeroPoint() + offset), rule.quantMin(), rule.quantMax(), offset);
  }

  @Override
  public void lookUp(byte[] table, byte[] in, int inOffset, byte[] out, int outOffset, int length) {
    // There is no gather of bytes: the plain loop is as fast.
    oracle.lookUp(table, in, inOffset, out, outOffset, length);
  }

  @Override
  public void maximum(byte[] maximum, int maximumOffset, byte[] codes, int offset, int length, boolean signed) {
    int step = FULL_BYTES.length();
    byte flip = (byte) (signed ? 0 : 0x80);
    int i = 0;
    for (; i + step <= length; i += step) {
      // Flipping the top bit maps the order of unsigned bytes to that of signed ones.
      ByteVector left = ByteVector.fromArray(FULL_BYTES, maximum, maximumOffset + i).lanewise(VectorOperators.XOR, flip);
      ByteVector right = ByteVector.fromArray(FULL_BYTES, codes, offset + i).lanewise(VectorOperators.XOR, flip);
      left.max(right).lanewise(VectorOperators.XOR, flip).intoArray(maximum, maximumOffset + i);
    }
    oracle.maximum(maximum, maximumOffset + i, codes, offset + i, length - i, signed);
  }

  @Override
  public void accumulate(int[] sums, byte[] codes, int offset, int length, boolean signed) {
    // Loops of this form are vectorized by the compiler.
    oracle.accumulate(sums, codes, offset, length, signed);
  }

  @Override
  public void accumulate(float[] sums, float scale, int zeroPoint, byte[] codes, int offset, int length, boolean signed) {
    oracle.accumulate(sums, scale, zeroPoint, codes, offset, length, signed);
  }
}
