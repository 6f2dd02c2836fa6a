package io.bitloupe.engine.bench;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.ModelRuntime;
import io.bitloupe.exec.OnnxRuntimeQdq;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Throughput of whole models on all cores: the integer runtime beside ONNX Runtime on the float model and on the exported QDQ
 * file, in turns. ONNX Runtime has its better setting: all threads on one batch, or one single-threaded run for each core.
 */
public final class ModelBench {

  private static final Duration BUDGET = Duration.ofSeconds(6);

  private ModelBench() {}

  /**
   * Medians in milliseconds for one sample.
   *
   * @param integer the integer runtime, a batch on each core
   * @param onnxruntimeFloat the float model
   * @param onnxruntimeQdq the exported file
   */
  public record Row(double integer, double onnxruntimeFloat, double onnxruntimeQdq) {}

  /** Measures {@code config} at {@code batch} samples a run on {@code threads} cores. */
  public static Row run(Workbench workbench, QuantConfig config, int batch, int threads) {
    LoweredGraph lowered =
        Lowering.lower(
            workbench.model(), ConfigResolver.resolve(config, workbench.model(), workbench.calibration()));
    Dataset report = workbench.data().report();
    Map<String, Tensor> inputs = report.batch(0, Math.min(batch, report.size())).inputs();
    int samples = Math.min(batch, report.size());
    try (ModelRuntime integer = IntegerRuntime.open(lowered);
        ModelRuntime floatOneThread = new FloatRuntime(workbench.model(), Set.of(), 1);
        ModelRuntime floatAllThreads = new FloatRuntime(workbench.model(), Set.of(), threads);
        ModelRuntime qdqOneThread = new OnnxRuntimeQdq(lowered, 1);
        ModelRuntime qdqAllThreads = new OnnxRuntimeQdq(lowered, threads);
        ExecutorService cores = Executors.newFixedThreadPool(threads)) {
      List<Double> nanoseconds =
          Stopwatch.medians(
              List.of(
                  () -> onEachCore(cores, threads, integer, inputs, samples),
                  () -> onEachCore(cores, threads, floatOneThread, inputs, samples),
                  () -> inTurn(threads, floatAllThreads, inputs, samples),
                  () -> onEachCore(cores, threads, qdqOneThread, inputs, samples),
                  () -> inTurn(threads, qdqAllThreads, inputs, samples)),
              BUDGET);
      double perSample = 1e-6 / (threads * samples);
      return new Row(
          nanoseconds.get(0) * perSample,
          Math.min(nanoseconds.get(1), nanoseconds.get(2)) * perSample,
          Math.min(nanoseconds.get(3), nanoseconds.get(4)) * perSample);
    }
  }

  private static void inTurn(int times, ModelRuntime runtime, Map<String, Tensor> inputs, int samples) {
    for (int i = 0; i < times; i++) {
      runtime.run(inputs, samples);
    }
  }

  private static void onEachCore(
      ExecutorService cores, int threads, ModelRuntime runtime, Map<String, Tensor> inputs, int samples) {
    List<Future<Map<String, Tensor>>> runs = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      runs.add(cores.submit(() -> runtime.run(inputs, samples)));
    }
    try {
      for (Future<Map<String, Tensor>> run : runs) {
        run.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the benchmark was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a run failed: " + e.getCause(), e);
    }
  }
}
