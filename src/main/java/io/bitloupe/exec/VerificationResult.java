package io.bitloupe.exec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The integer runtime against ONNX Runtime on the exported file.
 *
 * @param samples samples that were compared
 * @param steps every step fed with ONNX Runtime's own input codes, in execution order
 * @param endToEndMaxLsb greatest difference of the last integer tensors when both run freely
 * @param firstDifference name of the first step that differs when both run freely; empty when none does
 * @param agreement share of samples with the same first class of the first output, running freely
 * @param outputCosine mean cosine of the first output, running freely
 * @param top1Integer accuracy of the integer runtime; empty without labels
 * @param top1OnnxRuntime accuracy of ONNX Runtime; empty without labels
 * @param fused names of the integer steps that ONNX Runtime runs on integers
 * @param unfused the others, and the layers that stay in float, each with the reason
 * @param causes one sentence each on why codes differ, for every step that differs as much as it may; faults have none
 * @param notes one sentence each on what the figures do not cover
 */
public record VerificationResult(
    int samples,
    List<Step> steps,
    int endToEndMaxLsb,
    Optional<String> firstDifference,
    double agreement,
    double outputCosine,
    OptionalDouble top1Integer,
    OptionalDouble top1OnnxRuntime,
    List<String> fused,
    List<Unfused> unfused,
    List<String> causes,
    List<String> notes) {

  /**
   * One step.
   *
   * @param name the step's name
   * @param op its operator; {@code QuantizeLinear} for a model input, {@code Float} for a float island
   * @param maxLsb greatest difference of an output code
   * @param differingShare share of output codes that differ
   * @param allowedLsb greatest difference that is no fault: 0 where both define the same integers, 1 elsewhere
   */
  public record Step(String name, String op, int maxLsb, double differingShare, int allowedLsb) {

    /** Whether the difference is larger than it may be. */
    public boolean isFault() {
      return maxLsb > allowedLsb;
    }
  }

  /**
   * A node that ONNX Runtime runs in float.
   *
   * @param node name of the step or layer
   * @param reason why
   */
  public record Unfused(String node, String reason) {}

  /** Copies the lists. */
  public VerificationResult {
    steps = List.copyOf(steps);
    fused = List.copyOf(fused);
    unfused = List.copyOf(unfused);
    causes = List.copyOf(causes);
    notes = List.copyOf(notes);
  }

  /** Greatest difference of any step; empty where no step could be compared. */
  public OptionalInt stepMaxLsb() {
    return steps.stream().mapToInt(Step::maxLsb).max();
  }

  /** Greatest difference of the steps with operator {@code op}. */
  public int stepMaxLsb(String op) {
    return steps.stream().filter(step -> step.op().equals(op)).mapToInt(Step::maxLsb).max().orElse(0);
  }

  /** The steps that differ more than they may. */
  public List<Step> faults() {
    return steps.stream().filter(Step::isFault).toList();
  }
}
