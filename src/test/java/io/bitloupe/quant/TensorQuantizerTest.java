package io.bitloupe.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Codes against the definition of one code, and the worked numbers of techniques.md A1. */
class TensorQuantizerTest {

  private static final IntegerFormat UINT8 = IntegerFormat.activations(8);

  private static float[] awkward(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (random.nextInt(12)) {
            case 0 -> random.nextInt(-300, 300) * 0.05f; // ties
            case 1 -> random.nextBoolean() ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
            case 2 -> Float.NaN;
            case 3 -> random.nextBoolean() ? 0f : -0f;
            case 4 -> (float) (random.nextGaussian() * 1e30);
            case 5 -> Float.MIN_VALUE;
            default -> (float) (random.nextGaussian() * 3);
          };
    }
    return values;
  }

  @Test
  void asymmetricRangeFromMinusOneToThree() {
    Affine affine = Affine.of(new Range(-1, 3), UINT8);
    assertThat(affine).isEqualTo(new Affine(4 / 255f, 64));
    CodeTensor codes =
        TensorQuantizer.quantize(
            new float[] {1.5f, 3, -1, 0}, Shape.of(4), QuantParams.perTensor(UINT8, affine));
    assertThat(codes.codes()).extracting(c -> List.of(c.get(0), c.get(1), c.get(2), c.get(3))).isEqualTo(List.of(160, 255, 0, 64));
    assertThat(TensorQuantizer.dequantize(codes))
        .containsExactly(new float[] {1.505882f, 2.996078f, -1.003922f, 0}, Offset.offset(1e-6f));
  }

  @Test
  void roundsHalfToEven() {
    QuantParams unit = QuantParams.perTensor(IntegerFormat.weights(8), new Affine(1, 0));
    float[] ties = {0.5f, -0.5f, 1.5f, 2.5f, -1.5f, -2.5f};
    assertThat(TensorQuantizer.fakeQuantize(ties, Shape.of(6), unit)).containsExactly(0, 0, 2, 2, -2, -2);
  }

  @Test
  void everyCodeIsTheOneOfTheDefinition() {
    long seed = 20261121;
    Random random = new Random(seed);
    for (int bits = 1; bits <= 16; bits++) {
      for (boolean signed : new boolean[] {true, false}) {
        for (Scheme scheme : Scheme.values()) {
          IntegerFormat format = new IntegerFormat(bits, signed, scheme);
          Affine affine = Affine.of(new Range(-random.nextFloat() * 5, random.nextFloat() * 5), format);
          float[] values = awkward(seed + bits, 1003);
          QuantParams params = QuantParams.perTensor(format, affine);
          CodeTensor tensor = TensorQuantizer.quantize(values, Shape.of(1003), params);
          float[] kept = TensorQuantizer.dequantize(tensor);
          float[] fake = TensorQuantizer.fakeQuantize(values, Shape.of(1003), params);
          for (int i = 0; i < values.length; i++) {
            int expected = affine.quantize(values[i], format);
            assertThat(tensor.codes().get(i)).as("seed %d, %s, %s of %s", seed, format, affine, values[i]).isEqualTo(expected);
            assertThat(expected).isBetween(format.quantMin(), format.quantMax());
            assertThat(kept[i]).isEqualTo(affine.dequantize(expected));
            assertThat(fake[i] + 0f).as("%s", values[i]).isEqualTo(kept[i] + 0f);
          }
        }
      }
    }
  }

  @Test
  void restrictedSymmetricRangeIsOdd() {
    IntegerFormat format = IntegerFormat.weights(4);
    Affine affine = Affine.of(new Range(-1, 0.7f), format);
    for (float value : awkward(5, 2000)) {
      assertThat(affine.quantize(-value, format)).isEqualTo(-affine.quantize(value, format));
    }
    assertThat(IntegerFormat.weights(2).quantMin()).isEqualTo(-1);
    assertThat(IntegerFormat.weights(2).quantMax()).isEqualTo(1);
  }

  @Test
  void everyElementGetsTheScaleOfItsGroup() {
    Shape shape = Shape.of(3, 5, 2, 7);
    float[] values = awkward(11, 210);
    List<Granularity> granularities =
        List.of(
            Granularity.TENSOR,
            Granularity.CHANNEL,
            new Granularity.PerChannelGroup(2),
            new Granularity.PerBlock(4),
            new Granularity.PerBlock(1000));
    for (Granularity granularity : granularities) {
      for (int axis = 0; axis < 4; axis++) {
        ScaleGroups groups = ScaleGroups.of(shape, axis, granularity);
        List<Affine> affine = new ArrayList<>();
        for (int group = 0; group < groups.count(); group++) {
          affine.add(new Affine(0.1f + 0.01f * group, 0));
        }
        IntegerFormat format = IntegerFormat.weights(6);
        CodeTensor tensor =
            TensorQuantizer.quantize(Tensor.ofFloats(shape, values), new QuantParams(format, granularity, axis, affine));
        for (int i = 0; i < values.length; i++) {
          assertThat(tensor.codes().get(i)).isEqualTo(affine.get(groups.groupOf(i)).quantize(values[i], format));
        }
      }
    }
  }

  @Test
  void refusesScalesThatDoNotFitTheShape() {
    QuantParams two =
        new QuantParams(UINT8, Granularity.CHANNEL, 0, List.of(new Affine(1, 0), new Affine(1, 0)));
    assertThatThrownBy(() -> TensorQuantizer.quantize(new float[3], Shape.of(3), two)).hasMessageContaining("2 scales");
    assertThatThrownBy(() -> TensorQuantizer.quantize(new float[2], Shape.of(3), two)).hasMessageContaining("2 values");
  }
}
