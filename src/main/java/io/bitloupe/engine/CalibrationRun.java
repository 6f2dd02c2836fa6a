package io.bitloupe.engine;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.quant.calibrate.ActivationObservers;
import io.bitloupe.quant.calibrate.Calibration;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Streams the calibration samples through the float model with every tensor tapped that can be quantized or that a layer reads or
 * writes; what a fused clamp hides is not looked at, since nothing is chosen by it. Memory does not depend on the number of
 * samples: a histogram of fixed size for each tensor and thread.
 */
final class CalibrationRun {

  private final Model model;
  private final Dataset samples;

  CalibrationRun(Model model, Dataset samples) {
    this.model = model;
    this.samples = samples;
  }

  Calibration run(WorkerPool pool, Progress progress) {
    Set<String> taps = taps();
    BatchGrid grid = BatchGrid.of(model, samples.size());
    Queue<ActivationObservers> observers = new ConcurrentLinkedQueue<>();
    int[] seen = {0};
    try (FloatRuntime runtime = FloatRuntime.unfused(model, taps)) {
      pool.forEach(
          grid.count(),
          index -> observe(runtime, samples.batch(grid.first(index), grid.size(index)), grid.first(index), taps, observers),
          (_, count) -> {
            seen[0] += count;
            progress.report(seen[0], samples.size());
          },
          progress);
    }
    // Sums and counts are exact, so it does not matter which thread saw what.
    ActivationObservers all = new ActivationObservers();
    taps.forEach(all::observer);
    observers.forEach(all::merge);
    return all.toCalibration(samples.digest());
  }

  /** The tensors to look at, in the order of the model. */
  private Set<String> taps() {
    Set<String> wanted = new LinkedHashSet<>(new ConfigResolver(model).activations());
    model.graph().inputs().stream().map(ValueInfo::name).forEach(wanted::add);
    for (Layer layer : model.layers()) {
      wanted.addAll(layer.node().inputs());
      wanted.add(layer.output());
    }
    return model.tensors().values().stream()
        .filter(info -> info.type() == DataType.FLOAT && wanted.contains(info.name()))
        .map(TensorInfo::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Lets observers that no thread uses at the moment see a batch; returns its number of samples. */
  private static int observe(
      FloatRuntime runtime, Batch batch, int firstSample, Set<String> taps, Queue<ActivationObservers> idle) {
    ActivationObservers free = idle.poll();
    ActivationObservers observers = free == null ? new ActivationObservers() : free;
    BiConsumer<String, Tensor> watch =
        (name, tensor) -> {
          if (taps.contains(name)) {
            observers.accept(name, tensor, batch.size(), firstSample);
          }
        };
    runtime.run(batch.inputs(), batch.size(), watch);
    observers.count(batch.size());
    idle.add(observers);
    return batch.size();
  }
}
