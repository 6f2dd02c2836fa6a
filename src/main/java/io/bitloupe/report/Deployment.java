package io.bitloupe.report;

import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.lint.LintReport;

/**
 * What becomes of a configuration where it is deployed.
 *
 * @param lint what ONNX Runtime makes of each operator, and why
 * @param profile where it spends its time on this machine
 */
public record Deployment(LintReport lint, DeploymentProfile profile) {}
