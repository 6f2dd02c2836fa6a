package io.bitloupe.lint;

import io.bitloupe.data.Dataset;
import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.exec.DeploymentProfiler;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.Verification;
import io.bitloupe.exec.VerificationResult;
import io.bitloupe.qdq.LoweredGraph;

/**
 * Everything that is to be known of a configuration before it is deployed: what the target makes of it, what ONNX Runtime made of
 * the exported file on this machine, and where that spends its time.
 *
 * @param lint the target's verdict on each operator
 * @param verification our integers against ONNX Runtime's
 * @param profile time in ONNX Runtime, beside the float model
 */
public record DeploymentCheck(LintReport lint, VerificationResult verification, DeploymentProfile profile) {

  /**
   * Exports {@code lowered}, runs it in ONNX Runtime and compares.
   *
   * @param samples samples of {@code data} to compare on
   * @throws java.util.concurrent.CancellationException when cancelled
   */
  public static DeploymentCheck run(LoweredGraph lowered, Dataset data, Target target, int samples, Progress progress) {
    LintReport lint = Linter.lint(lowered, target, data, progress);
    VerificationResult verification = Verification.verify(lowered, data, samples, progress);
    return new DeploymentCheck(lint, verification, DeploymentProfiler.profile(lowered, data, progress));
  }
}
