package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ErrorSplitTest {

  private static TensorStatistics observed(float[] values) {
    StreamingObserver observer = new StreamingObserver();
    observer.accept(values);
    return observer.statistics();
  }

  private static float[] rectified(long seed, float ceiling) {
    Random random = new Random(seed);
    float[] values = new float[200_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.clamp((float) (3 * random.nextGaussian()), ceiling > 0 ? 0 : -1e9f, ceiling > 0 ? ceiling : 1e9f);
    }
    return values;
  }

  @Test
  void fullScaleUniformValuesHaveSixDecibelsABit() {
    float[] values = new float[400_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i + 0.5f) / values.length * 2 - 1;
    }
    int[] bits = {2, 3, 4, 8};
    double[] decibels = {12.04, 18.06, 24.08, 48.16};
    for (int i = 0; i < bits.length; i++) {
      // Mid-rise: all 2^b cells of equal width, the model's assumption.
      float scale = (float) (2.0 / (1 << bits[i]));
      double noise = 0;
      double signal = 0;
      for (float value : values) {
        double level = (Math.floor(value / scale) + 0.5) * scale;
        noise += (value - level) * (value - level);
        signal += value * value;
      }
      assertThat(10 * Math.log10(signal / noise)).isCloseTo(decibels[i], within(0.1));
    }
    IntegerFormat int8 = IntegerFormat.weights(8);
    assertThat(ErrorSplit.of(observed(values), new Range(-1, 1), int8).sqnrDb()).isCloseTo(48.13, within(0.1));
  }

  @Test
  void histogramAndValuesAgree() {
    IntegerFormat[] formats = {
      IntegerFormat.weights(1), IntegerFormat.weights(4), IntegerFormat.weights(8), IntegerFormat.activations(3),
      IntegerFormat.activations(8), IntegerFormat.activations(16)
    };
    for (float ceiling : new float[] {0, 6, 7.3f}) {
      float[] values = rectified(1, ceiling);
      TensorStatistics statistics = observed(values);
      for (IntegerFormat format : formats) {
        for (float bound : new float[] {0.5f, 2, 5.9f, 6, 12}) {
          Affine affine = Affine.of(new Range(format.signed() || ceiling == 0 ? -bound : 0, bound), format);
          ErrorSplit exact = ErrorSplit.of(values, affine, format);
          ErrorSplit expected = ErrorSplit.of(statistics, affine, format);
          assertThat(expected.total()).as("%s %s %s", ceiling, format, bound).isCloseTo(exact.total(), within(0.03 * exact.total()));
          assertThat(expected.clipping()).isCloseTo(exact.clipping(), within(0.01 * exact.total()));
          assertThat(expected.clippedShare()).isCloseTo(exact.clippedShare(), within(0.002));
          assertThat(expected.signal()).isCloseTo(exact.signal(), within(1e-4 * exact.signal()));
        }
      }
    }
  }

  @Test
  void aWideRangeClipsNothingAndANarrowOneClips() {
    TensorStatistics statistics = observed(rectified(2, 0));
    IntegerFormat int8 = IntegerFormat.weights(8);
    ErrorSplit wide = ErrorSplit.of(statistics, new Range(-100, 100), int8);
    assertThat(wide.clipping()).isZero();
    assertThat(wide.clippedShare()).isZero();
    ErrorSplit narrow = ErrorSplit.of(statistics, new Range(-1, 1), int8);
    assertThat(narrow.clippedShare()).isCloseTo(2 * Gaussian.tail(1 / 3.0), within(0.005));
    assertThat(narrow.rounding()).isLessThan(wide.rounding());
    assertThat(narrow.total()).isGreaterThan(wide.total());
  }

  @Test
  void noErrorIsAnInfiniteRatio() {
    float[] codes = {-2, -1, 0, 1, 2};
    ErrorSplit none = ErrorSplit.of(codes, new Affine(1, 0), IntegerFormat.weights(8));
    assertThat(none.total()).isZero();
    assertThat(none.sqnrDb()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(ErrorSplit.of(observed(new float[0]), new Range(0, 0), IntegerFormat.weights(8)).meanSquaredError()).isZero();
  }

  @Test
  void binaryErrorOfGaussianValuesIsOneMinusTwoOverPi() {
    Random random = new Random(8);
    float[] values = new float[400_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    IntegerFormat binary = IntegerFormat.weights(1);
    Range range = RangeEstimator.estimate(new io.bitloupe.quant.RangeMethod.Mse(), values, binary);
    ErrorSplit split = ErrorSplit.of(values, Affine.of(range, binary), binary);
    assertThat(split.meanSquaredError()).isCloseTo(.36338, within(0.003));
    assertThat(ErrorSplit.of(observed(values), range, binary).meanSquaredError()).isCloseTo(.36338, within(0.003));
  }

  @Test
  void partsAdd() {
    float[] left = rectified(3, 0);
    float[] right = rectified(4, 6);
    float[] both = new float[left.length + right.length];
    System.arraycopy(left, 0, both, 0, left.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    IntegerFormat int4 = IntegerFormat.weights(4);
    Affine affine = Affine.of(new Range(-4, 4), int4);
    ErrorSplit sum = ErrorSplit.of(left, affine, int4).plus(ErrorSplit.of(right, affine, int4));
    ErrorSplit whole = ErrorSplit.of(both, affine, int4);
    assertThat(sum.total()).isCloseTo(whole.total(), within(1e-9 * whole.total()));
    assertThat(sum.clippedShare()).isCloseTo(whole.clippedShare(), within(1e-12));
  }

  /** A range that ends at the extreme clips nothing, whichever way its scale was rounded. */
  @Test
  void theExtremesOfAMinMaxRangeAreNotClipped() {
    IntegerFormat int8 = IntegerFormat.weights(8);
    Random random = new Random(5);
    for (int i = 0; i < 1000; i++) {
      float extreme = random.nextFloat() * 10;
      float[] values = {extreme, -extreme, extreme / 3};
      assertThat(ErrorSplit.of(values, Affine.of(new Range(-extreme, extreme), int8), int8).clippedShare()).isZero();
    }
  }
}
