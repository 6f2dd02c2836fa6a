package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The tables of techniques.md A2. */
class AciqTest {

  private static final double[] LAPLACE = {2.83068, 3.89723, 5.02864, 6.20477, 7.41313, 8.64562, 9.89676};
  private static final double[] GAUSS = {1.71064, 2.15159, 2.55914, 2.93620, 3.28691, 3.61511, 3.92403};

  @Test
  void laplaceClippingValues() {
    for (int bits = 2; bits <= 8; bits++) {
      assertThat(Aciq.laplace(bits)).isCloseTo(LAPLACE[bits - 2], within(5e-6));
    }
    assertThat(Aciq.laplace(9)).as("one-sided at 8 bits").isCloseTo(11.16269, within(5e-6));
  }

  @Test
  void gaussClippingValues() {
    for (int bits = 2; bits <= 8; bits++) {
      assertThat(Aciq.gauss(bits)).isCloseTo(GAUSS[bits - 2], within(6e-6));
    }
  }

  /** The estimate that the Gauss optimum minimizes is optimistic at 2 bits: the best four levels at even distances leave 0.1188. */
  @Test
  void theEstimateIsOptimisticAtTwoBits() {
    double a = Aciq.gauss(2);
    double estimate = (1 + a * a) * Gaussian.erfc(a / Math.sqrt(2)) - 2 * a * Gaussian.density(a) + a * a / (3 * 16);
    assertThat(estimate).isCloseTo(0.0871, within(5e-5));
    assertThat(estimate).isLessThan(0.1188);
  }

  @Test
  void lambertWInvertsItsDefinition() {
    for (double x : new double[] {0, 1e-9, 0.3, Math.E, 10, 1e6, 1e12}) {
      double w = LambertW.w0(x);
      assertThat(w * Math.exp(w)).isCloseTo(x, within(1e-13 * (1 + x)));
    }
    assertThat(LambertW.w0(Math.E)).isCloseTo(1, within(1e-15));
  }

  @Test
  void complementaryErrorFunction() {
    assertThat(Gaussian.erfc(0)).isEqualTo(1);
    assertThat(Gaussian.erfc(0.5)).isCloseTo(0.4795001221869535, within(1e-14));
    assertThat(Gaussian.erfc(2.4999)).isCloseTo(Gaussian.erfc(2.5001), within(1e-6));
    assertThat(Gaussian.erfc(3) / 2.209049699858544e-5).isCloseTo(1, within(1e-12));
    assertThat(Gaussian.erfc(-1)).isCloseTo(1.8427007929497148, within(1e-14));
  }

  private static float[] laplace(long seed, int count, boolean positive) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double magnitude = -Math.log1p(-random.nextDouble());
      values[i] = (float) (positive || random.nextBoolean() ? magnitude : -magnitude);
    }
    return values;
  }

  @Test
  void choosesTheDensityThatFits() {
    Random random = new Random(1);
    float[] gauss = new float[200_000];
    for (int i = 0; i < gauss.length; i++) {
      gauss[i] = (float) (2 * random.nextGaussian());
    }
    IntegerFormat int4 = IntegerFormat.weights(4);
    Range ofGauss = RangeEstimator.estimate(new RangeMethod.Aciq(), gauss, int4);
    assertThat(ofGauss.max()).isCloseTo((float) (2 * GAUSS[2]), within(0.05f));
    Range ofLaplace = RangeEstimator.estimate(new RangeMethod.Aciq(), laplace(2, 200_000, false), int4);
    assertThat(ofLaplace.max()).isCloseTo((float) LAPLACE[2], within(0.05f));
  }

  @Test
  void oneSidedValuesAreWorthOneMoreBit() {
    float[] values = laplace(3, 200_000, true);
    for (int i = 0; i < values.length; i += 2) {
      values[i] = 0; // after Relu
    }
    StreamingObserver observer = new StreamingObserver();
    observer.accept(values);
    IntegerFormat uint4 = IntegerFormat.activations(4);
    Range range = RangeEstimator.estimate(new RangeMethod.Aciq(), observer.statistics(), uint4);
    assertThat(range.min()).isZero();
    assertThat(range.max()).isCloseTo((float) LAPLACE[3], within(0.05f));
    Range symmetric = RangeEstimator.estimate(new RangeMethod.Aciq(), observer.statistics(), IntegerFormat.weights(4));
    assertThat(symmetric.max()).as("half of the codes are never used").isCloseTo((float) LAPLACE[2], within(0.05f));
  }

  @Test
  void optimalUniformQuantizerOfMax() {
    double[] steps = {.99569, .58602, .33520, .18814, .10406, .05687, .03076};
    double[] errors = {.118846, .037440, .011543, .003495, .001040, .000304, .000088};
    for (int bits = 2; bits <= 8; bits++) {
      double step = OptimalUniform.step(bits);
      assertThat(step).isCloseTo(steps[bits - 2], within(6e-6));
      assertThat(OptimalUniform.meanSquaredError(bits, step)).isCloseTo(errors[bits - 2], within(6e-7));
    }
  }
}
