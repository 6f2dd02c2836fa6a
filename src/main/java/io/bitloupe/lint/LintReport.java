package io.bitloupe.lint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a target makes of a configuration.
 *
 * @param target where it would run
 * @param findings one for each layer and each other operator that computes on codes, in the order of execution
 * @param saturation sums that saturate in 16 bits, by step; empty where the target adds in 32 bits or no samples were looked at
 */
public record LintReport(Target target, List<Finding> findings, Map<String, PairSaturation.Count> saturation) {

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
  public record Issue(String reason, String change) {

    /** Both as text. */
    public String sentence() {
      return "%s %s".formatted(reason, change).strip();
    }
  }

  /** Copies the collections. */
  public LintReport {
    findings = List.copyOf(findings);
    saturation = Map.copyOf(saturation);
  }

  /** The same with what {@code counted} says of each product. */
  LintReport withSaturation(Map<String, PairSaturation.Count> counted) {
    List<Finding> told = new ArrayList<>();
    for (Finding finding : findings) {
      List<Issue> issues = new ArrayList<>(finding.issues());
      Optional.ofNullable(counted.get(finding.name())).flatMap(PairSaturation.Count::issue).ifPresent(issues::add);
      told.add(new Finding(finding.name(), finding.op(), finding.outcome(), issues));
    }
    return new LintReport(target, told, counted);
  }

  /** Each thing to know, in the order of execution, with the names of the operators that it is true of. */
  public Map<Issue, List<String>> subjects() {
    Map<Issue, List<String>> subjects = new LinkedHashMap<>();
    for (Finding finding : findings) {
      for (Issue issue : finding.issues()) {
        subjects.computeIfAbsent(issue, _ -> new ArrayList<>()).add(finding.name());
      }
    }
    return subjects;
  }

  /** Number of operators with {@code outcome}. */
  public long count(NodeVerdict.Outcome outcome) {
    return findings.stream().filter(finding -> finding.outcome() == outcome).count();
  }
}
