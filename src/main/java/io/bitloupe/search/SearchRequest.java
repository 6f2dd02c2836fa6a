package io.bitloupe.search;

import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.exec.Progress;
import java.util.OptionalDouble;

/**
 * A search as somebody asks for it.
 *
 * @param choices what it chooses among
 * @param limits what a configuration may cost and must reach
 * @param mostLost how far the accuracy on the tuning samples may be below float's, as a share; empty for no such limit
 * @param strategy how it searches
 */
public record SearchRequest(WidthChoices choices, Limits limits, OptionalDouble mostLost, Strategy strategy) {

  /** The same under other limits. */
  public SearchRequest with(Limits other) {
    return new SearchRequest(choices, other, mostLost, strategy);
  }

  /**
   * Searches; configurations that are found have the recipe of {@code base}.
   *
   * @param evaluator measures around {@code base}
   * @throws io.bitloupe.model.InvalidInputException with one sentence, when nothing keeps the limits
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled; what was measured is in the journal
   */
  public SearchResult run(SweepBase base, ConfigEvaluator evaluator, SearchListener listener, Progress progress) {
    Limits all =
        mostLost.isPresent()
            ? limits.withTop1(Math.max(0, evaluator.floatResponse(progress.silent()).headline() - mostLost.getAsDouble()))
            : limits;
    return new MixedPrecisionSearch(evaluator, base.config(), choices, all, strategy, listener).run(progress).withConfigs(base::whole);
  }
}
