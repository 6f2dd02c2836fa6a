package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.RealFiles;
import io.bitloupe.data.Batch;
import io.bitloupe.data.DataReader;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.metric.Ranking;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.TensorQuantizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weight-only symmetric max-abs quantization against the published accuracies of sample and real models. */
class WeightOnlyAccuracyTest {

  private static Model quantized(Model model, int bits, Granularity granularity) {
    Map<String, Tensor> constants = new LinkedHashMap<>(model.graph().initializers());
    for (Layer layer : model.layers()) {
      layer.weight().ifPresent(
          weight -> {
            Tensor tensor = model.weights(layer);
            float[] values = tensor.floats();
            QuantParams params =
                ParameterCalculator.weights(
                    values, tensor.shape(), layer.outputChannelAxis(), granularity, new RangeMethod.MinMax(),
                    IntegerFormat.weights(bits));
            constants.put(weight, Tensor.ofFloats(tensor.shape(), TensorQuantizer.fakeQuantize(values, tensor.shape(), params)));
          });
    }
    return new Model(
        model.path(), model.sha256(), model.original(), model.graph().with(model.graph().nodes(), constants), model.tensors(),
        model.layers(), model.batchable(), model.notes());
  }

  private static double accuracy(Model model, Path samples, int count) {
    Dataset data = DataReader.open(samples, model, PreprocessingReader.beside(model.path()));
    int correct = 0;
    try (FloatRuntime runtime = new FloatRuntime(model, Set.of())) {
      String output = model.graph().outputs().getFirst().name();
      for (int first = 0; first < count; first += 50) {
        Batch batch = data.batch(first, 50);
        float[] scores = runtime.run(batch.inputs(), 50).get(output).floats();
        int classes = scores.length / 50;
        for (int sample = 0; sample < 50; sample++) {
          correct += Ranking.top1(scores, sample * classes, classes) == batch.labels()[sample] ? 1 : 0;
        }
      }
    }
    return (double) correct / count;
  }

  @ParameterizedTest
  @CsvSource({
    "mobilenetv2-mini, 8, .9370, .9255",
    "mobilenetv2-mini, 4, .9225, .2755",
    "mobilenetv2-mini, 3, .8955, .1540",
    "resnet-14, 3, .7945, .7835"
  })
  void sampleModels(String name, int bits, double perChannel, double perTensor) {
    Model model = ModelLoader.load(Path.of("sample-models", name + ".onnx"));
    Path samples = Path.of("sample-models", "t10k-images-idx3-ubyte.gz");
    assertThat(accuracy(quantized(model, bits, Granularity.CHANNEL), samples, 2000)).isCloseTo(perChannel, within(0.0021));
    assertThat(accuracy(quantized(model, bits, Granularity.TENSOR), samples, 2000)).isCloseTo(perTensor, within(0.0021));
  }

  @Tag("real")
  @ParameterizedTest
  @CsvSource({"8, .907, .899", "6, .901, .899", "5, .915, .813", "4, .821, .638", "3, .577, .108"})
  void keywords(int bits, double perChannel, double perTensor) {
    Model model = ModelLoader.load(RealFiles.get("dscnn-keywords.onnx"));
    Path samples = RealFiles.get("keywords-1000.npz");
    assertThat(accuracy(quantized(model, bits, Granularity.CHANNEL), samples, 1000)).isCloseTo(perChannel, within(0.0011));
    assertThat(accuracy(quantized(model, bits, Granularity.TENSOR), samples, 1000)).isCloseTo(perTensor, within(0.0011));
  }
}
