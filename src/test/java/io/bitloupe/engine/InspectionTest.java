package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Requantization;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Looking at single elements of real samples. */
class InspectionTest {

  private static final Path MODELS = Path.of("sample-models");

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  InspectionTest() {
    System.out.println(getClass().getSimpleName() + " seed " + seed);
  }

  private static Workbench workbench(String name) {
    LocalEngine engine = new LocalEngine(2);
    Model model = engine.loadModel(MODELS.resolve(name + ".onnx"));
    return engine.calibrate(model, engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, 64), Progress.NONE);
  }

  @Test
  void followsElementsOfEveryLayerOfEverySample() {
    for (String name : new String[] {"lenet-5", "mobilenetv2-mini", "vit-tiny"}) {
      Workbench workbench = workbench(name);
      try (Inspection inspection = new Inspection(Prepared.unchanged(workbench), QuantConfig.defaults())) {
        int followed = 0;
        for (Layer layer : workbench.model().layers()) {
          LayerCapture capture = inspection.capture(layer, random.nextInt(inspection.samples())).orElseThrow();
          for (int i = 0; i < 20; i++) {
            int element = i == 0 ? capture.largestError() : capture.randomElement(random);
            ElementStory story = capture.follow(element, capture.requantization());
            assertThat(story.trace().code()).isEqualTo(story.runtimeCode());
            double difference = story.trace().code() - story.floatCode();
            assertThat(story.contributions().total()).isEqualTo(difference, within(1e-6 * (1 + Math.abs(story.floatCode()))));
            assertThat(Math.abs(story.contributions().rounding())).as("rounding of %s", layer.name()).isLessThanOrEqualTo(0.5 + 1e-4);
            assertThat(story.simulatedValue()).isFinite();
            followed++;
          }
        }
        assertThat(followed).isGreaterThan(60);
      }
    }
  }

  @Test
  void theLargestErrorIsTheLargest() {
    Workbench workbench = workbench("lenet-5");
    try (Inspection inspection = new Inspection(Prepared.unchanged(workbench), QuantConfig.defaults())) {
      LayerCapture capture = inspection.capture(workbench.model().layers().get(1), 3).orElseThrow();
      double greatest = error(capture, capture.largestError());
      for (int element = 0; element < capture.outputShape().elements(); element++) {
        assertThat(error(capture, element)).isLessThanOrEqualTo(greatest);
      }
    }
  }

  private static double error(LayerCapture capture, int element) {
    ElementStory story = capture.follow(element, Requantization.FLOAT_SCALE);
    return Math.abs((double) story.trace().real() - story.floatValue());
  }

  @Test
  void aLayerInFloatHasNoArithmeticOfCodes() {
    Workbench workbench = workbench("lenet-5");
    Layer layer = workbench.model().layers().get(1);
    QuantConfig config = QuantConfig.defaults().with(layer.weight().orElseThrow(), TensorChoice.FLOAT);
    try (Inspection inspection = new Inspection(Prepared.unchanged(workbench), config)) {
      assertThat(inspection.isInteger(layer)).isFalse();
      assertThat(inspection.capture(layer, 0)).isEmpty();
    }
  }
}
