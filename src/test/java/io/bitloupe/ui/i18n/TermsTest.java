package io.bitloupe.ui.i18n;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.util.List;
import org.junit.jupiter.api.Test;

class TermsTest {
  @Test
  void nobodyKnowsHowTheRangesOfAFileWereFound() {
    IntegerFormat format = IntegerFormat.weights(8);
    TensorChoice.Quantized given =
        new TensorChoice.Quantized(format, Granularity.TENSOR, new RangeMethod.MinMax(), List.of(new Affine(0.1f, 0)));
    assertThat(Terms.methodOf(given)).isEmpty();
    assertThat(Terms.rangeOf(given)).isEqualTo("as in file");
    TensorChoice.Quantized found = new TensorChoice.Quantized(format, Granularity.TENSOR, new RangeMethod.MinMax());
    assertThat(Terms.methodOf(found)).contains(new RangeMethod.MinMax());
    assertThat(Terms.rangeOf(found)).isEqualTo("min–max");
  }

  @Test
  void abbreviationsOfNumberFormatsAreInCapitals() {
    assertThat(Terms.format("nf4-double")).isEqualTo("NF4-double");
    assertThat(Terms.format("fp8-e4m3")).isEqualTo("FP8-E4M3");
    assertThat(Terms.format("mxfp4")).isEqualTo("MXFP4");
    assertThat(Terms.format("hqq:2")).isEqualTo("HQQ:2");
    assertThat(Terms.format("kmeans:4:density")).isEqualTo("kmeans:4:density");
  }
}
