package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.DatasetSlice;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.sensitivity.SensitivityPlan;
import io.bitloupe.engine.sensitivity.SensitivityRow;
import io.bitloupe.engine.sensitivity.SensitivityRun;
import io.bitloupe.engine.sensitivity.SensitivityTable;
import io.bitloupe.exec.Progress;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Measures a table of sensitivities off the FX thread; tests replace it. */
@FunctionalInterface
public interface Sensing {
  /** The entries of {@code kind} around {@code base}; {@code listener} hears of estimates first and of measurements after. */
  SensitivityTable run(
      Workbench workbench, QuantConfig base, SensitivityViewModel.Kind kind, Consumer<SensitivityRow> listener, Progress progress);

  /** Measures on at most {@code samples} samples of the tuning part, on {@code threads} threads of this machine. */
  static Sensing onThisMachine(Engine engine, List<Integer> widths, int samples, int threads) {
    return (workbench, config, kind, listener, progress) -> {
      SweepBase base = SweepBase.of(engine, workbench, config, progress.silent());
      Dataset tuning = workbench.data().tuning();
      Dataset part = new DatasetSlice(tuning, 0, Math.min(samples, tuning.size()));
      try (ConfigEvaluator evaluator =
          base.evaluator(part, threads, LocalEngine.activationBytesBesideWindow(), ResponseJournal.inMemory())) {
        SensitivityPlan plan =
            SensitivityPlan.of(
                evaluator.model(), evaluator.resolver(), base.config(), widths, Set.of(kind.target()), Set.of(kind.direction()));
        return new SensitivityRun(evaluator, part, plan, listener).run(progress);
      }
    };
  }
}
