package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.DataSplit;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WithoutDataTest {
  private static final Path MODELS = Path.of("sample-models");

  /** Bytes and the noise of weights are what a measurement finds; noise of outputs and times are left to it. */
  @Test
  void equalsWhatIsMeasuredWithData() throws Exception {
    LocalEngine engine = new LocalEngine(2);
    Model model = engine.loadModel(MODELS.resolve("lenet-5.onnx"));
    DataSplit data = engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, 32);
    Workbench workbench = engine.calibrate(model, data, Progress.NONE);
    String weight = model.layers().getFirst().weight().orElseThrow();
    TensorChoice narrow = new TensorChoice.Quantized(IntegerFormat.weights(3), Granularity.TENSOR, new RangeMethod.MinMax());
    WithoutData withoutData = new WithoutData(model);
    try (LatestRunner runner = new LatestRunner(workbench, new Ledger(), 2, 1L << 28)) {
      for (QuantConfig config : List.of(QuantConfig.defaults(), QuantConfig.defaults().with(weight, narrow))) {
        Evaluation measured = Measured.run(runner, new Experiment("test", config, RuntimeKind.INTEGER, 10, false));
        WithoutData.Report report = withoutData.report(config);
        assertThat(report.config()).isEqualTo(config);
        assertThat(report.cost()).isEqualTo(measured.cost());
        assertThat(report.layers()).extracting(LayerResult::weightSqnrDb)
            .isEqualTo(measured.layers().stream().map(LayerResult::weightSqnrDb).toList());
        assertThat(report.layers()).extracting(LayerResult::weightBytes)
            .isEqualTo(measured.layers().stream().map(LayerResult::weightBytes).toList());
        assertThat(report.layers()).allSatisfy(layer -> assertThat(layer.outputSqnrDb()).isEmpty());
      }
    }
  }
}
