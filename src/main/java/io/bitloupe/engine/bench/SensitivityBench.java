package io.bitloupe.engine.bench;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.DatasetSlice;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.engine.sensitivity.SensitivityPlan;
import io.bitloupe.engine.sensitivity.SensitivityRun;
import io.bitloupe.engine.sensitivity.SensitivityTable;
import io.bitloupe.exec.OnnxRuntimeQdq;
import io.bitloupe.exec.Progress;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How long the table of sensitivities takes, beside the same evaluations by finding each configuration's ranges, lowering it, writing
 * its QDQ graph, opening it in ONNX Runtime and evaluating all samples on all cores, in the faster of two ways: a run on each core, or
 * all cores on one run. Ranges are found once on either side.
 */
public final class SensitivityBench {

  private static final int BATCH = 32;
  private static final int ROUNDS = 3;
  private static final List<Integer> WIDTHS = List.of(8, 6, 4, 3, 2);

  private SensitivityBench() {}

  /**
   * One table.
   *
   * @param samples samples of the tuning part
   * @param entries entries of the table
   * @param evaluations different configurations among them and the base, each of which both measured
   * @param proxySeconds of the engine for the float model's answers and estimates, neither of which ONNX Runtime is asked for
   * @param seconds of the engine, estimates included
   * @param onnxruntimeSeconds of a file for each entry
   * @param onnxruntimeOnceSeconds of that, for the first entry of each configuration
   * @param onnxruntimeRunThreads threads of each run in ONNX Runtime, the faster choice
   */
  public record Row(
      int samples,
      int entries,
      int evaluations,
      double proxySeconds,
      double seconds,
      double onnxruntimeSeconds,
      double onnxruntimeOnceSeconds,
      int onnxruntimeRunThreads) {

    /** How much longer the same table takes in ONNX Runtime. */
    public double speedup() {
      return onnxruntimeSeconds / (seconds - proxySeconds);
    }

    /** The same where ONNX Runtime, too, is asked for no configuration twice. */
    public double speedupOnce() {
      return onnxruntimeOnceSeconds / (seconds - proxySeconds);
    }

    /** The same with the engine's estimates counted, which ONNX Runtime does not compute. */
    public double speedupWithProxies() {
      return onnxruntimeSeconds / seconds;
    }
  }

  /** Measures the table of {@code workbench}'s weights at 2, 3, 4, 6 and 8 bits on at most {@code samples} tuning samples. */
  public static Row run(Workbench workbench, int samples, int threads, Progress progress) {
    Dataset part = new DatasetSlice(workbench.data().tuning(), 0, Math.min(samples, workbench.data().tuning().size()));
    try (ConfigEvaluator evaluator =
        new ConfigEvaluator(workbench, part, threads, LocalEngine.defaultActivationBytes(), ResponseJournal.inMemory())) {
      SensitivityPlan plan =
          SensitivityPlan.of(
              workbench.model(),
              evaluator.resolver(),
              QuantConfig.defaults(),
              WIDTHS,
              Set.of(Cell.Target.WEIGHT),
              Set.of(Cell.Direction.ONLY_THIS));
      SensitivityTable table = new SensitivityRun(evaluator, part, plan, _ -> {}).run(progress);
      List<Batch> batches = new ArrayList<>();
      for (int first = 0; first < part.size(); first += BATCH) {
        batches.add(part.batch(first, Math.min(BATCH, part.size() - first)));
      }
      ConfigResolver resolver = new ConfigResolver(workbench.model(), workbench.calibration());
      int runThreads = faster(resolver, plan.base(), batches, threads);
      Set<String> known = new HashSet<>();
      double all = 0;
      double once = 0;
      int done = 0;
      for (Cell cell : plan.cells()) {
        progress.checkCancelled();
        double seconds = whole(resolver, cell.config(), batches, runThreads);
        all += seconds;
        once += known.add(resolver.resolve(cell.config()).digest(workbench.model())) ? seconds : 0;
        progress.report(++done, plan.cells().size());
      }
      return new Row(part.size(), plan.cells().size(), known.size(), table.proxySeconds(), table.seconds(), all, once, runThreads);
    }
  }

  /** Threads of a run with which ONNX Runtime is faster: 1, a run on each core, or all. */
  private static int faster(ConfigResolver resolver, QuantConfig config, List<Batch> batches, int threads) {
    double each = Double.MAX_VALUE;
    double together = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      each = Math.min(each, whole(resolver, config, batches, 1));
      together = Math.min(together, whole(resolver, config, batches, threads));
    }
    return each <= together ? 1 : threads;
  }

  /** Seconds that a configuration takes in ONNX Runtime; {@code runThreads} is 1 for a run on each core, else the threads of each run. */
  private static double whole(ConfigResolver resolver, QuantConfig config, List<Batch> batches, int runThreads) {
    long start = System.nanoTime();
    LoweredGraph lowered = new Lowering(resolver.structure()).lower(resolver.resolve(config));
    Stream<Batch> runs = runThreads == 1 ? batches.parallelStream() : batches.stream();
    try (OnnxRuntimeQdq runtime = new OnnxRuntimeQdq(lowered, runThreads)) {
      runs.forEach(batch -> runtime.run(batch.inputs(), batch.size()));
    }
    return (System.nanoTime() - start) * 1e-9;
  }
}
