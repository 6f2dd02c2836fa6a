package io.bitloupe.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.ByteString;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxWriterTest {

  @TempDir Path folder;

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("sample-models"))) {
      List<Path> models = files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
      assertThat(models).hasSize(6);
      return models.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void bringsSamplesBack(Path sample) {
    Graph graph = OnnxReader.read(sample);
    Path file = folder.resolve("again.onnx");
    OnnxWriter.write(graph, file);
    assertThat(OnnxReader.read(file)).isEqualTo(graph);
  }

  private static Graph everything() throws IOException {
    byte[] type =
        AttributeProto.newBuilder()
            .setName("type")
            .setType(AttributeProto.AttributeType.TYPE_PROTO)
            .setTp(TypeProto.newBuilder().setDenotation("d"))
            .build()
            .toByteArray();
    byte[] binary =
        AttributeProto.newBuilder()
            .setName("binary")
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFrom(new byte[] {(byte) 0xC3, 0x28}))
            .build()
            .toByteArray();
    Graph body =
        TestGraph.body()
            .input("i", DataType.INT64)
            .longs("inner", 4, 5)
            .node("Add", "i,inner", "sum")
            .output(DataType.INT64, "sum")
            .build();
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("int", new Attribute.IntValue(Long.MIN_VALUE));
    attributes.put("float", new Attribute.FloatValue(-0f));
    attributes.put("string", new Attribute.StringValue("grüße"));
    attributes.put("ints", new Attribute.Ints(List.of(1L, -1L)));
    attributes.put("none", new Attribute.Ints(List.of()));
    attributes.put("floats", new Attribute.Floats(List.of(1f, Float.NaN)));
    attributes.put("strings", new Attribute.Strings(List.of("a", "")));
    attributes.put("tensor", new Attribute.TensorValue(Tensor.ofInts(Shape.of(2), 1, 2)));
    attributes.put("graph", new Attribute.GraphValue(body));
    attributes.put("type", opaque(type));
    attributes.put("binary", opaque(binary));
    Node node = new Node("n", "Everything", "com.microsoft", List.of("x", "", "w"), List.of("y", "", "z"), attributes);
    Map<String, Tensor> constants = new LinkedHashMap<>();
    constants.put("w", Tensor.ofFloats(Shape.of(1, 2), 1, 2));
    for (DataType type1 : DataType.values()) {
      if (type1 != DataType.STRING && type1 != DataType.OTHER) {
        constants.put("c" + type1, new Tensor(type1, Shape.of(3), ByteBuffer.wrap(new byte[(int) type1.bytesFor(3)])));
      }
    }
    constants.put("empty", Tensor.ofFloats(Shape.of(0)));
    constants.put("scalar", Tensor.ofLongs(Shape.scalar(), 3));
    ByteBuffer text = ByteBuffer.allocate(11).order(ByteOrder.LITTLE_ENDIAN).putInt(2).put("ab".getBytes()).putInt(1).put("c".getBytes());
    constants.put("strings", new Tensor(DataType.STRING, Shape.of(2), text.flip()));
    ByteBuffer float8 = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN).putInt(17).put((byte) 1).put((byte) 2);
    constants.put("float8", new Tensor(DataType.OTHER, Shape.of(2), float8.flip()));
    List<Dimension> dimensions = List.of(new Dimension.Symbolic("N"), new Dimension.Symbolic(""), new Dimension.Fixed(0));
    return new Graph(
        "graph",
        List.of(
            new ValueInfo("x", DataType.FLOAT, dimensions),
            new ValueInfo("s", DataType.INT64, List.of(), true),
            new ValueInfo("u", DataType.BOOL, List.of(), false)),
        List.of(new ValueInfo("y", DataType.FLOAT16, dimensions), new ValueInfo("z", DataType.OTHER, List.of())),
        List.of(node),
        constants,
        Map.of("", 21, "com.microsoft", 1, "ai.onnx.ml", 3),
        Map.of("key", "value"));
  }

  private static Attribute opaque(byte[] bytes) {
    List<Byte> list = new ArrayList<>();
    for (byte b : bytes) {
      list.add(b);
    }
    return new Attribute.Opaque(list);
  }

  @Test
  void bringsEverythingBack() throws IOException {
    Graph graph = everything();
    Path file = folder.resolve("everything.onnx");
    OnnxWriter.write(graph, file);
    assertThat(OnnxReader.read(file)).isEqualTo(graph);
  }

  @Test
  void writesTheSameBytesForTheSameGraph() throws IOException {
    assertThat(OnnxWriter.toBytes(everything())).isEqualTo(OnnxWriter.toBytes(everything()));
  }

  @ParameterizedTest
  @CsvSource({"7,4", "9,4", "10,5", "11,6", "12,7", "13,7", "14,7", "15,8", "18,8", "19,9", "20,9", "21,10", "22,10"})
  void choosesTheFileFormatOfTheOpset(int opset, int ir) throws IOException {
    Graph graph = new TestGraph(opset).input("x", 1).node("Relu", "x", "y").output("y").build();
    assertThat(ModelProto.parseFrom(OnnxWriter.toBytes(graph)).getIrVersion()).isEqualTo(ir);
  }

  @Test
  void replacesFilesAsAWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("old.onnx"), "old");
    OnnxWriter.write(everything(), file);
    assertThat(OnnxReader.read(file)).isEqualTo(everything());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void leavesNothingBehindWhereItCannotWrite() throws IOException {
    Path place = Files.createDirectories(folder.resolve("taken/inside")).getParent();
    assertThatThrownBy(() -> OnnxWriter.write(everything(), place)).isInstanceOf(UncheckedIOException.class);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(place);
    }
    assertThatThrownBy(() -> OnnxWriter.write(everything(), folder.resolve("none/m.onnx"))).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void refusesMoreThanOneFileHolds() {
    ByteBuffer large = ByteBuffer.allocate(1 << 28);
    Tensor tensor = new Tensor(DataType.UINT8, Shape.of(1 << 28), large);
    TestGraph graph = new TestGraph(13).input("x", 1).node("Relu", "x", "y").output("y");
    for (int i = 0; i < 9; i++) {
      graph.constant("w" + i, tensor);
    }
    assertThatThrownBy(() -> OnnxWriter.toBytes(graph.build())).isInstanceOf(InvalidModelException.class).hasMessageContaining("2 GB");
  }
}
