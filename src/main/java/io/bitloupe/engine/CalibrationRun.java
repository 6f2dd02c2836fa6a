package io.bitloupe.engine;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.quant.calibrate.ActivationObservers;
import io.bitloupe.quant.calibrate.Calibration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Streams the calibration samples through the float model with every floating-point tensor tapped. Memory does not depend on
 * the number of samples: a histogram of fixed size for each tensor and thread.
 */
final class CalibrationRun {

  private final Model model;
  private final Dataset samples;

  CalibrationRun(Model model, Dataset samples) {
    this.model = model;
    this.samples = samples;
  }

  Calibration run(WorkerPool pool, Progress progress) {
    Set<String> taps =
        model.tensors().values().stream()
            .filter(info -> info.type() == DataType.FLOAT)
            .map(TensorInfo::name)
            .collect(Collectors.toUnmodifiableSet());
    BatchGrid grid = BatchGrid.of(model, samples.size());
    ActivationObservers observers = new ActivationObservers();
    int[] seen = {0};
    try (FloatRuntime runtime = new FloatRuntime(model, taps)) {
      pool.forEach(
          grid.count(),
          index -> observe(runtime, samples.batch(grid.first(index), grid.size(index)), taps),
          (index, observed) -> {
            observers.merge(observed);
            seen[0] += grid.size(index);
            progress.report(seen[0], samples.size());
          },
          progress);
    }
    return observers.toCalibration(samples.digest());
  }

  private static ActivationObservers observe(FloatRuntime runtime, Batch batch, Set<String> taps) {
    Map<String, Tensor> values = new HashMap<>(runtime.run(batch.inputs(), batch.size()));
    values.putAll(batch.inputs());
    values.keySet().retainAll(taps);
    ActivationObservers observers = new ActivationObservers();
    observers.accept(values, batch.size());
    return observers;
  }
}
