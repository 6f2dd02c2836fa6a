package io.bitloupe.method;

import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import java.util.List;

/** Applies the steps of a recipe, one after the other. */
public final class Recipe {

  private static final int UNITS = 1000;

  private Recipe() {}

  /**
   * Applies the recipe of the subject's configuration.
   *
   * @throws InvalidInputException with one sentence, when a step cannot be used
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled
   */
  public static Subject apply(Subject subject, Progress progress) {
    List<RecipeStep> steps = subject.config().recipe();
    Methods.check(steps);
    Subject current = subject;
    for (int i = 0; i < steps.size(); i++) {
      progress.checkCancelled();
      Method method = Methods.of(steps.get(i));
      Settings settings = Settings.of(steps.get(i));
      if (method.needsData(settings) && current.samples().isEmpty()) {
        throw new InvalidInputException("The method %s needs calibration samples; say --data.".formatted(method.id()));
      }
      Subject scoped = current.within(settings.layers());
      if (scoped.layers().isEmpty() && !settings.layers().isEmpty()) {
        throw new InvalidInputException(
            "The method %s has no layer to change: none is named '%s'.".formatted(method.id(), settings.values().get(Settings.LAYERS)));
      }
      current = method.apply(scoped, settings, new Part(progress, i, steps.size())).within(List.of());
    }
    return current;
  }

  /** The share of one step in the progress of all. */
  private record Part(Progress whole, int step, int steps) implements Progress {
    @Override
    public void report(long done, long total) {
      whole.report(step * (long) UNITS + done * UNITS / Math.max(1, total), steps * (long) UNITS);
    }

    @Override
    public boolean isCancelled() {
      return whole.isCancelled();
    }
  }
}
