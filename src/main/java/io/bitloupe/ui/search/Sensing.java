package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.DatasetSlice;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Runs;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.sensitivity.SensitivityListener;
import io.bitloupe.engine.sensitivity.SensitivityPlan;
import io.bitloupe.engine.sensitivity.SensitivityRun;
import io.bitloupe.engine.sensitivity.SensitivityTable;
import io.bitloupe.exec.Progress;
import java.util.List;
import java.util.Set;

/** Measures a table of sensitivities off the FX thread; tests replace it. */
@FunctionalInterface
public interface Sensing {
  /** The entries of {@code asked} around {@code base}; {@code listener} hears of estimates first and of measurements after. */
  SensitivityTable run(Workbench workbench, QuantConfig base, Asked asked, SensitivityListener listener, Progress progress);

  /**
   * Which entries.
   *
   * @param kind what gets another width
   * @param widths the widths, the widest first
   */
  record Asked(SensitivityViewModel.Kind kind, List<Integer> widths) {
    /** Copies the list. */
    public Asked {
      widths = List.copyOf(widths);
    }
  }

  /**
   * Measures on at most {@code samples} samples of the tuning part, on {@code threads} threads of this machine; what was measured once
   * is kept in {@code runs}.
   */
  static Sensing onThisMachine(Engine engine, Runs runs, int samples, int threads) {
    return (workbench, config, asked, listener, progress) -> {
      SensitivityViewModel.Kind kind = asked.kind();
      SweepBase base = SweepBase.of(engine, workbench, config, progress.silent());
      Dataset tuning = workbench.data().tuning();
      Dataset part = new DatasetSlice(tuning, 0, Math.min(samples, tuning.size()));
      try (ConfigEvaluator evaluator =
          base.evaluator(part, threads, LocalEngine.activationBytesBesideWindow(), runs.of(workbench.model()).journal())) {
        SensitivityPlan plan =
            SensitivityPlan.of(
                evaluator.model(), evaluator.resolver(), base.config(), asked.widths(), Set.of(kind.target()), Set.of(kind.direction()));
        return new SensitivityRun(evaluator, part, plan, listener).run(progress);
      }
    };
  }
}
