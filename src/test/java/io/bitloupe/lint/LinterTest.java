package io.bitloupe.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Fusion;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.VerificationResult;
import io.bitloupe.lint.NodeVerdict.Outcome;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.config.ConfigResolver;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinterTest {

  private static final Model MODEL =
      Lab.model(
          new TestGraph(17)
              .input("x", -1, 4, 6, 6)
              .random("w", 8, 4, 3, 3)
              .random("v", 8, 8, 1, 1)
              .node("Conv", "x,w", "a")
              .node("Relu", "a", "r")
              .node("Conv", "r,v", "b")
              .node("GlobalAveragePool", "b", "y")
              .output("y")
              .build());

  private static LintReport lint(QuantConfig config, Target target) {
    return Linter.lint(Lab.lower(MODEL, config), target);
  }

  private static String issues(LintReport report) {
    return report.findings().stream().map(finding -> finding.name() + " " + finding.issues()).toList().toString();
  }

  @Test
  void findsNothingWhereAllIsWell() {
    LintReport report = lint(QuantConfig.defaults(), Target.ORT_VNNI);
    assertThat(report.findings()).extracting(LintReport.Finding::name).containsExactly("conv_a", "conv_b", "globalaveragepool_y");
    assertThat(report.findings()).allSatisfy(finding -> assertThat(finding.issues()).isEmpty());
  }

  @Test
  void saysWhyAndWhatWouldHelp() {
    LintReport wide = lint(QuantConfig.defaults().with("r", Lab.activations(16)), Target.ORT_VNNI);
    assertThat(wide.count(Outcome.INTEGER)).isEqualTo(1);
    assertThat(issues(wide)).contains("16-bit codes").contains("8 bits or fewer");
    LintReport weights = lint(QuantConfig.defaults().with("w", TensorChoice.FLOAT), Target.ORT_VNNI);
    assertThat(issues(weights)).contains("conv_a [Issue[reason=Its weights are in float., change=Quantize its weights.]]");
    LintReport blocks = lint(QuantConfig.defaults().with("v", Lab.weights(4, new Granularity.PerBlock(4))), Target.ORT_VNNI);
    assertThat(issues(blocks)).contains("several scales").contains("one scale");
    LintReport zeroPoints = lint(QuantConfig.defaults().with("w", Lab.asymmetricWeights(8, true, Granularity.CHANNEL)), Target.ORT_VNNI);
    assertThat(issues(zeroPoints)).contains("one zero-point for all channels").contains("at most 7 bits");
  }

  /** The linter runs nothing, ONNX Runtime does, and they say the same of each layer. */
  @Test
  void agreesWithWhatOnnxRuntimeDoes() {
    for (QuantConfig config :
        List.of(
            QuantConfig.defaults(),
            QuantConfig.defaults().with("r", Lab.activations(16)),
            QuantConfig.defaults().with("w", TensorChoice.FLOAT),
            QuantConfig.defaults().with("v", Lab.asymmetricWeights(8, true, Granularity.CHANNEL)))) {
      LoweredGraph lowered = Lab.lower(MODEL, config);
      Fusion fusion = Fusion.of(lowered, QdqGraphBuilder.build(lowered));
      LintReport report = Linter.lint(lowered, Target.ORT_VNNI);
      assertThat(report.findings().stream().filter(f -> f.outcome() == Outcome.INTEGER).map(LintReport.Finding::name).toList())
          .containsExactlyInAnyOrderElementsOf(fusion.fused());
      assertThat(report.findings().stream().filter(f -> f.outcome() != Outcome.INTEGER).map(LintReport.Finding::name).toList())
          .containsExactlyInAnyOrderElementsOf(fusion.unfused().stream().map(VerificationResult.Unfused::node).toList());
    }
  }

  @Test
  void flagsWhatOtherTargetsLack() {
    assertThat(issues(lint(QuantConfig.defaults(), Target.TENSORRT))).contains("zero-point 0").contains("symmetric");
    String first = lint(QuantConfig.defaults(), Target.TENSORRT).findings().getFirst().issues().toString();
    assertThat(first).contains("not those of its input and output.").containsOnlyOnce("Make activations symmetric.");
    QuantConfig symmetric = QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), Lab.symmetricActivations(8));
    assertThat(lint(symmetric, Target.TENSORRT).count(Outcome.INTEGER)).isEqualTo(3);
    assertThat(issues(lint(symmetric, Target.NPU_8BIT))).contains("one scale for all weights").contains("per tensor");
    QuantConfig tensor = QuantConfig.uniform(Lab.weights(8, Granularity.TENSOR), Lab.activations(8));
    assertThat(lint(tensor, Target.NPU_8BIT).count(Outcome.INTEGER)).isEqualTo(3);
    assertThat(issues(lint(tensor.with("w", TensorChoice.FLOAT), Target.NPU_8BIT))).contains("main processor");
    assertThatThrownBy(() -> Target.parse("abacus")).isInstanceOf(InvalidInputException.class).hasMessageContaining("npu-8bit");
  }

  /** Fewer than 8 bits compute as they should, on every target, and save nothing there. */
  @Test
  void saysThatNarrowCodesTakeAByteEach() {
    for (Target target : List.of(Target.ORT_VNNI, Target.ORT_ARM, Target.NPU_8BIT)) {
      QuantConfig narrow = QuantConfig.uniform(Lab.weights(3, Granularity.TENSOR), Lab.activations(5));
      LintReport report = lint(narrow, target);
      assertThat(report.count(Outcome.INTEGER)).isEqualTo(3);
      assertThat(issues(report)).contains("Weights of 3 bits take a byte each", "Outputs of 5 bits take a byte each");
    }
  }

  private static TensorChoice choice(IntegerFormat format, float scale, int zeroPoint) {
    return new TensorChoice.Quantized(format, Granularity.TENSOR, new RangeMethod.MinMax(), List.of(new Affine(scale, zeroPoint)));
  }

  /** Two columns of weights: 127 and 127 (255 * 254 is beyond 16 bits), and 64 and 64 (255 * 128 is not). */
  @Test
  void countsPairsThatSaturate() {
    Model model =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 2)
                .floats("w", new int[] {2, 2}, 127, 64, 127, 64)
                .node("MatMul", "x,w", "y")
                .output("y")
                .build());
    Map<String, TensorChoice> choices =
        Map.of(
            "w", choice(IntegerFormat.weights(8), 1, 0),
            "x", choice(IntegerFormat.activations(8), 1e-6f, 0),
            "y", choice(IntegerFormat.activations(8), 1, 0));
    LoweredGraph lowered = Lowering.lower(model, ConfigResolver.resolve(QuantConfig.defaults().with(choices), model));
    // Every positive input is the code 255, every other one 0: only a sample of two positive numbers saturates.
    Map<String, PairSaturation.Count> counts = PairSaturation.count(lowered, Lab.random(model, 40), 40, Progress.NONE);
    int positive = 0;
    for (int sample = 0; sample < 40; sample++) {
      float[] values = Lab.random(model, 40).batch(sample, 1).inputs().get("x").floats();
      positive += values[0] > 0 && values[1] > 0 ? 1 : 0;
    }
    assertThat(positive).isPositive();
    assertThat(counts).containsOnlyKeys("matmul_y");
    assertThat(counts.get("matmul_y")).isEqualTo(new PairSaturation.Count(80, positive));
    LintReport report = Linter.lint(lowered, Target.ORT_AVX2, Lab.random(model, 4), Progress.NONE);
    assertThat(issues(report)).contains("of its sums saturate", "Give its weights 7 bits.");
    assertThat(Linter.lint(lowered, Target.ORT_VNNI, Lab.random(model, 4), Progress.NONE).saturation()).isEmpty();
  }

  /** A 1x1 Conv is a product: both ways of counting must agree, and weights of 7 bits never saturate. */
  @Test
  void countsConvolutionsLikeProducts() {
    Model conv =
        Lab.model(new TestGraph(17).input("x", -1, 6, 1, 1).random("w", 5, 6, 1, 1).node("Conv", "x,w", "y").output("y").build());
    Model gemm = Lab.model(new TestGraph(17).input("x", -1, 6).random("w", 5, 6).node("Gemm", "x,w", "y", "transB", 1).output("y").build());
    Map<String, PairSaturation.Count> a = PairSaturation.count(Lab.lower(conv, Lab.bits(8, 8)), Lab.random(conv, 16), 16, Progress.NONE);
    Map<String, PairSaturation.Count> b = PairSaturation.count(Lab.lower(gemm, Lab.bits(8, 8)), Lab.random(gemm, 16), 16, Progress.NONE);
    assertThat(a.get("conv_y")).isEqualTo(b.get("gemm_y"));
    assertThat(a.get("conv_y").saturated()).isPositive();
    assertThat(
            PairSaturation.count(Lab.lower(conv, Lab.bits(7, 8)), Lab.random(conv, 16), 16, Progress.NONE)
                .get("conv_y")
                .saturated())
        .isZero();
  }
}
