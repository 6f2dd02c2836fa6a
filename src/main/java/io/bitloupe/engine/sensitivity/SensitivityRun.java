package io.bitloupe.engine.sensitivity;

import io.bitloupe.data.Dataset;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.TensorQuantizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Fills a table of sensitivities: estimates of every entry first, then one measurement after the other. */
public final class SensitivityRun {

  private static final int TRACE_SAMPLES = 32;

  private final ConfigEvaluator evaluator;
  private final Dataset samples;
  private final SensitivityPlan plan;
  private final SensitivityListener listener;

  /**
   * A run that has not begun.
   *
   * @param samples what {@code evaluator} measures on
   * @param listener hears of each entry when its estimate is there and again when it is measured, on the calling thread
   */
  public SensitivityRun(ConfigEvaluator evaluator, Dataset samples, SensitivityPlan plan, SensitivityListener listener) {
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
    Response reference = evaluator.floatResponse(progress.silent());
    double proxySeconds = (System.nanoTime() - start) * 1e-9;
    Response base = evaluator.base(plan.base(), progress.silent());
    listener.onBase(reference, base);
    long estimating = System.nanoTime();
    estimate(rows, progress.silent());
    proxySeconds += (System.nanoTime() - estimating) * 1e-9;
    int[] done = {0};
    measure(rows, Cell.Direction.ONLY_THIS, done, progress);
    for (var whole : plan.wholes()) {
      evaluator.base(whole, progress.silent());
    }
    measure(rows, Cell.Direction.ALL_BUT_THIS, done, progress);
    return new SensitivityTable(
        reference, base, rows, evaluator.measured(), proxySeconds, (System.nanoTime() - start) * 1e-9);
  }

  private void measure(List<SensitivityRow> rows, Cell.Direction direction, int[] done, Progress progress) {
    int[] places = IntStream.range(0, rows.size()).filter(i -> rows.get(i).cell().direction() == direction).toArray();
    evaluator.evaluateAll(
        Arrays.stream(places).mapToObj(i -> rows.get(i).cell().config()).toList(),
        (response, index) -> {
          SensitivityRow row = rows.get(places[index]).with(response);
          rows.set(places[index], row);
          listener.onRow(row);
          progress.report(++done[0], rows.size());
        },
        progress.silent());
  }

  private void estimate(List<SensitivityRow> rows, Progress progress) {
    Map<String, Curvature> curvatures = curvatures(rows, progress);
    evaluator.inParallel(
        rows.size(),
        index -> {
          Cell cell = rows.get(index).cell();
          ConfigEvaluator.Glimpse glimpse = evaluator.glimpse(cell.config(), cell.layer());
          Optional<Curvature> curvature = Optional.ofNullable(curvatures.get(cell.tensor()));
          double error = curvature.isPresent() ? squaredError(cell) : 0;
          return new Proxies(
              glimpse.layerSqnrDb(),
              glimpse.response().outputSqnrDb(),
              glimpse.response().divergence(),
              times(error, curvature.map(found -> OptionalDouble.of(found.gaussNewton()))),
              times(error, curvature.map(Curvature::fisher)),
              times(error, curvature.map(Curvature::hessian)));
        },
        (proxies, index) -> {
          rows.set(index, rows.get(index).with(proxies));
          listener.onRow(rows.get(index));
        },
        progress);
  }

  private static OptionalDouble times(double error, Optional<OptionalDouble> trace) {
    OptionalDouble found = trace.orElse(OptionalDouble.empty());
    return found.isPresent() ? OptionalDouble.of(error * found.getAsDouble()) : found;
  }

  /** {@code |Q(W) - W|^2} over the number of weights. */
  private double squaredError(Cell cell) {
    Tensor weight = evaluator.model().weights(cell.layer());
    float[] exact = weight.floats();
    QuantParams params = evaluator.resolver().resolve(cell.config()).weight(cell.tensor()).orElseThrow();
    float[] quantized = TensorQuantizer.fakeQuantize(exact, weight.shape(), params);
    double error = 0;
    for (int i = 0; i < exact.length; i++) {
      error += ((double) quantized[i] - exact[i]) * (quantized[i] - exact[i]);
    }
    return error / exact.length;
  }

  /** The curvature for each weight; none where samples cannot be run together. */
  private Map<String, Curvature> curvatures(List<SensitivityRow> rows, Progress progress) {
    Map<String, Layer> weights = new LinkedHashMap<>();
    for (SensitivityRow row : rows) {
      if (row.cell().target() == Cell.Target.WEIGHT) {
        weights.putIfAbsent(row.cell().tensor(), row.cell().layer());
      }
    }
    Map<String, Curvature> curvatures = new HashMap<>();
    if (weights.isEmpty() || !evaluator.model().batchable()) {
      return curvatures;
    }
    List<Map.Entry<String, Layer>> list = List.copyOf(weights.entrySet());
    CurvatureProbe probe = new CurvatureProbe(evaluator.model(), samples.batch(0, Math.min(TRACE_SAMPLES, samples.size())));
    evaluator.inParallel(
        list.size(),
        index -> probe.of(list.get(index).getValue()),
        (found, index) -> curvatures.put(list.get(index).getKey(), found),
        progress);
    return curvatures;
  }
}
