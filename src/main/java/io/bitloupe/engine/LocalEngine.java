package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.data.ClassNames;
import io.bitloupe.data.DataReader;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTimer;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.exec.Progress;
import io.bitloupe.metric.Outcomes;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.calibrate.Calibration;
import io.bitloupe.quant.calibrate.ErrorSplit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The engine on this machine. */
public final class LocalEngine implements Engine {

  /** System property that sets the budget of kept activations, in MiB. */
  public static final String ACTIVATION_MEMORY = "bitloupe.activationMemory";

  private final int threads;
  private final long activationBytes;
  private final LastPrepared prepared = new LastPrepared();
  private volatile Ledger ledger = new Ledger();

  /** An engine that computes on {@code threads} threads. */
  public LocalEngine(int threads) {
    this(threads, defaultActivationBytes());
  }

  /**
   * An engine.
   *
   * @param threads threads to compute on
   * @param activationBytes the most bytes of activations that it keeps from one configuration to the next
   */
  public LocalEngine(int threads, long activationBytes) {
    this.threads = threads;
    this.activationBytes = activationBytes;
  }

  /** What the property {@value #ACTIVATION_MEMORY} says, else the smaller of a quarter of the machine's memory and 4 GiB. */
  public static long defaultActivationBytes() {
    long mebibytes = Long.getLong(ACTIVATION_MEMORY, -1);
    return mebibytes < 0 ? ActivationCache.defaultBudget() : mebibytes << 20;
  }

  /** Half of {@link #defaultActivationBytes}: beside a window, what runs experiments and what measures many configurations share it. */
  public static long activationBytesBesideWindow() {
    return defaultActivationBytes() / 2;
  }

  /** All cores but one. */
  public static int threadsBesideWindow() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  }

  /** An engine that leaves one core to the window. */
  public static LocalEngine besideWindow() {
    return besideWindow(activationBytesBesideWindow());
  }

  /** The same with a budget of its own; see {@link #LocalEngine(int, long)}. */
  public static LocalEngine besideWindow(long activationBytes) {
    return new LocalEngine(threadsBesideWindow(), activationBytes);
  }

  /** An engine that uses every core. */
  public static LocalEngine headless() {
    return new LocalEngine(Runtime.getRuntime().availableProcessors());
  }

  /** Threads that it computes on. */
  public int threads() {
    return threads;
  }

  @Override
  public Model loadModel(Path file) {
    return ModelLoader.load(file);
  }

  @Override
  public DataSplit openData(Path data, Model model, int calibrationSamples) {
    return DataSplit.upTo(DataReader.open(data, model, PreprocessingReader.beside(model.path())), calibrationSamples);
  }

  @Override
  public Workbench calibrate(Model model, DataSplit data, Progress progress) {
    Model fitted = ModelLoader.fitted(model, data.calibration().batch(0, 1).inputs());
    try (WorkerPool pool = new WorkerPool(threads)) {
      Calibration calibration = new CalibrationRun(fitted, data.calibration()).run(pool, progress);
      return new Workbench(fitted, data, calibration, ClassNames.beside(model.path()));
    }
  }

  @Override
  public ErrorSplit activationError(Workbench workbench, String tensor, Affine affine, IntegerFormat format, Progress progress) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      return new ActivationError(workbench, tensor).of(affine, format, pool, progress);
    }
  }

  @Override
  public Prepared prepare(Workbench workbench, QuantConfig config, Progress progress) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      return prepared.prepare(workbench, config, pool, progress);
    }
  }

  @Override
  public List<DeploymentTiming> time(
      Workbench workbench, QuantConfig config, List<DeploymentLoad> loads, Duration budget, Progress progress) {
    Prepared ready = prepare(workbench, config, progress);
    ResolvedConfig resolved = ready.resolve(config);
    LoweredGraph lowered = Lowering.lower(ready.workbench().model(), resolved);
    Dataset samples = workbench.data().report();
    int most = DeploymentTimer.mostSamples(lowered, samples);
    List<DeploymentTiming> timings = new ArrayList<>();
    for (DeploymentLoad load : loads) {
      if (load.batch() <= most) {
        timings.add(DeploymentTimer.time(lowered, samples, load, budget, progress));
      }
    }
    ledger.add(resolved.digest(ready.workbench().model()), timings);
    return timings;
  }

  @Override
  public ExperimentRunner runner(Workbench workbench) {
    // Other data would answer under the same digest: what was measured belongs to the model and the data at hand.
    ledger = new Ledger();
    prepared.forgetOthers(workbench);
    return new LatestRunner(workbench, ledger, prepared, threads, activationBytes);
  }

  @Override
  public Optional<Outcomes> outcomes(Evaluation evaluation) {
    return ledger.outcomes(new Ledger.Key(evaluation.configDigest(), evaluation.runtime(), evaluation.totalSamples()));
  }
}
