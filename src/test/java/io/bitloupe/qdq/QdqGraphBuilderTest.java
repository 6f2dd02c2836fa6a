package io.bitloupe.qdq;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Fusion;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.Verification;
import io.bitloupe.exec.VerificationResult;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Granularity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QdqGraphBuilderTest {

  private static final Model CONV =
      Lab.model(
          new TestGraph(17)
              .input("x", -1, 4, 6, 6)
              .random("w", 8, 4, 3, 3)
              .random("b", 8)
              .node("Conv", "x,w,b", "a")
              .node("Relu", "a", "r")
              .node("MaxPool", "r", "p", "kernel_shape", new int[] {2, 2})
              .node("Sigmoid", "p", "y")
              .output("r", "y")
              .build());

  private static List<Node> nodes(Graph graph, String opType) {
    return graph.nodes().stream().filter(node -> node.is(opType)).toList();
  }

  private static Node dequantizing(Graph graph, String codes) {
    return nodes(graph, "DequantizeLinear").stream().filter(node -> node.inputs().getFirst().equals(codes)).findFirst().orElseThrow();
  }

  @Test
  void quantizesAtTheBordersOnly() {
    Graph graph = QdqGraphBuilder.build(Lab.lower(CONV, Lab.bits(8, 8))).graph();
    assertThat(nodes(graph, "QuantizeLinear"))
        .extracting(Node::name)
        .containsExactly("x_QuantizeLinear", "r_QuantizeLinear", "p_QuantizeLinear");
    assertThat(nodes(graph, "Relu")).isEmpty();
    assertThat(nodes(graph, "Clip")).isEmpty();
    assertThat(graph.outputs()).extracting(ValueInfo::name).containsExactly("r", "y");
    assertThat(nodes(graph, "Sigmoid").getFirst().inputs()).containsExactly("p");
    assertThat(nodes(graph, "Conv").getFirst().name()).isEqualTo("conv_a");
  }

  @Test
  void everyTensorIsWrittenOnceBeforeItIsRead() {
    for (QuantConfig config : List.of(Lab.bits(8, 8), Lab.bits(3, 5), Lab.bits(8, 16))) {
      Graph graph = QdqGraphBuilder.build(Lab.lower(CONV, config)).graph();
      Set<String> known = new HashSet<>(graph.initializers().keySet());
      graph.inputs().forEach(input -> known.add(input.name()));
      for (Node node : graph.nodes()) {
        assertThat(known).containsAll(node.inputs().stream().filter(input -> !input.isEmpty()).toList());
        node.outputs().forEach(output -> assertThat(known.add(output)).as(output).isTrue());
      }
    }
  }

  @Test
  void weightsAreInt8ByTheRightAxis() {
    Graph conv = QdqGraphBuilder.build(Lab.lower(CONV, Lab.bits(4, 8))).graph();
    assertThat(dequantizing(conv, "w_quantized").intAttribute("axis", -1)).isZero();
    Tensor codes = conv.constant("w_quantized");
    assertThat(codes.type()).isEqualTo(DataType.INT8);
    for (long code : codes.integers()) {
      assertThat(code).isBetween(-7L, 7L);
    }
    assertThat(conv.constant("b_quantized").type()).isEqualTo(DataType.INT32);

    for (int transposed : new int[] {0, 1}) {
      Model gemm =
          Lab.model(
              new TestGraph(17)
                  .input("x", -1, 6)
                  .random("w", transposed == 1 ? new int[] {3, 6} : new int[] {6, 3})
                  .node("Gemm", "x,w", "y", "transB", transposed)
                  .output("y")
                  .build());
      Graph graph = QdqGraphBuilder.build(Lab.lower(gemm, Lab.bits(8, 8))).graph();
      assertThat(dequantizing(graph, "w_quantized").intAttribute("axis", -1)).isEqualTo(1 - transposed);
    }
  }

  @Test
  void fewerCodesThanTheContainerAreClampedOnTheCodes() {
    QdqGraph qdq = QdqGraphBuilder.build(Lab.lower(CONV, Lab.bits(8, 4)));
    List<Node> clips = nodes(qdq.graph(), "Clip");
    assertThat(clips).hasSize(2);
    for (Node clip : clips) {
      assertThat(qdq.graph().constant(clip.inputs().get(1)).integers()).containsExactly(0);
      assertThat(qdq.graph().constant(clip.inputs().get(2)).integers()).containsExactly(15);
      assertThat(qdq.graph().constant(clip.inputs().get(2)).type()).isEqualTo(DataType.UINT8);
    }
  }

  @Test
  void signedActivationsAreStoredAsUnsignedOnes() {
    LoweredGraph lowered =
        Lab.lower(CONV, QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), Lab.symmetricActivations(8)));
    QdqGraph qdq = QdqGraphBuilder.build(lowered);
    assertThat(qdq.codes().get("r").offset()).isEqualTo(128);
    Node quantize = nodes(qdq.graph(), "QuantizeLinear").getFirst();
    Tensor zeroPoint = qdq.graph().constant(quantize.inputs().get(2));
    assertThat(zeroPoint.type()).isEqualTo(DataType.UINT8);
    assertThat(zeroPoint.integers()).containsExactly(128);
  }

  @Test
  void sixteenBitsNeedOpset21() {
    assertThat(QdqGraphBuilder.build(Lab.lower(CONV, Lab.bits(8, 8))).graph().opset()).isEqualTo(17);
    assertThat(QdqGraphBuilder.build(Lab.lower(CONV, Lab.bits(8, 16))).graph().opset()).isGreaterThanOrEqualTo(21);
  }

  @Test
  void aNewerOpsetIsKept() {
    Model newer = Lab.model(new TestGraph(22).input("x", -1, 6).random("w", 6, 3).node("MatMul", "x,w", "y").output("y").build());
    assertThat(QdqGraphBuilder.build(Lab.lower(newer, Lab.bits(8, 8))).graph().opset()).isEqualTo(22);
    assertThat(QdqGraphBuilder.build(Lab.lower(newer, Lab.bits(8, 16))).graph().opset()).isEqualTo(22);
  }

  /** Output channels of ConvTranspose lie along axis 1 of its weights (C, M, kH, kW). */
  @Test
  void transposedConvolutionsHaveScalesByTheirSecondAxis() {
    Model model =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 3, 4, 4)
                .random("w", 3, 5, 2, 2)
                .node("ConvTranspose", "x,w", "t")
                .node("Relu", "t", "y")
                .output("y")
                .build());
    LoweredGraph lowered = Lab.lower(model, Lab.bits(4, 8));
    Graph graph = QdqGraphBuilder.build(lowered).graph();
    Node dequantize = dequantizing(graph, "w_quantized");
    assertThat(dequantize.intAttribute("axis", -1)).isEqualTo(1);
    assertThat(graph.constant(dequantize.inputs().get(1)).shape()).isEqualTo(Shape.of(5));
    assertThat(Verification.verify(lowered, Lab.random(model, 8), 8, Progress.NONE).faults()).isEmpty();
  }

  /** One initializer for two layers stays one. */
  @Test
  void tiedWeightsAreWrittenOnce() {
    Model model =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 6)
                .random("w", 6, 6)
                .node("MatMul", "x,w", "a")
                .node("MatMul", "a,w", "y")
                .output("y")
                .build());
    LoweredGraph lowered = Lab.lower(model, Lab.bits(4, 8));
    Graph graph = QdqGraphBuilder.build(lowered).graph();
    assertThat(graph.initializers().keySet()).filteredOn(name -> name.startsWith("w")).hasSize(3);
    assertThat(nodes(graph, "MatMul")).extracting(node -> node.inputs().get(1)).hasSize(2).containsOnly("w_DequantizeLinear_Output");
    assertThat(Verification.verify(lowered, Lab.random(model, 8), 8, Progress.NONE).endToEndMaxLsb()).isZero();
  }

  /**
   * An activation that a 4-bit and an 8-bit layer read has the width that it was given, once, whatever its readers have; where
   * operands of different widths meet again, each keeps its own scale.
   */
  @Test
  void aSharedActivationIsConvertedOnce() {
    Model model =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 2, 4, 4)
                .random("u", 3, 2, 1, 1)
                .random("v", 3, 3, 1, 1)
                .random("w", 3, 3, 1, 1)
                .node("Conv", "x,u", "shared")
                .node("Conv", "shared,v", "narrow")
                .node("Conv", "shared,w", "wide")
                .node("Add", "narrow,wide", "y")
                .output("y")
                .build());
    QuantConfig config =
        Lab.bits(8, 8)
            .with("shared", Lab.activations(6))
            .with("v", Lab.weights(4, Granularity.CHANNEL))
            .with("narrow", Lab.activations(4));
    LoweredGraph lowered = Lab.lower(model, config);
    Graph graph = QdqGraphBuilder.build(lowered).graph();
    assertThat(nodes(graph, "QuantizeLinear")).hasSize(5);
    assertThat(nodes(graph, "Clip")).extracting(Node::name).containsExactly("shared_Clip", "narrow_Clip");
    assertThat(nodes(graph, "Conv").subList(1, 3)).extracting(node -> node.inputs().getFirst()).containsOnly("shared");
    VerificationResult result = Verification.verify(lowered, Lab.random(model, 8), 8, Progress.NONE);
    assertThat(result.endToEndMaxLsb()).isZero();
    assertThat(result.unfused()).isEmpty();
  }

  /** Blocks of narrow weights take half a byte each where activations are in float, which ONNX Runtime's MatMulNBits reads. */
  @Test
  void narrowBlocksAreInt4() {
    Model model = Lab.model(new TestGraph(17).input("x", -1, 64).random("w", 64, 8).node("MatMul", "x,w", "y").output("y").build());
    for (int bits : new int[] {3, 4, 8}) {
      QuantConfig config = QuantConfig.uniform(Lab.weights(bits, new Granularity.PerBlock(32)), TensorChoice.FLOAT);
      LoweredGraph lowered = Lab.lower(model, config);
      Graph graph = QdqGraphBuilder.build(lowered).graph();
      Tensor codes = graph.constant("w_quantized");
      assertThat(codes.type()).isEqualTo(bits <= 4 ? DataType.INT4 : DataType.INT8);
      assertThat(codes.buffer().remaining()).isEqualTo(bits <= 4 ? 256 : 512);
      assertThat(graph.opset()).isEqualTo(21);
      assertThat(dequantizing(graph, "w_quantized").intAttribute("block_size", 0)).isEqualTo(32);
      assertThat(graph.constant("w_scale").shape()).isEqualTo(Shape.of(2, 8));
      assertThat(Fusion.optimized(graph).nodes()).extracting(Node::opType).contains("MatMulNBits");
      // MatMulNBits rounds its activations to 8 bits in blocks, so it is near, not equal.
      assertThat(Verification.verify(lowered, Lab.random(model, 8), 8, Progress.NONE).outputCosine()).isBetween(0.9999, 1.0);
    }
  }

  @Test
  void metadataIsAddedToTheModels() {
    Graph graph = QdqGraphBuilder.build(Lab.lower(CONV, Lab.bits(8, 8)), Map.of("bitloupe.config", "abc")).graph();
    assertThat(graph.metadata()).containsEntry("bitloupe.config", "abc");
  }

  @Test
  void passingOnUsesTheSameScale() {
    Graph graph = QdqGraphBuilder.build(Lab.lower(CONV, Lab.bits(8, 8))).graph();
    List<Node> quantize = nodes(graph, "QuantizeLinear");
    assertThat(quantize.get(2).inputs().subList(1, 3)).isEqualTo(quantize.get(1).inputs().subList(1, 3));
  }

  /** The file is no larger than a tenth more than the codes and scales that it holds. */
  @Test
  void theFileIsAsSmallAsItsCodes() {
    Model model = Lab.sample("resnet-14");
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8), Lab.random(model, 4));
    long bytes = OnnxWriter.toBytes(QdqGraphBuilder.build(lowered).graph()).length;
    long codes = 0;
    for (IntegerStep step : lowered.integerSteps()) {
      for (Operand operand : step.operands()) {
        if (operand instanceof Operand.Constant(String _, CodeTensor value)) {
          codes += value.codes().length() + 5L * value.params().affine().size();
        }
      }
      codes += step.bias().map(bias -> 8L * bias.codes().length).orElse(0L);
    }
    assertThat(bytes).isLessThan(codes * 11 / 10 + 30_000);
  }
}
