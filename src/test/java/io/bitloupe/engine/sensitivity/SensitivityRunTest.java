package io.bitloupe.engine.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.Batch;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.DatasetSlice;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SensitivityRunTest {

  private static final Path MODELS = Path.of("sample-models");
  private static final int SAMPLES = 150;

  private final LocalEngine engine = new LocalEngine(2);
  private final Model model = engine.loadModel(MODELS.resolve("lenet-5.onnx"));
  private final Workbench workbench =
      engine.calibrate(
          model,
          engine.openData(
              MODELS.resolve("t10k-images-idx3-ubyte.gz"),
              model,
              DataSplit.DEFAULT_CALIBRATION_SAMPLES),
          Progress.NONE);
  private final Dataset samples = new DatasetSlice(workbench.data().tuning(), 0, SAMPLES);

  private ConfigEvaluator evaluator(int threads) {
    return new ConfigEvaluator(workbench, samples, threads, 1L << 28, ResponseJournal.inMemory());
  }

  private SensitivityTable table(int threads, List<SensitivityRow> heard) {
    try (ConfigEvaluator evaluator = evaluator(threads)) {
      SensitivityPlan plan =
          SensitivityPlan.of(
              model,
              evaluator.resolver(),
              QuantConfig.defaults(),
              List.of(8, 4, 2),
              EnumSet.allOf(Cell.Target.class),
              EnumSet.allOf(Cell.Direction.class));
      return new SensitivityRun(evaluator, samples, plan, heard::add).run(Progress.NONE);
    }
  }

  @Test
  void everyEntryIsWhatTheConfigurationAnswersAlone() {
    List<SensitivityRow> heard = new ArrayList<>();
    SensitivityTable table = table(2, heard);
    int weights = 4;
    assertThat(table.rows(Cell.Target.WEIGHT, Cell.Direction.ONLY_THIS)).hasSize(3 * weights);
    assertThat(table.rows(Cell.Target.WEIGHT, Cell.Direction.ALL_BUT_THIS)).hasSize(3 * weights);
    assertThat(table.rows(Cell.Target.ACTIVATION, Cell.Direction.ONLY_THIS)).hasSizeGreaterThanOrEqualTo(3 * weights);
    assertThat(heard).as("an estimate and a measurement of each").hasSize(2 * table.rows().size());
    int compared = 0;
    for (int i = 0; i < table.rows().size(); i += 5) {
      SensitivityRow row = table.rows().get(i);
      try (ConfigEvaluator fresh = evaluator(1)) {
        Response alone = fresh.evaluate(row.cell().config(), Progress.NONE);
        assertThat(row.measured()).as(row.cell().name()).hasValue(alone);
        compared++;
      }
      assertThat(row.proxies()).isPresent();
    }
    assertThat(compared).isGreaterThan(5);
    assertThat(table.rankCorrelations(Cell.Target.WEIGHT))
        .containsKeys("layerSqnr", "outputSqnr", "firstSamples", "omega", "fisher", "hessian");
    assertThat(table.rankCorrelations(Cell.Target.WEIGHT).get("firstSamples")).isGreaterThan(0.6);
    assertThat(table.evaluations())
        .as("the base is one of the entries of 8 bits, and is measured once")
        .isLessThan(table.rows().size() + 8);
  }

  @Test
  void threadsDoNotMatter() {
    SensitivityTable one = table(1, new ArrayList<>());
    SensitivityTable two = table(2, new ArrayList<>());
    assertThat(one.rows()).isEqualTo(two.rows());
    assertThat(one.base()).isEqualTo(two.base());
  }

  /**
   * For the weights of the last layer, logits Wx, the Fisher matrix is the mean of (diag(p) - pp') x xx': its trace is the mean
   * of sum p (1 - p) times |x|^2. The Hessian of the labels' loss is the same matrix, since logits are linear in W; the gradient of
   * one sample is (p - y) x'.
   */
  @Test
  void tracesOfTheLastLayerAreWhatTheEquationsSay() {
    Batch batch = samples.batch(0, 64);
    Layer last = model.layers().getLast();
    double exact = 0;
    double squaredGradients = 0;
    try (FloatRuntime runtime = new FloatRuntime(model, Set.of(last.input()))) {
      Map<String, Tensor> values = runtime.run(batch.inputs(), batch.size());
      float[] x = Objects.requireNonNull(values.get(last.input())).floats();
      float[] logits = Objects.requireNonNull(values.get(model.graph().outputs().getFirst().name())).floats();
      int classes = logits.length / batch.size();
      int width = x.length / batch.size();
      for (int sample = 0; sample < batch.size(); sample++) {
        double norm = 0;
        for (int i = 0; i < width; i++) {
          norm += (double) x[sample * width + i] * x[sample * width + i];
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) {
          sum += Math.exp(logits[sample * classes + k]);
        }
        for (int k = 0; k < classes; k++) {
          double p = Math.exp(logits[sample * classes + k]) / sum;
          exact += p * (1 - p) * norm / batch.size();
          double slope = p - (batch.labels()[sample] == k ? 1 : 0);
          squaredGradients += slope * slope * norm / batch.size();
        }
      }
    }
    CurvatureProbe probe = new CurvatureProbe(model, batch);
    Curvature found = probe.of(last);
    assertThat(found.gaussNewton()).isCloseTo(exact, within(0.3 * exact));
    assertThat(found.hessian().orElseThrow()).isCloseTo(exact, within(0.3 * exact));
    assertThat(found.fisher().orElseThrow()).isCloseTo(squaredGradients, within(0.4 * squaredGradients));
    assertThat(probe.of(last)).isEqualTo(found);
  }
}
