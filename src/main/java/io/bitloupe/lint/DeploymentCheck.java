package io.bitloupe.lint;

import io.bitloupe.data.Dataset;
import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.exec.DeploymentProfiler;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.Verification;
import io.bitloupe.exec.VerificationResult;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.QdqGraphBuilder;

/**
 * Everything that is to be known of a configuration before it is deployed: what the target makes of it, what ONNX Runtime made of
 * the exported file on this machine, and where that spends its time.
 *
 * @param lint the target's verdict on each operator
 * @param verification our integers against ONNX Runtime's
 * @param profile time in ONNX Runtime, beside the float model
 * @param fileBytes size of the exported file
 */
public record DeploymentCheck(LintReport lint, VerificationResult verification, DeploymentProfile profile, long fileBytes) {

  /**
   * Exports {@code lowered}, runs it in ONNX Runtime and compares.
   *
   * @param samples samples of {@code data} to compare on
   * @throws java.util.concurrent.CancellationException when cancelled
   */
  public static DeploymentCheck run(LoweredGraph lowered, Dataset data, Target target, int samples, Progress progress) {
    LintReport lint = Linter.lint(lowered, target, data, progress);
    VerificationResult verification = Verification.verify(lowered, data, samples, progress);
    DeploymentProfile profile = DeploymentProfiler.profile(lowered, data, progress);
    return new DeploymentCheck(lint, verification, profile, OnnxWriter.toBytes(QdqGraphBuilder.build(lowered).graph()).length);
  }

  /** The same with another target's verdict. */
  public DeploymentCheck with(LintReport other) {
    return new DeploymentCheck(other, verification, profile, fileBytes);
  }
}
