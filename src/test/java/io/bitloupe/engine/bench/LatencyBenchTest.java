package io.bitloupe.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.LatencyTable;
import io.bitloupe.data.DataSplit;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.MachineLatency;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is compared, not how fast it is: predictions are sums over the table, of configurations that are not in it. */
class LatencyBenchTest {

  private static final Path MODELS = Path.of("sample-models");

  private final LocalEngine engine = new LocalEngine(1);
  private final Model model = engine.loadModel(MODELS.resolve("lenet-300-100.onnx"));
  private final Workbench workbench =
      engine.calibrate(
          model,
          engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, DataSplit.DEFAULT_CALIBRATION_SAMPLES),
          Progress.NONE);

  @Test
  void mixedConfigurationsArePredictedByTheSumOfTheirLayers() {
    MachineLatency.Checked checked = LatencyBench.run(workbench, Progress.NONE);
    LatencyTable table = checked.table();
    assertThat(table.milliseconds()).as("three layers at five widths").hasSize(15);
    assertThat(table.milliseconds().values()).allMatch(time -> time > 0);
    assertThat(checked.predictions()).hasSize(4);
    ConfigResolver resolver = new ConfigResolver(model, workbench.calibration());
    Set<Integer> widths = new HashSet<>();
    for (MachineLatency.Prediction prediction : checked.predictions()) {
      ResolvedConfig resolved = resolver.resolve(prediction.config());
      CostModel costs = new CostModel(resolved, new Lowering(resolver.structure()).lower(resolved));
      double sum = table.restMilliseconds();
      for (Layer layer : model.layers()) {
        sum += table.milliseconds(costs.work(layer));
        widths.add(costs.work(layer).weightBits());
      }
      assertThat(prediction.predictedMilliseconds()).isCloseTo(sum, within(1e-12));
      assertThat(prediction.measuredMilliseconds()).isPositive();
      assertThat(prediction.error()).isEqualTo(sum / prediction.measuredMilliseconds() - 1);
    }
    assertThat(widths).as("not all alike").hasSizeGreaterThan(1);
  }
}
