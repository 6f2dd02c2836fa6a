package io.bitloupe.lint;

import java.util.List;

/**
 * What a target makes of a configuration.
 *
 * @param target where it would run
 * @param findings one for each layer and each other operator that computes on codes, in the order of execution
 */
public record LintReport(Target target, List<Finding> findings) {

  /**
   * What becomes of one operator.
   *
   * @param name layer or step
   * @param op its operator
   * @param outcome what becomes of it
   * @param issues what to know about it; empty when all is well
   */
  public record Finding(String name, String op, NodeVerdict.Outcome outcome, List<Issue> issues) {
    /** Copies the list. */
    public Finding {
      issues = List.copyOf(issues);
    }
  }

  /**
   * Something to know about an operator on the target.
   *
   * @param reason what, and why, as a sentence
   * @param change what would help, as a sentence; empty where nothing would
   */
  public record Issue(String reason, String change) {}

  /** Copies the list. */
  public LintReport {
    findings = List.copyOf(findings);
  }

  /** Number of operators with {@code outcome}. */
  public long count(NodeVerdict.Outcome outcome) {
    return findings.stream().filter(finding -> finding.outcome() == outcome).count();
  }
}
