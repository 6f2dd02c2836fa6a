package io.bitloupe.engine.sensitivity;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.TensorQuantizer;
import io.bitloupe.quant.calibrate.ParameterCalculator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Fills a table of sensitivities: estimates of every entry first, then one measurement after the other. */
public final class SensitivityRun {

  private static final int TRACE_SAMPLES = 32;

  private final ConfigEvaluator evaluator;
  private final Dataset samples;
  private final SensitivityPlan plan;
  private final Consumer<SensitivityRow> listener;

  /**
   * A run that has not begun.
   *
   * @param samples what {@code evaluator} measures on
   * @param listener hears of each entry when its estimate is there and again when it is measured, on the calling thread
   */
  public SensitivityRun(ConfigEvaluator evaluator, Dataset samples, SensitivityPlan plan, Consumer<SensitivityRow> listener) {
    this.evaluator = evaluator;
    this.samples = samples;
    this.plan = plan;
    this.listener = listener;
  }

  /**
   * Fills the table.
   *
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled; what was measured is in the journal
   */
  public SensitivityTable run(Progress progress) {
    long start = System.nanoTime();
    List<SensitivityRow> rows = new ArrayList<>(plan.cells().stream().map(SensitivityRow::unknown).toList());
    Response reference = evaluator.floatResponse(silent(progress));
    Response base = evaluator.base(plan.base(), silent(progress));
    estimate(rows, silent(progress));
    int done = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).cell().direction() == Cell.Direction.ONLY_THIS) {
        measure(rows, i, progress);
        progress.report(++done, rows.size());
      }
    }
    for (var whole : plan.wholes()) {
      evaluator.base(whole, silent(progress));
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).cell().direction() == Cell.Direction.ALL_BUT_THIS) {
        measure(rows, i, progress);
        progress.report(++done, rows.size());
      }
    }
    return new SensitivityTable(reference, base, rows, evaluator.measured(), (System.nanoTime() - start) * 1e-9);
  }

  private void measure(List<SensitivityRow> rows, int index, Progress progress) {
    progress.checkCancelled();
    SensitivityRow row = rows.get(index).with(evaluator.evaluate(rows.get(index).cell().config(), silent(progress)));
    rows.set(index, row);
    listener.accept(row);
  }

  private void estimate(List<SensitivityRow> rows, Progress progress) {
    Map<String, Double> traces = traces(rows, progress);
    evaluator.inParallel(
        rows.size(),
        index -> {
          Cell cell = rows.get(index).cell();
          ConfigEvaluator.Glimpse glimpse = evaluator.glimpse(cell.config(), cell.layer());
          return new Proxies(glimpse.layerSqnrDb(), glimpse.response().divergence(), omega(cell, traces));
        },
        (proxies, index) -> {
          rows.set(index, rows.get(index).with(proxies));
          listener.accept(rows.get(index));
        },
        progress);
  }

  private OptionalDouble omega(Cell cell, Map<String, Double> traces) {
    Double trace = traces.get(cell.tensor());
    if (trace == null || !(cell.config().weightChoice(cell.tensor()) instanceof TensorChoice.Quantized choice)) {
      return OptionalDouble.empty();
    }
    Tensor weight = evaluator.model().weights(cell.layer());
    float[] exact = weight.floats();
    QuantParams params =
        ParameterCalculator.weights(
            exact, weight.shape(), cell.layer().outputChannelAxis(), choice.granularity(), choice.range(), choice.format());
    float[] quantized = TensorQuantizer.fakeQuantize(exact, weight.shape(), params);
    double error = 0;
    for (int i = 0; i < exact.length; i++) {
      error += ((double) quantized[i] - exact[i]) * (quantized[i] - exact[i]);
    }
    return OptionalDouble.of(trace / exact.length * error);
  }

  /** The trace for each weight; none where samples cannot be run together. */
  private Map<String, Double> traces(List<SensitivityRow> rows, Progress progress) {
    Map<String, Layer> weights = new LinkedHashMap<>();
    for (SensitivityRow row : rows) {
      if (row.cell().target() == Cell.Target.WEIGHT) {
        weights.putIfAbsent(row.cell().tensor(), row.cell().layer());
      }
    }
    Map<String, Double> traces = new HashMap<>();
    if (weights.isEmpty() || !evaluator.model().batchable()) {
      return traces;
    }
    List<Map.Entry<String, Layer>> list = List.copyOf(weights.entrySet());
    try (FisherTrace fisher = new FisherTrace(evaluator.model(), samples.batch(0, Math.min(TRACE_SAMPLES, samples.size())))) {
      evaluator.inParallel(
          list.size(),
          index -> fisher.of(list.get(index).getValue()),
          (trace, index) -> traces.put(list.get(index).getKey(), trace),
          progress);
    }
    return traces;
  }

  /** Parts of the work that are not worth showing, cancelled with the whole. */
  private static Progress silent(Progress progress) {
    return new Progress() {
      @Override
      public void report(long done, long total) {}

      @Override
      public boolean isCancelled() {
        return progress.isCancelled();
      }
    };
  }
}
