package io.bitloupe.exec;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * Times the exported file and the float model in ONNX Runtime, with all optimizations. Runs of the two alternate, so that
 * what else the machine does meets both alike; the first ones warm up and do not count.
 */
public final class DeploymentTimer {

  private static final int FEWEST_RUNS = 5;
  private static final int MOST_RUNS = 400;
  private static final int FEWEST_WARM_UPS = 2;
  private static final double WARM_UP_SHARE = 0.15;

  private DeploymentTimer() {}

  /**
   * Times runs under {@code load}.
   *
   * @param data where the samples come from
   * @param load at most {@link #mostSamples} in a run
   * @param budget how long to go on; a few runs are made whatever it says
   * @throws java.util.concurrent.CancellationException when cancelled
   */
  public static DeploymentTiming time(
      LoweredGraph lowered, Dataset data, DeploymentLoad load, Duration budget, Progress progress) {
    if (load.batch() > mostSamples(lowered, data)) {
      throw new IllegalArgumentException("one run cannot take %d samples".formatted(load.batch()));
    }
    Model model = lowered.model();
    int most = OrtRuntime.most(lowered);
    Batch samples = data.batch(0, load.batch());
    OrtRuntime quantized =
        new OrtRuntime(model, QdqGraphBuilder.build(lowered).graph(), Map.of(), OptLevel.ALL_OPT, most, load.threads());
    try (quantized;
        OrtRuntime floatModel = new OrtRuntime(model, model.graph(), Map.of(), OptLevel.ALL_OPT, most, load.threads());
        OrtRuntime.PreparedRun quantizedRun = quantized.prepare(samples.inputs());
        OrtRuntime.PreparedRun floatRun = floatModel.prepare(samples.inputs())) {
      return alternate(quantizedRun, floatRun, load, budget, progress);
    }
  }

  /** Samples of {@code data} that one run can take. */
  public static int mostSamples(LoweredGraph lowered, Dataset data) {
    return Math.min(OrtRuntime.most(lowered), data.size());
  }

  private static DeploymentTiming alternate(
      OrtRuntime.PreparedRun quantized, OrtRuntime.PreparedRun floatModel, DeploymentLoad load, Duration budget, Progress progress) {
    long start = System.nanoTime();
    long warm = start + (long) (budget.toNanos() * WARM_UP_SHARE);
    for (int run = 0; run < FEWEST_WARM_UPS || (run < MOST_RUNS && System.nanoTime() < warm); run++) {
      progress.checkCancelled();
      quantized.nanoseconds();
      floatModel.nanoseconds();
    }
    long[] quantizedTimes = new long[MOST_RUNS];
    long[] floatTimes = new long[MOST_RUNS];
    int runs = 0;
    while (runs < MOST_RUNS && (runs < FEWEST_RUNS || System.nanoTime() - start < budget.toNanos())) {
      progress.checkCancelled();
      quantizedTimes[runs] = quantized.nanoseconds();
      floatTimes[runs] = floatModel.nanoseconds();
      runs++;
      progress.report(Math.min(System.nanoTime() - start, budget.toNanos()), budget.toNanos());
    }
    return new DeploymentTiming(
        load,
        runs,
        DeploymentTiming.Spread.of(Arrays.copyOf(quantizedTimes, runs), load.batch()),
        DeploymentTiming.Spread.of(Arrays.copyOf(floatTimes, runs), load.batch()));
  }
}
