package io.bitloupe.ui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.data.DataReader;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeModelsTest {
  @TempDir private Path folder;

  @Test
  void theDeepModelHasAsManyLayersAndReadsThePictures() {
    Path file = folder.resolve("deep.onnx");
    Path pictures = folder.resolve("noise-images-idx3-ubyte");
    MadeModels.deep(12, file);
    MadeModels.pictures(20, pictures);
    Model model = ModelLoader.load(file);
    assertThat(model.layers()).hasSize(12).allMatch(layer -> layer.weight().isPresent());
    Dataset data = DataReader.open(pictures, model, PreprocessingReader.beside(model.path()));
    assertThat(data.size()).isEqualTo(20);
    assertThat(data.hasLabels()).isTrue();
  }

  @Test
  void theWideModelHasTenMillionWeightsInOneLayer() {
    Path file = folder.resolve("wide.onnx");
    MadeModels.wide(file);
    assertThat(ModelLoader.load(file).layers().stream().mapToLong(Layer::parameters).max()).hasValue(MadeModels.WIDE_WEIGHTS);
    assertThat(MadeModels.WIDE_WEIGHTS).isGreaterThan(10_000_000);
  }
}
