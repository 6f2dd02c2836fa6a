package io.bitloupe.quant.calibrate;

import java.math.BigInteger;

/**
 * A sum of doubles without rounding, so that it does not depend on the order of the terms or on how they are grouped: a fixed-
 * point number that spans the whole range of double, in limbs of 32 bits with room for carries (Kulisch's long accumulator).
 * Infinities and NaN are added apart. Not thread-safe.
 */
public final class ExactSum {

  private static final int LIMB_BITS = 32;
  /** Exponent of the least bit: the smallest subnormal is 2^-1074. */
  private static final int LEAST_EXPONENT = -1074;
  /** 2098 bits of double, and headroom for 2^63 terms. */
  private static final int LIMBS = 69;
  /** A limb takes less than 2^32 from each term, so this many terms cannot overflow it. */
  private static final int MAX_PENDING = 1 << 29;

  private final long[] limbs = new long[LIMBS];
  private int pending;
  private double nonFinite;

  /** Adds {@code value}. */
  public void add(double value) {
    if (!Double.isFinite(value)) {
      nonFinite += value;
      return;
    }
    if (value == 0) {
      return;
    }
    long bits = Double.doubleToRawLongBits(value);
    int biased = (int) (bits >>> 52) & 0x7FF;
    long fraction = bits & ((1L << 52) - 1);
    long mantissa = biased == 0 ? fraction : fraction | 1L << 52;
    int shift = Math.max(biased, 1) - 1;
    int limb = shift / LIMB_BITS;
    int offset = shift % LIMB_BITS;
    long low = (mantissa << offset) & 0xFFFF_FFFFL;
    long middle = (mantissa >>> (LIMB_BITS - offset)) & 0xFFFF_FFFFL;
    long high = offset == 0 ? 0 : mantissa >>> (2 * LIMB_BITS - offset);
    if (bits < 0) {
      limbs[limb] -= low;
      limbs[limb + 1] -= middle;
      limbs[limb + 2] -= high;
    } else {
      limbs[limb] += low;
      limbs[limb + 1] += middle;
      limbs[limb + 2] += high;
    }
    if (++pending == MAX_PENDING) {
      carry();
    }
  }

  /** Adds the terms of {@code other}. */
  public void add(ExactSum other) {
    carry();
    ExactSum reduced = other.copy();
    reduced.carry();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += reduced.limbs[i];
    }
    carry();
    nonFinite += other.nonFinite;
  }

  /** The sum, rounded once. */
  public double value() {
    if (nonFinite != 0) {
      return nonFinite;
    }
    BigInteger total = BigInteger.ZERO;
    for (int i = LIMBS - 1; i >= 0; i--) {
      total = total.shiftLeft(LIMB_BITS).add(BigInteger.valueOf(limbs[i]));
    }
    int drop = Math.max(0, total.bitLength() - Long.SIZE + 2);
    BigInteger magnitude = total.abs();
    long top = magnitude.shiftRight(drop).longValueExact();
    if (magnitude.getLowestSetBit() < drop) {
      top |= 1; // sticky bit, far below the rounding position
    }
    return total.signum() * Math.scalb((double) top, drop + LEAST_EXPONENT);
  }

  /** An independent copy. */
  public ExactSum copy() {
    ExactSum copy = new ExactSum();
    System.arraycopy(limbs, 0, copy.limbs, 0, LIMBS);
    copy.pending = pending;
    copy.nonFinite = nonFinite;
    return copy;
  }

  private void carry() {
    for (int i = 0; i < LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> LIMB_BITS;
      limbs[i] &= 0xFFFF_FFFFL;
    }
    pending = 0;
  }
}
