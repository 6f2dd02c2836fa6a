package io.bitloupe.ui.deploy;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.lint.DeploymentCheck;
import io.bitloupe.lint.LintReport;
import io.bitloupe.lint.Linter;
import io.bitloupe.lint.Target;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;

/** Checks a configuration where it is deployed, off the FX thread; tests replace it. */
@FunctionalInterface
public interface Checking {
  /** Samples that a check compares on: enough to meet every code path, few enough to wait for. */
  int SAMPLES = 200;

  /** What another target makes of what was checked. */
  @FunctionalInterface
  interface Linting {
    /** Judges it for {@code target}. */
    LintReport on(Target target, Progress progress);
  }

  /**
   * What was found.
   *
   * @param check all of it, for the target that was asked about
   * @param linting the part of it that depends on the target
   */
  record Checked(DeploymentCheck check, Linting linting) {}

  /** Exports {@code config}, runs it, compares and profiles it. */
  Checked check(Workbench workbench, QuantConfig config, Target target, Progress progress);

  /** Checks what {@code engine} prepares, on this machine. */
  static Checking onThisMachine(Engine engine) {
    return (workbench, config, target, progress) -> {
      Prepared prepared = engine.prepare(workbench, config, progress);
      Workbench transformed = prepared.workbench();
      LoweredGraph lowered = Lowering.lower(transformed.model(), prepared.resolve(config));
      return new Checked(
          DeploymentCheck.run(lowered, transformed.data().report(), target, SAMPLES, progress),
          (other, linting) -> Linter.lint(lowered, other, transformed.data().report(), linting));
    };
  }
}
