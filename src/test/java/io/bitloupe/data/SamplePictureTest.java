package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SamplePictureTest {
  private static Preprocessing preprocessing(Preprocessing.Color color) {
    return new Preprocessing(
        Optional.empty(),
        Preprocessing.Layout.NCHW,
        color,
        Optional.empty(),
        Optional.empty(),
        List.of(0.5f, 0.4f, 0.3f),
        List.of(0.2f, 0.25f, 0.5f),
        0);
  }

  /** One row of two pixels, (255, 128, 0) and (0, 51, 255), and a black row, as the pipeline would have it. */
  private static Tensor colours() {
    float[][] shares = {{1, 0, 0, 0}, {128 / 255f, 51 / 255f, 0, 0}, {0, 1, 0, 0}};
    float[] mean = {0.5f, 0.4f, 0.3f};
    float[] std = {0.2f, 0.25f, 0.5f};
    float[] values = new float[12];
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < 4; i++) {
        values[channel * 4 + i] = (shares[channel][i] - mean[channel]) / std[channel];
      }
    }
    return Tensor.ofFloats(Shape.of(1, 3, 2, 2), values);
  }

  @Test
  void takesThePreprocessingBack() {
    SamplePicture picture = SamplePicture.of(colours(), Optional.of(preprocessing(Preprocessing.Color.RGB)));
    assertThat(picture.kind()).isEqualTo(SamplePicture.Kind.PICTURE);
    assertThat(picture.pixels()).containsExactly(0xFFFF8000, 0xFF0033FF, 0xFF000000, 0xFF000000);
    SamplePicture swapped = SamplePicture.of(colours(), Optional.of(preprocessing(Preprocessing.Color.BGR)));
    assertThat(swapped.pixels()[0]).isEqualTo(0xFF0080FF);
  }

  @Test
  void stretchesValuesOfUnknownOrigin() {
    SamplePicture picture = SamplePicture.of(Tensor.ofFloats(Shape.of(1, 1, 2, 2), -1, 0, 1, 3), Optional.empty());
    assertThat(picture.pixels()).containsExactly(0xFF000000, 0xFF404040, 0xFF808080, 0xFFFFFFFF);
    SamplePicture last = SamplePicture.of(Tensor.ofFloats(Shape.of(1, 2, 2, 1), -1, 0, 1, 3), Optional.empty());
    assertThat(last.width()).isEqualTo(2);
    assertThat(last.pixels()).isEqualTo(picture.pixels());
  }

  @Test
  void otherDataIsAMapOrACurve() {
    SamplePicture map = SamplePicture.of(Tensor.ofFloats(Shape.of(1, 2, 3), 0, 1, 2, 3, 4, 5), Optional.empty());
    assertThat(map.kind()).isEqualTo(SamplePicture.Kind.MATRIX);
    assertThat(map.width()).isEqualTo(3);
    SamplePicture curve = SamplePicture.of(Tensor.ofFloats(Shape.of(1, 5), 0, 1, Float.NaN, 3, 4), Optional.empty());
    assertThat(curve.kind()).isEqualTo(SamplePicture.Kind.CURVE);
    assertThat(curve.width()).isEqualTo(5);
    SamplePicture tokens = SamplePicture.of(Tensor.ofLongs(Shape.of(1, 4), 7, 1, 3, 9), Optional.empty());
    assertThat(tokens.kind()).isEqualTo(SamplePicture.Kind.CURVE);
  }
}
