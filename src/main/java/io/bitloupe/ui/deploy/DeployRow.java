package io.bitloupe.ui.deploy;

import io.bitloupe.exec.VerificationResult;
import io.bitloupe.lint.DeploymentCheck;
import io.bitloupe.lint.LintReport;
import io.bitloupe.lint.NodeVerdict;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * One operator where it is deployed.
 *
 * @param name layer or step
 * @param op its operator
 * @param verdict what the target makes of it
 * @param trouble whether the target does not run it on integers, or has something to say about it
 * @param reason why, and what would change it
 * @param actual what ONNX Runtime did with it on this machine
 * @param apart greatest difference of a code, fed with the same inputs
 * @param differing share of codes that differ
 */
public record DeployRow(
    String name, String op, String verdict, boolean trouble, String reason, String actual, String apart, String differing) {

  /**
   * A row for each operator that the target judges, and for each step that was compared besides.
   *
   * @param shown what layers are called in the window
   */
  static List<DeployRow> of(DeploymentCheck check, UnaryOperator<String> shown) {
    Map<String, VerificationResult.Step> steps = new LinkedHashMap<>();
    check.verification().steps().forEach(step -> steps.put(step.name(), step));
    Map<String, String> actual = new HashMap<>();
    check.verification().fused().forEach(name -> actual.put(name, Messages.get("deploy.integer")));
    check.verification().unfused().forEach(unfused -> actual.put(unfused.node(), Messages.get("deploy.float")));
    List<DeployRow> rows = new ArrayList<>();
    for (LintReport.Finding finding : check.lint().findings()) {
      Optional<VerificationResult.Step> step = Optional.ofNullable(steps.remove(finding.name()));
      rows.add(row(finding, shown, step, actual.getOrDefault(finding.name(), "")));
    }
    for (VerificationResult.Step step : steps.values()) {
      String ran = actual.getOrDefault(step.name(), "");
      rows.add(new DeployRow(shown.apply(step.name()), step.op(), "", false, "", ran, apart(step), share(step)));
    }
    return rows;
  }

  private static DeployRow row(
      LintReport.Finding finding, UnaryOperator<String> shown, Optional<VerificationResult.Step> step, String actual) {
    String reason =
        finding.issues().stream().map(LintReport.Issue::sentence).collect(Collectors.joining(" "));
    boolean trouble = finding.outcome() != NodeVerdict.Outcome.INTEGER || !finding.issues().isEmpty();
    return new DeployRow(
        shown.apply(finding.name()),
        finding.op(),
        verdict(finding.outcome()),
        trouble,
        reason,
        actual,
        step.map(DeployRow::apart).orElse(""),
        step.map(DeployRow::share).orElse(""));
  }

  private static String verdict(NodeVerdict.Outcome outcome) {
    return switch (outcome) {
      case INTEGER -> Messages.get("deploy.integer");
      case FLOAT -> Messages.get("deploy.float");
      case FAILS -> Messages.get("deploy.refused");
    };
  }

  private static String apart(VerificationResult.Step step) {
    return Integer.toString(step.maxLsb());
  }

  private static String share(VerificationResult.Step step) {
    return step.maxLsb() == 0 ? "" : Figures.percent(step.differingShare(), 2);
  }
}
