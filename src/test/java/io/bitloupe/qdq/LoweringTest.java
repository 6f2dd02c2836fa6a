package io.bitloupe.qdq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Lab;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.TensorQuantizer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoweringTest {

  private static TestGraph image() {
    return new TestGraph(17).input("x", -1, 2, 6, 6);
  }

  private static IntegerStep only(LoweredGraph lowered) {
    assertThat(lowered.steps()).hasSize(1);
    return lowered.integerSteps().getFirst();
  }

  private static CodeTensor weights(IntegerStep step) {
    return ((Operand.Constant) step.operands().get(1)).value();
  }

  @Test
  void aBiasIsInUnitsOfTheAccumulator() {
    Model model = Lab.model(image().random("w", 4, 2, 3, 3).random("b", 4).node("Conv", "x,w,b", "y").output("y").build());
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8));
    IntegerStep step = only(lowered);
    QuantizedBias bias = step.bias().orElseThrow();
    float inputScale = lowered.params("x").single().scale();
    float[] reals = model.graph().constant("b").floats();
    for (int c = 0; c < 4; c++) {
      assertThat(bias.scales()[c]).isEqualTo(inputScale * weights(step).params().affine().get(c).scale());
      assertThat(bias.codes()[c] * (double) bias.scales()[c]).isCloseTo(reals[c], within(bias.scales()[c] / 2.0 + 1e-9));
    }
  }

  /** An all-zero channel has no range of its own, but its bias must fit the accumulator. */
  @Test
  void anAllZeroChannelHasRoomForItsBias() {
    float[] values = new float[4 * 2 * 9];
    for (int i = 0; i < 3 * 18; i++) {
      values[i] = 0.01f * (i % 7 - 3);
    }
    Tensor weights = Tensor.ofFloats(Shape.of(4, 2, 3, 3), values);
    Model model =
        Lab.model(
            image().constant("w", weights).floats("b", new int[] {4}, 0.5f, -1, 2, 40000).node("Conv", "x,w,b", "y").output("y").build());
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8));
    IntegerStep step = only(lowered);
    QuantizedBias bias = step.bias().orElseThrow();
    assertThat(Math.abs(bias.codes()[3])).isLessThanOrEqualTo(1 << 24);
    assertThat(bias.codes()[3] * (double) bias.scales()[3]).isCloseTo(40000, within(0.02));
    assertThat(weights(step).codes().get(3 * 18)).isZero();
    assertThat(bias.codes()[0] * (double) bias.scales()[0]).isCloseTo(0.5, within(bias.scales()[0] / 2.0));
  }

  @Test
  void alphaAndBetaOfAGemmGoIntoItsWeightsAndBias() {
    Model model =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 5)
                .random("w", 3, 5)
                .floats("b", new int[] {1, 3}, 1, -2, 3)
                .node("Gemm", "x,w,b", "y", "alpha", 0.5f, "beta", 2f, "transB", 1)
                .output("y")
                .build());
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8));
    IntegerStep step = only(lowered);
    assertThat(step.node().attributes().keySet()).doesNotContain("alpha", "beta");
    float[] weights = TensorQuantizer.dequantize(weights(step));
    float[] reals = model.graph().constant("w").floats();
    for (int i = 0; i < weights.length; i++) {
      assertThat(weights[i]).isCloseTo(0.5f * reals[i], within(0.02f));
    }
    QuantizedBias bias = step.bias().orElseThrow();
    assertThat(bias.codes()[1] * (double) bias.scales()[1]).isCloseTo(-4, within(0.01));
  }

  @Test
  void aFusedClampIsAClampOnCodes() {
    Model model =
        Lab.model(
            image()
                .random("w", 4, 2, 3, 3)
                .floats("zero", new int[0], 0)
                .floats("six", new int[0], 6)
                .node("Conv", "x,w", "a")
                .node("Clip", "a,zero,six", "y")
                .output("y")
                .build());
    IntegerStep unsigned = only(Lab.lower(model, Lab.bits(8, 8)));
    assertThat(List.of(unsigned.codeMin(), unsigned.codeMax())).containsExactly(0, 255);
    LoweredGraph lowered =
        Lab.lower(model, QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), Lab.symmetricActivations(4)));
    IntegerStep symmetric = only(lowered);
    assertThat(List.of(symmetric.codeMin(), symmetric.codeMax())).containsExactly(0, 7);
    assertThat(symmetric.fused()).hasSize(1);
    assertThat(symmetric.output()).isEqualTo("y");
  }

  @Test
  void channelGroupsAreWrittenOutByChannel() {
    Model model = Lab.model(image().random("w", 5, 2, 3, 3).node("Conv", "x,w", "y").output("y").build());
    IntegerStep step =
        only(Lab.lower(model, QuantConfig.uniform(Lab.weights(8, new Granularity.PerChannelGroup(2)), Lab.activations(8))));
    QuantParams params = weights(step).params();
    assertThat(params.granularity()).isEqualTo(Granularity.CHANNEL);
    List<Affine> affine = params.affine();
    assertThat(affine).hasSize(5);
    assertThat(affine.get(0)).isEqualTo(affine.get(1));
    assertThat(affine.get(2)).isEqualTo(affine.get(3)).isNotEqualTo(affine.get(4));
  }

  @Test
  void blocksOfWeightsStayInFloatAsFakeQuantizedConstants() {
    Model model = Lab.model(image().random("w", 4, 2, 3, 3).node("Conv", "x,w", "y").output("y").build());
    LoweredGraph lowered =
        Lab.lower(model, QuantConfig.uniform(Lab.weights(4, new Granularity.PerBlock(9)), Lab.activations(8)));
    assertThat(lowered.integerSteps()).isEmpty();
    assertThat(lowered.islands()).hasSize(1);
    assertThat(lowered.islands().getFirst().inputs()).containsExactly("x");
    CodeTensor codes = lowered.constantCodes().get("w");
    assertThat(codes.params().affine()).hasSize(8);
    assertThat(lowered.constants().get("w").floats()).isEqualTo(TensorQuantizer.dequantize(codes));
    assertThat(lowered.activations().keySet()).containsExactlyInAnyOrder("x", "y");
    assertThat(lowered.integerMacShare()).isZero();
  }

  @Test
  void autoPadIsWrittenOut() {
    Model model =
        Lab.model(
            image()
                .random("w", 4, 2, 3, 2)
                .node("Conv", "x,w", "y", "auto_pad", "SAME_UPPER", "strides", new int[] {2, 2})
                .output("y")
                .build());
    IntegerStep step = only(Lab.lower(model, Lab.bits(8, 8)));
    assertThat(step.node().intsAttribute("pads")).containsExactly(0, 0, 1, 0);
    assertThat(step.node().intsAttribute("kernel_shape")).containsExactly(3, 2);
    assertThat(step.node().attributes()).doesNotContainKey("auto_pad");
  }

  @Test
  void aFinalSoftmaxIsAnIslandAfterTheLastCodes() {
    Model model =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 5)
                .random("w", 5, 3)
                .node("Gemm", "x,w", "a")
                .node("Softmax", "a", "y")
                .output("y")
                .build());
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8));
    assertThat(lowered.steps()).hasSize(2);
    assertThat(lowered.islands().getFirst().name()).isEqualTo("Softmax");
    assertThat(lowered.islands().getFirst().inputs()).containsExactly("a");
    assertThat(lowered.islands().getFirst().outputs()).containsExactly("y");
    assertThat(lowered.isCodes("y")).isFalse();
    assertThat(lowered.integerMacShare()).isEqualTo(1);
    assertThat(lowered.integerOperatorShare()).isEqualTo(0.5);
  }

  /** Two islands that depend on each other through an integer step must not become one. */
  @Test
  void islandsDoNotDependOnThemselves() {
    Model model =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 4, 6)
                .random("w", 6, 6)
                .node("Sigmoid", "x", "s")
                .node("MatMul", "s,w", "a")
                .node("Sub", "s,a", "d")
                .node("Tanh", "d", "y")
                .output("y")
                .build());
    QuantConfig config = Lab.bits(8, 8);
    LoweredGraph lowered = Lab.lower(model, config);
    assertThat(lowered.steps()).hasSize(3);
    assertThat(lowered.steps().get(0)).isInstanceOf(FloatIsland.class);
    assertThat(lowered.steps().get(1)).isInstanceOf(IntegerStep.class);
    assertThat(((FloatIsland) lowered.steps().get(2)).inputs()).containsExactlyInAnyOrder("s", "a");
  }

  @Test
  void whatNobodyNeedsIsLeftOut() {
    Model model = Lab.sample("vit-tiny");
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8), Lab.random(model, 4));
    assertThat(lowered.islands()).extracting(FloatIsland::name).contains("Softmax", "Gelu", "LayerNormalization");
    assertThat(lowered.islands()).allSatisfy(island -> assertThat(island.nodes().size()).isLessThanOrEqualTo(5));
    assertThat(lowered.integerMacShare()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void convolutionalSampleModelsRunOnIntegersThroughout() {
    for (String name : List.of("lenet-300-100", "lenet-5", "resnet-14", "mobilenetv2-mini", "vgg-mini")) {
      Model model = Lab.sample(name);
      LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8), Lab.random(model, 4));
      assertThat(lowered.islands()).as(name).isEmpty();
      assertThat(lowered.integerMacShare()).as(name).isEqualTo(1);
    }
  }

  @Test
  void loweringAgainGivesTheSame() {
    Model model = Lab.sample("lenet-5");
    ConfigResolver resolver = new ConfigResolver(model, Lab.calibrate(model, Lab.random(model, 4)));
    Lowering lowering = new Lowering(resolver.structure());
    LoweredGraph first = lowering.lower(resolver.resolve(Lab.bits(8, 8)));
    LoweredGraph changed = lowering.lower(resolver.resolve(Lab.bits(8, 8).with("conv1.weight", TensorChoice.FLOAT)));
    LoweredGraph again = lowering.lower(resolver.resolve(Lab.bits(8, 8)));
    assertThat(changed.integerSteps()).hasSizeLessThan(first.integerSteps().size());
    assertThat(again.integerSteps()).hasSameSizeAs(first.integerSteps());
    assertThat(weights(again.integerSteps().getFirst())).isSameAs(weights(first.integerSteps().getFirst()));
  }
}
