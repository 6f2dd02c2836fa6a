package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.RealFiles;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.metric.Ranking;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read and how it is preprocessed is right if the float models reach their published accuracy. */
class FloatAccuracyTest {

  private static int correct(Path file, Path samples, int count) {
    Model model = ModelLoader.load(file);
    Dataset data = DataReader.open(samples, model, PreprocessingReader.beside(file));
    assertThat(data.size()).isGreaterThanOrEqualTo(count);
    assertThat(data.skipped()).isEmpty();
    int correct = 0;
    try (FloatRuntime runtime = new FloatRuntime(model, Set.of())) {
      String output = model.graph().outputs().getFirst().name();
      for (int first = 0; first < count; first += 50) {
        Batch batch = data.batch(first, Math.min(50, count - first));
        float[] scores = runtime.run(batch.inputs(), batch.size()).get(output).floats();
        int classes = scores.length / batch.size();
        for (int sample = 0; sample < batch.size(); sample++) {
          correct += Ranking.top1(scores, sample * classes, classes) == batch.labels()[sample] ? 1 : 0;
        }
      }
    }
    return correct;
  }

  @ParameterizedTest
  @CsvSource({"lenet-300-100, 8994", "lenet-5, 9016", "vgg-mini, 9082"})
  void sampleModels(String name, int expected) {
    Path folder = Path.of("sample-models");
    assertThat(correct(folder.resolve(name + ".onnx"), folder.resolve("t10k-images-idx3-ubyte.gz"), 10_000))
        .isBetween(expected - 1, expected + 1);
  }

  @Tag("real")
  @ParameterizedTest
  @CsvSource({
    "mobilenetv2-imagenet.onnx, imagenet-1000, 886",
    "resnet20-cifar10.onnx, cifar10-1000.npz, 915",
    "dscnn-keywords.onnx, keywords-1000.npz, 901"
  })
  void realModels(String model, String data, int expected) {
    assertThat(correct(RealFiles.get(model), RealFiles.get(data), 1000)).isEqualTo(expected);
  }
}
