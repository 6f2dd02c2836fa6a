package io.bitloupe.engine.bench;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Experiment;
import io.bitloupe.engine.ExperimentListener;
import io.bitloupe.engine.ExperimentRunner;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.OnnxRuntimeQdq;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.model.Layer;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Requantization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * How long a change of one layer's weights to 4 bits takes to be answered: by the engine, which knows the network as it was, by
 * the engine from scratch, and by writing the new QDQ graph, opening it in ONNX Runtime and evaluating all samples on all cores.
 */
public final class LiveBench {

  private static final int FIRST_ESTIMATE_SAMPLES = 32;
  private static final int MOST_LAYERS = 12;
  private static final int BATCH = 32;

  private LiveBench() {}

  /**
   * Medians over layers, in milliseconds.
   *
   * @param incrementalMs until the final answer, after a change
   * @param fullMs until the final answer, from scratch
   * @param onnxruntimeRequantizeMs until ONNX Runtime has evaluated the new file
   * @param firstEstimateMs until an estimate on at least 32 samples
   * @param samples samples of the final answer
   * @param layers layers that were changed, one at a time
   */
  public record Row(
      double incrementalMs, double fullMs, double onnxruntimeRequantizeMs, double firstEstimateMs, int samples, int layers) {}

  /** Measures on {@code samples} samples of the report part, telling {@code progress} how many layers are done. */
  public static Row run(Engine engine, Workbench workbench, int samples, IntConsumer progress) {
    int count = Math.min(samples, workbench.data().report().size());
    List<Layer> layers = workbench.model().layers().stream().filter(layer -> layer.weight().isPresent()).toList();
    List<Layer> chosen =
        IntStream.range(0, Math.min(MOST_LAYERS, layers.size()))
            .mapToObj(i -> layers.get(i * layers.size() / Math.min(MOST_LAYERS, layers.size())))
            .toList();
    List<Long> incremental = new ArrayList<>();
    List<Long> firsts = new ArrayList<>();
    List<Long> full = new ArrayList<>();
    List<Long> requantize = new ArrayList<>();
    try (ExperimentRunner runner = engine.runner(workbench)) {
      measure(runner, QuantConfig.defaults(), count);
      for (Layer layer : chosen) {
        QuantConfig changed = changed(layer);
        Times live = measure(runner, changed, count);
        incremental.add(live.total());
        firsts.add(live.first());
        requantize.add(requantize(workbench, changed, count));
        progress.accept(incremental.size());
      }
    }
    for (Layer layer : chosen.subList(0, Math.min(3, chosen.size()))) {
      try (ExperimentRunner fresh = engine.runner(workbench)) {
        full.add(measure(fresh, changed(layer).withRequantization(Requantization.DYADIC), count).total());
      }
    }
    return new Row(median(incremental), median(full), median(requantize), median(firsts), count, chosen.size());
  }

  private static QuantConfig changed(Layer layer) {
    return QuantConfig.defaults()
        .with(
            layer.weight().orElseThrow(),
            new TensorChoice.Quantized(IntegerFormat.weights(4), Granularity.CHANNEL, new RangeMethod.Mse()));
  }

  private record Times(long first, long total) {}

  private static Times measure(ExperimentRunner runner, QuantConfig config, int samples) {
    AtomicLong first = new AtomicLong();
    CompletableFuture<Evaluation> done = new CompletableFuture<>();
    long start = System.nanoTime();
    runner.submit(
        new Experiment("live", config, RuntimeKind.INTEGER, samples, false),
        new ExperimentListener() {
          @Override
          public void onEstimate(Evaluation partial) {
            if (partial.quality().samples() >= Math.min(FIRST_ESTIMATE_SAMPLES, samples)) {
              first.compareAndSet(0, System.nanoTime() - start);
            }
          }

          @Override
          public void onComplete(Evaluation result) {
            done.complete(result);
          }

          @Override
          public void onCancelled() {
            done.cancel(false);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            done.completeExceptionally(failure);
          }
        });
    try {
      done.join();
    } catch (CompletionException failure) {
      throw new IllegalStateException("an evaluation failed: " + failure.getCause(), failure);
    }
    long total = System.nanoTime() - start;
    return new Times(first.get() == 0 ? total : first.get(), total);
  }

  private static long requantize(Workbench workbench, QuantConfig config, int samples) {
    Dataset report = workbench.data().report();
    List<Batch> batches = new ArrayList<>();
    for (int first = 0; first < samples; first += BATCH) {
      batches.add(report.batch(first, Math.min(BATCH, samples - first)));
    }
    long start = System.nanoTime();
    var lowered =
        Lowering.lower(workbench.model(), ConfigResolver.resolve(config, workbench.model(), workbench.calibration()));
    try (OnnxRuntimeQdq runtime = new OnnxRuntimeQdq(lowered)) {
      batches.parallelStream().forEach(batch -> runtime.run(batch.inputs(), batch.size()));
    }
    return System.nanoTime() - start;
  }

  private static double median(List<Long> nanoseconds) {
    List<Long> sorted = new ArrayList<>(nanoseconds);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2) * 1e-6;
  }
}
