package io.bitloupe.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.RangeMethod;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {

  private static PeakMemory peak(Model model, TensorChoice activation) {
    QuantConfig config = QuantConfig.uniform(TensorChoice.DEFAULT_WEIGHT, activation);
    return PeakMemory.of(Lowering.lower(model, ConfigResolver.resolve(config, model)));
  }

  /** LeNet-5: the first convolution writes 20 x 24 x 24 codes while its input of 28 x 28 is there; pooling makes 20 x 12 x 12 of them. */
  @Test
  void lenetNeedsAConvolutionAndItsPooling() {
    Model model = ModelLoader.load(Path.of("sample-models/lenet-5.onnx"));
    TensorChoice a8 = Choices.withRange(TensorChoice.DEFAULT_ACTIVATION, new RangeMethod.Explicit(-1, 1));
    int conv = model.layers().getFirst().outputShape().toArray().length == 0 ? 0 : (int) model.layers().getFirst().outputShape().elements();
    PeakMemory peak = peak(model, a8);
    assertThat(peak.bytes()).isEqualTo(conv + conv / 4);
  }

  @Test
  void halfTheBitsAreHalfTheMemory() {
    Model model = ModelLoader.load(Path.of("sample-models/resnet-14.onnx"));
    TensorChoice a8 = Choices.withRange(TensorChoice.DEFAULT_ACTIVATION, new RangeMethod.Explicit(-1, 1));
    TensorChoice a4 = Choices.withWidth(a8, new io.bitloupe.config.BitWidths.Width(4), a8);
    assertThat(peak(model, a4).bytes() * 2).isEqualTo(peak(model, a8).bytes()).isPositive();
  }
}
