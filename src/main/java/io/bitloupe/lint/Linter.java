package io.bitloupe.lint;

import io.bitloupe.exec.Fusion;
import io.bitloupe.lint.LintReport.Finding;
import io.bitloupe.lint.LintReport.Issue;
import io.bitloupe.lint.NodeVerdict.Outcome;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Operand;
import io.bitloupe.qdq.QdqGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says of every layer what a target will make of it, why, and what would change that. Runs nothing. */
public final class Linter {

  private final LoweredGraph lowered;
  private final Model model;
  private final Target target;
  private final QdqGraph qdq;
  private final Map<String, NodeVerdict> verdicts = new HashMap<>();

  private Linter(LoweredGraph lowered, Target target) {
    this.lowered = lowered;
    this.model = lowered.model();
    this.target = target;
    this.qdq = QdqGraphBuilder.build(lowered);
    OrtFusionRules.judge(qdq.graph()).forEach(verdict -> verdicts.put(verdict.node(), verdict));
  }

  /** Judges {@code lowered} for {@code target}. */
  public static LintReport lint(LoweredGraph lowered, Target target) {
    return new Linter(lowered, target).lint();
  }

  private LintReport lint() {
    List<Finding> findings = new ArrayList<>();
    for (Step step : lowered.steps()) {
      switch (step) {
        case IntegerStep integer -> findings.add(target.isOnnxRuntime() ? onnxRuntime(integer) : elsewhere(integer));
        case FloatIsland island ->
            island.nodes().forEach(
                node ->
                    model.layers().stream()
                        .filter(layer -> layer.node().output().equals(node.outputs().getFirst()))
                        .forEach(layer -> findings.add(inFloat(layer))));
      }
    }
    return new LintReport(target, findings);
  }

  private Finding onnxRuntime(IntegerStep step) {
    NodeVerdict verdict = Optional.ofNullable(verdicts.get(step.name())).orElseThrow();
    List<Issue> issues = new ArrayList<>();
    if (verdict.outcome() != Outcome.INTEGER) {
      Optional<String> note = Optional.ofNullable(qdq.notes().get(step.name())).map(text -> text + ".");
      String change = note.isPresent() ? "Use symmetric weights, or asymmetric ones of at most 7 bits." : verdict.change();
      issues.add(new Issue(note.orElse(verdict.reason()), change));
    }
    return new Finding(step.name(), step.node().opType(), verdict.outcome(), issues);
  }

  private Finding inFloat(Layer layer) {
    String reason = Fusion.floatReason(layer, lowered);
    boolean blocks = reason.contains("several scales");
    boolean weights =
        layer.kind().hasWeights()
            && layer.weight().filter(weight -> !lowered.constantCodes().containsKey(weight)).isPresent();
    String change =
        blocks
            ? "Give each output channel one scale, or leave activations in float and use the weight-only form."
            : weights ? "Quantize its weights." : reason.contains("no integer form") ? "" : "Quantize the tensor that is in float.";
    List<Issue> issues = new ArrayList<>(List.of(new Issue(reason, change)));
    if (target == Target.NPU_8BIT) {
      issues.add(new Issue("The accelerator computes nothing in float: the main processor would run it.", ""));
    }
    return new Finding(layer.name(), layer.node().opType(), Outcome.FLOAT, issues);
  }

  private Finding elsewhere(IntegerStep step) {
    List<Issue> issues = new ArrayList<>();
    List<String> activations = new ArrayList<>(step.inputs());
    activations.add(step.output());
    for (String tensor : activations.stream().distinct().toList()) {
      activationIssues(tensor, lowered.params(tensor), issues);
    }
    for (Operand operand : step.operands()) {
      if (operand instanceof Operand.Constant(String tensor, var value) && model.layerOfWeight(tensor).isPresent()) {
        weightIssues(tensor, value.params(), issues);
      }
    }
    return new Finding(step.name(), step.node().opType(), issues.isEmpty() ? Outcome.INTEGER : Outcome.FAILS, issues);
  }

  private void activationIssues(String tensor, QuantParams params, List<Issue> issues) {
    if (params.format().containerBits() > Byte.SIZE) {
      issues.add(
          new Issue(
              "%s has no %d-bit activations, and '%s' has.".formatted(target.title(), params.format().bits(), tensor),
              "Give '%s' 8 bits or fewer.".formatted(tensor)));
    }
    if (lowered.dynamic().contains(tensor)) {
      issues.add(new Issue("The range of '%s' is computed at run time, which %s does not do.".formatted(tensor, target.title()),
          "Give '%s' a fixed range.".formatted(tensor)));
    }
    if (target == Target.TENSORRT && !params.isZeroPointFree()) {
      issues.add(
          new Issue(
              "TensorRT's codes have the zero-point 0, and '%s' has %d.".formatted(tensor, params.single().zeroPoint()),
              "Make '%s' symmetric.".formatted(tensor)));
    } else if (target == Target.TENSORRT && !params.format().signed()) {
      issues.add(
          new Issue(
              "TensorRT's codes are signed, and those of '%s' are not.".formatted(tensor),
              "Make '%s' symmetric.".formatted(tensor)));
    }
  }

  private void weightIssues(String tensor, QuantParams params, List<Issue> issues) {
    if (target == Target.NPU_8BIT && !(params.granularity() instanceof Granularity.PerTensor)) {
      issues.add(new Issue("It takes one scale for all weights of a layer, and '%s' has %d.".formatted(tensor, params.affine().size()),
          "Quantize '%s' per tensor.".formatted(tensor)));
    }
    if (target == Target.TENSORRT && !params.isZeroPointFree()) {
      issues.add(
          new Issue(
              "TensorRT's weights have the zero-point 0, and '%s' has others.".formatted(tensor),
              "Make '%s' symmetric.".formatted(tensor)));
    }
  }
}
