package io.bitloupe.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.quant.Requantization;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The definitions of requantization, with the worked numbers of techniques A1. */
class RequantizerTest {

  private static final int NO_MIN = -1_000_000;
  private static final int NO_MAX = 1_000_000;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  private static FixedPointRequantizer fixed(double multiplier) {
    return FixedPointRequantizer.of(new double[] {multiplier}, 0, NO_MIN, NO_MAX);
  }

  private static Requantizer of(Requantization kind, double multiplier, int zeroPoint, int min, int max) {
    return Requantizer.ofMultipliers(kind, new double[] {multiplier}, zeroPoint, min, max);
  }

  @Test
  void fixedPointMultiplierAndExponent() {
    FixedPointRequantizer requantizer = fixed(0.0123);
    assertThat(requantizer.multipliers()).containsExactly(1_690_499_128);
    assertThat(requantizer.exponents()).containsExactly(-6);
    assertThat(requantizer.requantize(12345, 0)).isEqualTo(152);
    assertThat(requantizer.requantize(-12345, 0)).isEqualTo(-152);
  }

  @Test
  void fixedPointTies() {
    assertThat(fixed(0.5).requantize(12345, 0)).isEqualTo(6173);
    assertThat(fixed(0.5).requantize(-12345, 0)).isEqualTo(-6172);
    assertThat(FixedPointRequantizer.roundingDivideByPowerOfTwo(-3, 1)).isEqualTo(-2);
    assertThat(FixedPointRequantizer.roundingDivideByPowerOfTwo(3, 1)).isEqualTo(2);
    assertThat(FixedPointRequantizer.saturatingRoundingDoublingHighMultiply(-(1 << 30), 1)).isZero();
    assertThat(FixedPointRequantizer.saturatingRoundingDoublingHighMultiply(Integer.MIN_VALUE, Integer.MIN_VALUE))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void fixedPointRoundsTwice() {
    assertThat(fixed(0.3).requantize(-4998, 0)).isEqualTo(-1500);
    assertThat(of(Requantization.DYADIC, 0.3, 0, NO_MIN, NO_MAX).requantize(-4998, 0)).isEqualTo(-1499);
    assertThat(of(Requantization.FLOAT_SCALE, 0.3, 0, NO_MIN, NO_MAX).requantize(-4998, 0)).isEqualTo(-1499);
  }

  @Test
  void fixedPointMultiplierThatRoundsUpToAPowerOfTwo() {
    FixedPointRequantizer requantizer = fixed(Math.nextDown(1.0));
    assertThat(requantizer.multipliers()).containsExactly(1 << 30);
    assertThat(requantizer.exponents()).containsExactly(1);
    assertThat(requantizer.requantize(77, 0)).isEqualTo(77);
  }

  @Test
  void fixedPointFollowsGemmlowpLiterally() {
    for (int i = 0; i < 20_000; i++) {
      double multiplier = Math.exp(random.nextDouble() * 30 - 25);
      int accumulator = random.nextInt() >> random.nextInt(31);
      FixedPointRequantizer requantizer = fixed(multiplier);
      int exponent = requantizer.exponents()[0];
      long shifted = (long) accumulator << Math.max(exponent, 0);
      if (shifted != (int) shifted) {
        continue;
      }
      long product = shifted * requantizer.multipliers()[0];
      long nudge = product >= 0 ? 1L << 30 : 1 - (1L << 30);
      int high = (int) ((product + nudge) / (1L << 31));
      long expected = FixedPointRequantizer.roundingDivideByPowerOfTwo(high, Math.max(-exponent, 0));
      assertThat(requantizer.scale(accumulator, 0)).as("seed %d: %d * %s", seed, accumulator, multiplier).isEqualTo(expected);
    }
  }

  @Test
  void dyadicNumberIsTheNearest() {
    for (int i = 0; i < 2_000; i++) {
      double multiplier = Math.exp(random.nextDouble() * 30 - 25);
      DyadicRequantizer requantizer = DyadicRequantizer.of(new double[] {multiplier}, 0, NO_MIN, NO_MAX);
      int shift = requantizer.shifts()[0];
      double dyadic = Math.scalb((double) requantizer.multipliers()[0], -shift);
      assertThat(Math.abs(multiplier - dyadic)).isLessThanOrEqualTo(Math.scalb(1.0, -(shift + 1)));
    }
  }

  @Test
  void dyadicFollowsItsDefinition() {
    for (int i = 0; i < 20_000; i++) {
      double multiplier = Math.exp(random.nextDouble() * 60 - 50);
      long accumulator = random.nextBoolean() ? random.nextInt() : random.nextLong() >> (16 + random.nextInt(40));
      DyadicRequantizer requantizer = DyadicRequantizer.of(new double[] {multiplier}, 0, NO_MIN, NO_MAX);
      int shift = requantizer.shifts()[0];
      BigInteger product = BigInteger.valueOf(accumulator).multiply(BigInteger.valueOf(requantizer.multipliers()[0]));
      BigInteger exact = shift > 0 ? product.add(BigInteger.ONE.shiftLeft(shift - 1)).shiftRight(shift) : product.shiftLeft(-shift);
      BigInteger bound = BigInteger.ONE.shiftLeft(60);
      long expected = exact.min(bound).max(bound.negate()).longValueExact();
      long actual = Math.clamp(requantizer.scale(accumulator, 0), -(1L << 60), 1L << 60);
      assertThat(actual).as("seed %d: %d * %s", seed, accumulator, multiplier).isEqualTo(expected);
    }
  }

  @Test
  void floatScaleRoundsHalfToEvenBeforeTheZeroPoint() {
    Requantizer requantizer = of(Requantization.FLOAT_SCALE, 0.5, 3, 0, 255);
    assertThat(requantizer.requantize(1, 0)).isEqualTo(3);
    assertThat(requantizer.requantize(3, 0)).isEqualTo(5);
    assertThat(requantizer.requantize(5, 0)).isEqualTo(5);
    assertThat(requantizer.requantize(-1, 0)).isEqualTo(3);
    assertThat(requantizer.requantize(-7, 0)).isZero();
    assertThat(requantizer.requantize(-1000, 0)).isZero();
    assertThat(requantizer.requantize(Integer.MAX_VALUE, 0)).isEqualTo(255);
  }

  @Test
  void floatScaleRoundsLongAccumulatorsToFloatFirst() {
    // 2^24 + 1 is no float: it becomes 2^24, and times 2^-17 that is 128 exactly.
    Requantizer requantizer = of(Requantization.FLOAT_SCALE, 0x1p-17, 0, 0, 255);
    assertThat(requantizer.requantize((1 << 24) + 1, 0)).isEqualTo(128);
    Requantizer half = of(Requantization.FLOAT_SCALE, 0x1p-24 * 1.5, 0, 0, 255);
    assertThat(half.requantize((1 << 24) + 1, 0)).isEqualTo(2);
    assertThat(half.requantize((1L << 24) + 1, 0)).isEqualTo(2);
  }

  @Test
  void allAgreeWithExactRoundingAwayFromTies() {
    for (int i = 0; i < 20_000; i++) {
      float scale = (float) Math.exp(random.nextDouble() * 8 - 10);
      int accumulator = random.nextInt() >> (9 + random.nextInt(22));
      BigDecimal exact = new BigDecimal(scale).multiply(BigDecimal.valueOf(accumulator));
      int nearest = exact.setScale(0, RoundingMode.HALF_EVEN).intValueExact();
      double toTie = Math.abs(Math.abs(exact.doubleValue() - nearest) - 0.5);
      if (toTie < Math.abs(exact.doubleValue()) * 1e-6 + 1e-6) {
        continue;
      }
      for (Requantization kind : Requantization.values()) {
        int expected = Math.clamp(nearest + 10, NO_MIN, NO_MAX);
        // Double rounding may be one off where the first rounding makes a tie.
        int slack = kind == Requantization.FIXED_POINT ? 1 : 0;
        assertThat(of(kind, scale, 10, NO_MIN, NO_MAX).requantize(accumulator, 0))
            .as("seed %d: %s of %d * %s", seed, kind, accumulator, scale)
            .isBetween(expected - slack, expected + slack);
      }
    }
  }

  @Test
  void intAndLongAccumulatorsAgree() {
    for (int i = 0; i < 5_000; i++) {
      int accumulator = random.nextInt() >> random.nextInt(31);
      double multiplier = Math.exp(random.nextDouble() * 12 - 10);
      for (Requantization kind : Requantization.values()) {
        Requantizer requantizer = of(kind, multiplier, 5, -128, 127);
        assertThat(requantizer.requantize(accumulator, 0)).isEqualTo(requantizer.requantize((long) accumulator, 0)).isBetween(-128, 127);
      }
    }
  }
}
