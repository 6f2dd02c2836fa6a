package io.bitloupe.engine;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.calibrate.ErrorSplit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What one scale and zero-point do to all values of an activation on the calibration samples, which run through the float model
 * once more for it: calibration kept their histogram only.
 */
final class ActivationError {
  private static final ErrorSplit NOTHING = new ErrorSplit(0, 0, 0, 0, 0);

  private final Workbench workbench;
  private final String tensor;

  /** Of the activation {@code tensor}, which calibration has seen. */
  ActivationError(Workbench workbench, String tensor) {
    this.workbench = workbench;
    this.tensor = tensor;
  }

  /** The exact error; the same for any number of threads. */
  ErrorSplit of(Affine affine, IntegerFormat format, WorkerPool pool, Progress progress) {
    boolean given = workbench.model().graph().inputs().stream().anyMatch(input -> input.name().equals(tensor));
    if (given) {
      return sum(batch -> values(batch.inputs()), affine, format, pool, progress);
    }
    try (FloatRuntime runtime = FloatRuntime.unfused(workbench.model(), Set.of(tensor))) {
      return sum(batch -> values(runtime.run(batch.inputs(), batch.size())), affine, format, pool, progress);
    }
  }

  private float[] values(Map<String, Tensor> tensors) {
    return Optional.ofNullable(tensors.get(tensor)).orElseThrow().floats();
  }

  private ErrorSplit sum(
      Function<Batch, float[]> values, Affine affine, IntegerFormat format, WorkerPool pool, Progress progress) {
    Dataset samples = workbench.data().calibration();
    BatchGrid grid = BatchGrid.of(workbench.model(), samples.size());
    ErrorSplit[] splits = new ErrorSplit[grid.count()];
    pool.forEach(
        grid.count(),
        index -> ErrorSplit.of(values.apply(samples.batch(grid.first(index), grid.size(index))), affine, format),
        (index, split) -> {
          splits[index] = split;
          progress.report(index, grid.count());
        },
        progress);
    // Added in the order of the samples, not in that in which threads finished.
    return Arrays.stream(splits).reduce(NOTHING, ErrorSplit::plus);
  }
}
