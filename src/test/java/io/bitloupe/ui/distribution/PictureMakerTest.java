package io.bitloupe.ui.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.RealFiles;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PictureMakerTest {
  @Test
  @Tag("real")
  void channelsOfZerosDoNotSetTheRangeThatIsShown() {
    Model model = ModelLoader.load(RealFiles.get("mobilenetv2-imagenet.onnx"));
    Layer first = model.layers().getFirst();
    Subject subject =
        new Subject(first, TensorSide.WEIGHTS, first.weight().orElseThrow(), OptionalInt.empty(), TensorChoice.DEFAULT_WEIGHT);
    TensorPicture picture = PictureMaker.make(subject, model, Optional.empty(), Progress.NONE).orElseThrow();
    ClipFigures figures = picture.figures().orElseThrow();
    assertThat(figures.affine()).hasSize(first.outputChannels());
    assertThat(figures.range().max()).as("reach of the widest channel").isCloseTo(picture.statistics().max(), within(0.1f));
    assertThat(picture.spread().orElseThrow().between(-1e9, 1e9)).isCloseTo(first.parameters() - first.outputChannels(), within(1e-3));
  }
}
