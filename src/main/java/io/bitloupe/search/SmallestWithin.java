package io.bitloupe.search;

import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.exec.Progress;
import io.bitloupe.search.solve.Exact;
import java.util.List;

/**
 * The smallest configuration whose accuracy on the tuning part is at most so much below float's.
 *
 * @param points how much accuracy may be lost, as a share
 * @param widths widths to choose from, the widest first
 * @param threads threads to compute on
 * @param activationBytes the most bytes of activations to keep
 */
public record SmallestWithin(double points, List<Integer> widths, int threads, long activationBytes) {

  /** Copies the list. */
  public SmallestWithin {
    widths = List.copyOf(widths);
  }

  /**
   * Searches.
   *
   * @param base what everything but the widths of weights is
   * @param pinned names of layers that keep what {@code base} gives them
   * @throws io.bitloupe.model.InvalidInputException with one sentence, when no configuration is that good
   */
  public SearchResult run(SweepBase base, List<String> pinned, SearchListener listener, Progress progress) {
    try (ConfigEvaluator evaluator =
        base.evaluator(base.original().data().tuning(), threads, activationBytes, ResponseJournal.inMemory())) {
      double least = Math.max(0, evaluator.floatResponse(progress.silent()).headline() - points);
      return new MixedPrecisionSearch(
              evaluator,
              base.config(),
              new WidthChoices(widths, pinned, List.of()),
              Limits.ofTop1(least),
              new Strategy.Solve(new Exact()),
              listener)
          .run(progress)
          .withConfigs(base::whole);
    }
  }
}
