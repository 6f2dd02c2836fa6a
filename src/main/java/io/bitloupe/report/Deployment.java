package io.bitloupe.report;

import io.bitloupe.data.Dataset;
import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.exec.DeploymentProfiler;
import io.bitloupe.exec.Progress;
import io.bitloupe.lint.LintReport;
import io.bitloupe.lint.Linter;
import io.bitloupe.lint.Target;
import io.bitloupe.qdq.LoweredGraph;

/**
 * What becomes of a configuration where it is deployed.
 *
 * @param lint what ONNX Runtime makes of each operator, and why
 * @param profile where it spends its time on this machine
 */
public record Deployment(LintReport lint, DeploymentProfile profile) {

  /** Judges and profiles {@code lowered} for this machine, on {@code data}. */
  public static Deployment onThisMachine(LoweredGraph lowered, Dataset data, Progress progress) {
    LintReport lint = Linter.lint(lowered, Target.ofThisMachine(), data, progress);
    return new Deployment(lint, DeploymentProfiler.profile(lowered, data, progress));
  }
}
