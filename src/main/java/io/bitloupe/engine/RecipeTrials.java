package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.method.DataFree;
import io.bitloupe.method.Effect;
import io.bitloupe.model.Model;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tries recipes one after the other: first what each step changes of each layer, then what the integer runtime measures of it on
 * the tuning part, since trials are there to choose by. One caller at a time.
 */
public final class RecipeTrials implements AutoCloseable {

  private final Workbench workbench;
  private final int samples;
  private final WorkerPool pool;
  private final Map<DataFree, Workbench> dataFree = new EnumMap<>(DataFree.class);

  /**
   * Trials on {@code workbench}.
   *
   * @param samples samples of the tuning part to measure on; all when larger
   * @param threads threads to compute on
   */
  public RecipeTrials(Workbench workbench, int samples, int threads) {
    this.workbench = workbench;
    this.samples = samples;
    this.pool = new WorkerPool(threads);
  }

  /**
   * Applies the recipe of {@code config} and measures it.
   *
   * @param made where the samples come from that set ranges and that the recipe looks at; the calibration part when empty
   * @param effects hears what the recipe changes, once that is known
   * @param estimates hears of the figures while they become more exact
   * @throws io.bitloupe.model.InvalidInputException with one sentence, when the recipe cannot be used
   * @throws java.util.concurrent.CancellationException when {@code job} was cancelled
   */
  public Evaluation run(
      QuantConfig config, Optional<DataFree> made, Consumer<List<Effect>> effects, Consumer<Evaluation> estimates, Job job) {
    Workbench calibrated = made.map(source -> dataFree.computeIfAbsent(source, it -> calibratedOn(it, job))).orElse(workbench);
    Prepared prepared = RecipeRun.prepare(calibrated, config, pool, job);
    effects.accept(prepared.effects());
    try (FloatReference reference = new FloatReference(workbench.model(), prepared.reference(), workbench.data().tuning());
        ActivationCache activations = new ActivationCache(0)) {
      WeightNoise noise = new WeightNoise(prepared.workbench().model(), prepared.reference());
      EvaluationRun evaluation = new EvaluationRun(onTuning(prepared.workbench()), reference, noise, pool, new Ledger(), activations);
      Experiment experiment =
          new Experiment(job.name(), prepared.settled(config), RuntimeKind.INTEGER, samples, false);
      return evaluation.run(experiment, job, estimates);
    }
  }

  /** {@code bench} with the tuning part in the place of the report part. */
  private static Workbench onTuning(Workbench bench) {
    DataSplit data = bench.data();
    return bench.on(new DataSplit(data.calibration(), data.tuning(), data.tuning()), bench.calibration());
  }

  private Workbench calibratedOn(DataFree source, Job job) {
    Model model = workbench.model();
    int count = source.usualSamples(workbench.data().calibration().size());
    Dataset samples = source.samples(model, PreprocessingReader.beside(model.path()), count, job);
    return workbench.on(
        new DataSplit(samples, workbench.data().tuning(), workbench.data().report()), new CalibrationRun(model, samples).run(pool, job));
  }

  @Override
  public void close() {
    pool.close();
  }
}
