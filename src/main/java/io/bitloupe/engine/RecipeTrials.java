package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.method.Effect;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tries recipes one after the other: first what each step changes of each layer, then what the integer runtime measures of it.
 * One caller at a time.
 */
public final class RecipeTrials implements AutoCloseable {

  private final Workbench workbench;
  private final int samples;
  private final WorkerPool pool;
  private final Ledger ledger = new Ledger();

  /**
   * Trials on {@code workbench}.
   *
   * @param samples samples of the report part to measure on; all when larger
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
   * @param effects hears what the recipe changes, once that is known
   * @param estimates hears of the figures while they become more exact
   * @throws io.bitloupe.model.InvalidInputException with one sentence, when the recipe cannot be used
   * @throws java.util.concurrent.CancellationException when {@code job} was cancelled
   */
  public Evaluation run(QuantConfig config, Consumer<List<Effect>> effects, Consumer<Evaluation> estimates, Job job) {
    Prepared prepared = RecipeRun.prepare(workbench, config, pool, job);
    effects.accept(prepared.effects());
    try (FloatReference reference = new FloatReference(workbench.model(), prepared.reference(), workbench.data().report());
        ActivationCache activations = new ActivationCache(0)) {
      WeightNoise noise = new WeightNoise(prepared.workbench().model(), prepared.reference());
      EvaluationRun evaluation = new EvaluationRun(prepared.workbench(), reference, noise, pool, ledger, activations.part());
      Experiment experiment =
          new Experiment(job.name(), prepared.settled(config), RuntimeKind.INTEGER, samples, false);
      return evaluation.run(experiment, job, estimates);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
