package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OrtEvaluatorTest {

  private final OrtEvaluator evaluator = new OrtEvaluator();

  @AfterEach
  void close() {
    evaluator.close();
  }

  private static Tensor example(DataType type) {
    ByteBuffer data = ByteBuffer.allocate((int) type.bytesFor(4)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < data.capacity(); i++) {
      data.put(i, (byte) (type == DataType.BOOL ? i % 2 : i * 37));
    }
    return new Tensor(type, Shape.of(2, 2), data);
  }

  private static Tensor text() {
    ByteBuffer data = ByteBuffer.allocate(11).order(ByteOrder.LITTLE_ENDIAN).putInt(2).put(new byte[] {(byte) 0xC3, (byte) 0xA4}).putInt(1);
    return new Tensor(DataType.STRING, Shape.of(2), data.put((byte) 'b').flip());
  }

  static Stream<Tensor> carried() {
    return Stream.concat(
        Stream.of(
                DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16, DataType.BFLOAT16, DataType.INT8, DataType.UINT8, DataType.INT16,
                DataType.INT32,
                DataType.INT64, DataType.BOOL)
            .map(OrtEvaluatorTest::example),
        Stream.of(text(), Tensor.ofFloats(Shape.scalar(), 3), Tensor.ofFloats(Shape.of(2, 0)), Tensor.ofLongs(Shape.of(0))));
  }

  @ParameterizedTest
  @MethodSource("carried")
  void carriesTensorsOverAndBack(Tensor tensor) {
    try (OnnxTensor carried = OrtSessions.toOnnx(tensor, Arena.ofAuto())) {
      assertThat(OrtSessions.toTensor(carried)).isEqualTo(tensor);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UINT16", "UINT32", "UINT64", "INT4", "UINT4"})
  void saysWhichTypesCannotBeFed(DataType type) {
    assertThatThrownBy(() -> OrtSessions.toOnnx(example(type), Arena.ofAuto()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(type.name());
  }

  @ParameterizedTest
  @EnumSource(names = {"UINT16", "UINT32", "UINT64", "INT8", "BFLOAT16", "DOUBLE"})
  void readsResultsOfEveryType(DataType type) {
    Graph graph = new TestGraph(13).constant("c", example(type)).node("Identity", "c", "y").output("y").build();
    assertThat(evaluator.evaluate(graph, Map.of(), List.of()).get("y")).isEqualTo(example(type));
  }

  @Test
  void readsInnerTensorsInTheOrderAskedFor() {
    Graph graph = new TestGraph(13).input("x", 2).node("Relu", "x", "r").node("Neg", "r", "n").node("Abs", "n", "y").output("y").build();
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(Shape.of(2), -1, 2));
    Map<String, Tensor> values = evaluator.evaluate(graph, inputs, List.of("n", "r"));
    assertThat(values.keySet()).containsExactly("n", "r");
    assertThat(values.get("r").floats()).containsExactly(0, 2);
    assertThat(evaluator.evaluate(graph, inputs, List.of()).keySet()).containsExactly("y");
  }

  @Test
  void leavesOutWhatIsNoTensor() {
    Graph graph =
        new TestGraph(13)
            .input("x", 2, 2)
            .node("SplitToSequence", "x", "s", "axis", 0)
            .node("ConcatFromSequence", "s", "y", "axis", 0)
            .output("y")
            .build();
    Map<String, Tensor> values = evaluator.evaluate(graph, TestGraph.randomInputs(graph, 1, 1), List.of("s", "y"));
    assertThat(values.keySet()).containsExactly("y");
  }

  @Test
  void namesTheInputThatIsMissing() {
    Graph graph = new TestGraph(13).input("x", 2).node("Relu", "x", "y").output("y").build();
    assertThatThrownBy(() -> evaluator.evaluate(graph, Map.of(), List.of()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("'x'");
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    assertRefused(new TestGraph(13).input("x", 2).node("Teleport", "x", "y").output("y"), "Teleport");
    assertRefused(new TestGraph(13)
        .domain("com.microsoft", 1)
        .input("x", 2)
        .nodeIn("com.microsoft", "Teleport", "x", "y")
        .output("y"), "Teleport");
    assertRefused(new TestGraph(13).input("x", 2, 3).random("w", 4, 5).node("MatMul", "x,w", "y").output("y"), "MatMul");
    assertRefused(new TestGraph(13).input("x", 2).longs("i", 1, 2).node("Add", "x,i", "y").output("y"), "Add");
    assertRefused(new TestGraph(13).input("x", 2).node("Relu", "x,x", "y").output("y"), "Relu");
    assertRefused(new TestGraph(13).input("x", 2).node("Transpose", "x", "y", "perm", "text").output("y"), "perm");
  }

  private void assertRefused(TestGraph built, String named) {
    Graph graph = built.build();
    assertThatThrownBy(() -> evaluator.evaluate(graph, TestGraph.randomInputs(graph, 1, 1), List.of()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(named)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("onnxruntime/core").hasSizeLessThan(400));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "odd message | ONNX Runtime refuses it: odd message.",
        "Error code - ORT_FAIL - message: Load model from memory failed: | ONNX Runtime refuses it: no reason given.",
        "Fatal error: ai.onnx.contrib:Tokenizer(-1) is not a registered function/op "
            + "| The operator Tokenizer of the domain ai.onnx.contrib is none that ONNX Runtime has.",
        "Non-zero status code returned while running If node. Name:\"If_0\" Status Message: "
            + "Non-zero status code returned while running Pad node. Name:\"p\" Status Message: "
            + "pad.cc:12 Pad reflect: post-pad (32) exceeds maximum allowed (15). "
            + "| the Pad node \"p\" fails in ONNX Runtime: Pad reflect: post-pad (32) exceeds maximum allowed (15).",
        "Non-zero status code returned while running GatherElements node. Name:\"g\" Status Message: "
            + "void onnxruntime::core_impl(const onnxruntime::Tensor*, int64_t) [with Tin = long int; int64_t = long int] "
            + "GatherElements op: Out of range value "
            + "| the GatherElements node \"g\" fails in ONNX Runtime: GatherElements op: Out of range value.",
        "Exception during initialization: /onnxruntime_src/onnxruntime/contrib_ops/cpu/matmul_nbits.cc:120 "
            + "onnxruntime::MatMulNBits<T1>::MatMulNBits(const onnxruntime::OpKernelInfo&) [with T1 = float] "
            + "block_size_ == 16 was false. Only block sizes 16 to 256 are supported, got: 0. "
            + "| ONNX Runtime refuses it: Only block sizes 16 to 256 are supported, got: 0."
      })
  void translatesMessages(String message, String sentence) {
    assertThat(OrtSessions.refused(new OrtException(message.replace('"', '\''))).getMessage()).isEqualTo(sentence.replace('"', '\''));
  }

  @Test
  void cutsEndlessMessages() {
    assertThat(OrtSessions.refused(new OrtException("x".repeat(1000))).getMessage()).hasSizeLessThan(400);
  }

  /** A loop that negates its state for ever, and keeps each where {@code outputs} says so. */
  private static Graph endlessLoop(int elements, String... outputs) {
    Graph body =
        TestGraph.body()
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("state", -1)
            .node("Identity", "go", "again")
            .node("Neg", "state", "next")
            .node("Abs", "state", "kept")
            .output(DataType.BOOL, "again")
            .output(DataType.FLOAT, outputs)
            .build();
    return new TestGraph(13)
        .input("x", elements)
        .constant("n", Tensor.ofLongs(Shape.scalar(), Long.MAX_VALUE))
        .constant("yes", Tensor.ofBytes(DataType.BOOL, Shape.scalar(), (byte) 1))
        .node("Loop", "n,yes,x", outputs.length == 1 ? "y" : "y,all", "body", body)
        .output("y")
        .build();
  }

  @Test
  void stopsLoopsWithoutEnd() {
    Graph graph = endlessLoop(1, "next");
    try (OrtEvaluator impatient = new OrtEvaluator(Duration.ofSeconds(1), Long.MAX_VALUE)) {
      assertThatThrownBy(() -> impatient.evaluate(graph, TestGraph.randomInputs(graph, 1, 1), List.of()))
          .isInstanceOf(InvalidModelException.class)
          .hasMessage("One run of it takes more than 1 seconds.");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void stopsLoopsThatGrow() {
    Graph graph = endlessLoop(1 << 18, "next", "kept");
    try (OrtEvaluator narrow = new OrtEvaluator(Duration.ofSeconds(60), 128 << 20)) {
      assertThatThrownBy(() -> narrow.evaluate(graph, TestGraph.randomInputs(graph, 1, 1), List.of()))
          .isInstanceOf(InvalidModelException.class)
          .hasMessage("One run of it takes more than 128 MB of memory.");
    }
  }

  @Test
  void refusesTensorsBeyondMemoryBeforeRunning() {
    Graph graph =
        new TestGraph(13)
            .input("x", 1)
            .longs("s", 1 << 20, 1 << 20)
            .node("Expand", "x,s", "huge")
            .node("ReduceMax", "huge", "y")
            .output("y")
            .build();
    assertThatThrownBy(() -> evaluator.checkSizes(graph, TestGraph.randomInputs(graph, 1, 1)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage("with the tensor 'huge' it would take 4096.0 GB for one sample.");
  }

  @Test
  void opensManyGraphsInTurn() {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 5; i++) {
        Graph graph = new TestGraph(13).input("x", 1).floats("k", new int[] {1}, i).node("Add", "x,k", "y").output("y").build();
        Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(Shape.of(1), 10));
        assertThat(evaluator.evaluate(graph, inputs, List.of()).get("y").floats()).containsExactly(10 + i);
        assertThat(evaluator.evaluate(graph, inputs, List.of()).get("y").floats()).containsExactly(10 + i);
      }
    }
  }
}
