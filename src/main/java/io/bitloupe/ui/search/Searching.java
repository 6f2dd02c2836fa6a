package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.cost.LatencyModel;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Runs;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.search.SearchListener;
import io.bitloupe.search.SearchResult;
import io.bitloupe.search.WidthChoices;

/** Runs a search off the FX thread; tests replace it. */
@FunctionalInterface
public interface Searching {
  /** Does {@code wish} from {@code base} on. */
  SearchResult run(Workbench workbench, QuantConfig base, SearchWish wish, SearchListener listener, Progress progress);

  /** Searches on the tuning part, on {@code threads} threads of this machine; what was measured once is kept in {@code runs}. */
  static Searching onThisMachine(Engine engine, Runs runs, int threads) {
    return (workbench, config, wish, listener, progress) -> {
      SweepBase base = SweepBase.of(engine, workbench, config, progress.silent());
      Runs.Run run = runs.of(workbench.model());
      var request = wish.resolved(() -> timed(run, base, wish.request().choices(), progress));
      try (ConfigEvaluator evaluator =
          base.evaluator(workbench.data().tuning(), threads, LocalEngine.activationBytesBesideWindow(), run.journal())) {
        return request.run(base, evaluator, listener, progress);
      }
    };
  }

  private static LatencyModel timed(Runs.Run run, SweepBase base, WidthChoices choices, Progress progress) {
    Workbench workbench = base.prepared().workbench();
    return run.latency().table(workbench, base.config(), choices.widths(), choices.activationWidths(), progress);
  }
}
