package io.bitloupe.lint;

import io.bitloupe.data.Dataset;
import io.bitloupe.exec.Fusion;
import io.bitloupe.exec.Progress;
import io.bitloupe.lint.LintReport.Finding;
import io.bitloupe.lint.LintReport.Issue;
import io.bitloupe.lint.NodeVerdict.Outcome;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Moves;
import io.bitloupe.qdq.Operand;
import io.bitloupe.qdq.QdqGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says of every layer what a target will make of it, why, and what would change that. */
public final class Linter {

  private static final int SATURATION_SAMPLES = 4;

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

  /** Judges {@code lowered} for {@code target}, running nothing. */
  public static LintReport lint(LoweredGraph lowered, Target target) {
    return new Linter(lowered, target).lint();
  }

  /**
   * Judges {@code lowered} for {@code target}, and where that adds products in 16 bits, counts on the first samples of
   * {@code data} which sums saturate.
   *
   * @throws java.util.concurrent.CancellationException when cancelled
   */
  public static LintReport lint(LoweredGraph lowered, Target target, Dataset data, Progress progress) {
    LintReport report = lint(lowered, target);
    return target == Target.ORT_AVX2
        ? report.withSaturation(PairSaturation.count(lowered, data, SATURATION_SAMPLES, progress))
        : report;
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
    return new LintReport(target, findings, Map.of());
  }

  private Finding onnxRuntime(IntegerStep step) {
    NodeVerdict verdict = Optional.ofNullable(verdicts.get(step.name())).orElseThrow();
    List<Issue> issues = new ArrayList<>();
    if (verdict.outcome() != Outcome.INTEGER) {
      Optional<String> note = Optional.ofNullable(qdq.notes().get(step.name())).map(text -> text + ".");
      String change = note.isPresent() ? "Use symmetric weights, or asymmetric ones of at most 7 bits." : verdict.change();
      issues.add(new Issue(note.orElse(verdict.reason()), change));
    } else {
      narrowIssues(step, issues);
    }
    return new Finding(step.name(), step.node().opType(), verdict.outcome(), issues);
  }

  /** No target has integer kernels for fewer than 8 bits: such codes are right, and save nothing. */
  private void narrowIssues(IntegerStep step, List<Issue> issues) {
    for (Operand operand : step.operands()) {
      if (operand instanceof Operand.Constant(String tensor, var value)
          && model.layerOfWeight(tensor).isPresent()
          && value.params().format().bits() < Byte.SIZE) {
        issues.add(
            new Issue(
                "Weights of %d bits take a byte each: %s multiplies 8-bit codes only, so they are no smaller and no faster than 8 bits."
                    .formatted(value.params().format().bits(), target.title()),
                step.node().is("Conv") ? "" : "The weight-only form stores up to 4 bits in half a byte."));
      }
    }
    int bits = lowered.params(step.output()).format().bits();
    if (bits < Byte.SIZE && !Moves.OPERATORS.contains(step.node().opType())) {
      issues.add(new Issue("Outputs of %d bits take a byte each, and a Clip on the codes keeps them in range.".formatted(bits), ""));
    }
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
    // What is wrong with several operands alike is said once, and in the same words for each operator, so that it can be told together.
    Set<Issue> issues = new LinkedHashSet<>(activationIssues(step));
    for (Operand operand : step.operands()) {
      if (operand instanceof Operand.Constant(String tensor, var value) && model.layerOfWeight(tensor).isPresent()) {
        weightIssues(value.params(), issues);
      }
    }
    Outcome outcome = issues.isEmpty() ? Outcome.INTEGER : Outcome.FAILS;
    List<Issue> all = new ArrayList<>(issues);
    narrowIssues(step, all);
    return new Finding(step.name(), step.node().opType(), outcome, all);
  }

  /**
   * What a target lacks for an activation.
   *
   * @param beginning of the sentence that ends in what the activation is to an operator
   * @param change what would help
   */
  private record Lack(String beginning, String change) {
    Issue of(Set<String> roles) {
      return new Issue("%s %s.".formatted(beginning, String.join(" and ", roles)), change);
    }
  }

  /** What the target lacks for the activations of {@code step}: once where it is the same for its input and its output. */
  private List<Issue> activationIssues(IntegerStep step) {
    Map<Lack, Set<String>> roles = new LinkedHashMap<>();
    step.inputs().forEach(tensor -> lacks(tensor).forEach(lack -> roles.computeIfAbsent(lack, _ -> new LinkedHashSet<>()).add("input")));
    lacks(step.output()).forEach(lack -> roles.computeIfAbsent(lack, _ -> new LinkedHashSet<>()).add("output"));
    return roles.entrySet().stream().map(entry -> entry.getKey().of(entry.getValue())).toList();
  }

  private List<Lack> lacks(String activation) {
    QuantParams params = lowered.params(activation);
    List<Lack> lacks = new ArrayList<>();
    if (params.format().containerBits() > Byte.SIZE) {
      lacks.add(
          new Lack("%s has no %d-bit codes for its".formatted(target.title(), params.format().bits()), "Give it 8 bits or fewer."));
    }
    if (lowered.dynamic().contains(activation)) {
      lacks.add(new Lack("%s computes no range at run time, as is chosen for its".formatted(target.title()), "Give it a fixed range."));
    }
    if (target == Target.TENSORRT && !(params.isZeroPointFree() && params.format().signed())) {
      lacks.add(
          new Lack("TensorRT's codes are signed and have the zero-point 0, but not those of its", "Make activations symmetric."));
    }
    return lacks;
  }

  private void weightIssues(QuantParams params, Set<Issue> issues) {
    if (target == Target.NPU_8BIT && !(params.granularity() instanceof Granularity.PerTensor)) {
      issues.add(
          new Issue("The accelerator takes one scale for all weights of a layer, and these have several.", "Quantize them per tensor."));
    }
    if (target == Target.TENSORRT && !params.isZeroPointFree()) {
      issues.add(new Issue("TensorRT's weights have the zero-point 0, and these have others.", "Make them symmetric."));
    }
  }
}
