package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.TensorQuantizer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParameterCalculatorTest {

  private static final Shape SHAPE = Shape.of(6, 4, 3, 3);
  private static final RangeMethod MIN_MAX = new RangeMethod.MinMax();

  private static float[] weights(long seed) {
    Random random = new Random(seed);
    float[] values = new float[216];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * (1 + i / 36);
    }
    return values;
  }

  @Test
  void finerGranularityNeverHasALargerScale() {
    float[] values = weights(1);
    List<Granularity> coarseToFine =
        List.of(Granularity.TENSOR, new Granularity.PerChannelGroup(2), Granularity.CHANNEL, new Granularity.PerBlock(9));
    for (int axis = 0; axis < 2; axis++) {
      for (int level = 1; level < coarseToFine.size(); level++) {
        QuantParams coarse =
            ParameterCalculator.weights(values, SHAPE, axis, coarseToFine.get(level - 1), MIN_MAX, IntegerFormat.weights(4));
        QuantParams fine =
            ParameterCalculator.weights(values, SHAPE, axis, coarseToFine.get(level), MIN_MAX, IntegerFormat.weights(4));
        ScaleGroups coarseGroups = ScaleGroups.of(SHAPE, coarse);
        ScaleGroups fineGroups = ScaleGroups.of(SHAPE, fine);
        for (int i = 0; i < values.length; i++) {
          assertThat(fine.affine().get(fineGroups.groupOf(i)).scale())
              .isLessThanOrEqualTo(coarse.affine().get(coarseGroups.groupOf(i)).scale());
        }
      }
    }
  }

  @Test
  void symmetricScaleIsTheGreatestMagnitudeOverTheGreatestCode() {
    QuantParams params =
        ParameterCalculator.weights(
            new float[] {1, -2, 3, 0.5f, 0, -0.25f}, Shape.of(2, 3), 0, Granularity.CHANNEL, MIN_MAX, IntegerFormat.weights(8));
    assertThat(params.affine()).containsExactly(new Affine(3 / 127f, 0), new Affine(0.5f / 127, 0));
  }

  @Test
  void allZeroGroupsStayZero() {
    float[] values = new float[8];
    values[7] = 2;
    QuantParams params =
        ParameterCalculator.weights(values, Shape.of(2, 4), 0, Granularity.CHANNEL, new RangeMethod.Mse(), IntegerFormat.weights(8));
    assertThat(params.affine().getFirst()).isEqualTo(new Affine(1, 0));
    assertThat(TensorQuantizer.fakeQuantize(values, Shape.of(2, 4), params)).containsExactly(values);
  }

  @Test
  void binaryWeightsHaveTheMeanMagnitudeAsScale() {
    float[] values = {1, -3, 0.5f, -0.5f};
    QuantParams params =
        ParameterCalculator.weights(values, Shape.of(4), 0, Granularity.TENSOR, new RangeMethod.Mse(), IntegerFormat.weights(1));
    assertThat(params.single()).isEqualTo(new Affine(1.25f, 0));
    CodeTensor codes = TensorQuantizer.quantize(values, Shape.of(4), params);
    assertThat(List.of(codes.codes().get(0), codes.codes().get(1), codes.codes().get(2), codes.codes().get(3)))
        .containsExactly(1, -1, 1, -1);
    // ||W||^2 - ||W||_1^2 / n (Rastegari et al. 2016)
    double error = ErrorSplit.of(values, params.single(), IntegerFormat.weights(1)).total();
    assertThat(error).isCloseTo(10.5 - 25.0 / 4, within(1e-6));
    QuantParams widest =
        ParameterCalculator.weights(values, Shape.of(4), 0, Granularity.TENSOR, MIN_MAX, IntegerFormat.weights(1));
    assertThat(widest.single().scale()).isEqualTo(3);
  }

  @Test
  void scalesMakeRoomForTheBias() {
    float[] values = {0, 0, 1, -1, 1e-12f, 0};
    Shape shape = Shape.of(3, 2);
    QuantParams params =
        ParameterCalculator.weights(values, shape, 0, Granularity.CHANNEL, MIN_MAX, IntegerFormat.weights(8));
    float[] bias = {1e9f, 5, 3};
    float inputScale = 0.001f;
    QuantParams roomy = ParameterCalculator.withRoomForBias(params, values, shape, bias, inputScale);
    assertThat(roomy.affine().get(1)).isEqualTo(params.affine().get(1));
    assertThat(bias[0] / ((double) inputScale * roomy.affine().get(0).scale())).isLessThanOrEqualTo(1 << 24).isGreaterThan(1 << 23);
    assertThat(bias[2] / ((double) inputScale * roomy.affine().get(2).scale())).isLessThanOrEqualTo(1 << 30).isGreaterThan(1 << 29);
    float[] small = {1, 1, 0};
    assertThat(ParameterCalculator.withRoomForBias(params, values, shape, small, inputScale)).isSameAs(params);
  }

  @Test
  void activationsHaveOneScale() {
    StreamingObserver observer = new StreamingObserver();
    observer.accept(new float[] {-1, 0, 3});
    QuantParams params = ParameterCalculator.activation(observer.statistics(), MIN_MAX, IntegerFormat.activations(8));
    assertThat(params.affine()).containsExactly(new Affine(4 / 255f, 64));
  }

  @Test
  void weightStatisticsOfChannels() {
    List<WeightStatistics> channels =
        WeightStatistics.ofChannels(new float[] {1, 10, -2, Float.NaN, 3, 0, -4, 0, 5, -30}, Shape.of(5, 2), 1);
    WeightStatistics first = channels.getFirst();
    assertThat(first.count()).isEqualTo(5);
    assertThat(first.min()).isEqualTo(-4);
    assertThat(first.max()).isEqualTo(5);
    assertThat(first.mean()).isCloseTo(0.6, within(1e-7));
    assertThat(List.of(first.lowerQuartile(), first.median(), first.upperQuartile())).containsExactly(2f, 3f, 4f);
    assertThat(first.standardDeviation()).isCloseTo(Math.sqrt(55 / 5.0 - 0.36), within(1e-7));
    WeightStatistics second = channels.get(1);
    assertThat(second.nonFinite()).isEqualTo(1);
    assertThat(second.zeroShare()).isEqualTo(0.5);
    assertThat(second.magnitude()).isEqualTo(30);
  }
}
