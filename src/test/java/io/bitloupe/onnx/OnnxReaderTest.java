package io.bitloupe.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxReaderTest {

  @TempDir Path folder;

  private static ModelProto.Builder model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph);
  }

  private static ValueInfoProto value(String name, int type) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(type)))
        .build();
  }

  private static GraphProto.Builder graph() {
    return GraphProto.newBuilder().addInput(value("x", 1)).addOutput(value("y", 1));
  }

  private static NodeProto.Builder node(String opType, String inputs, String outputs) {
    return NodeProto.newBuilder().setOpType(opType).addAllInput(split(inputs)).addAllOutput(split(outputs));
  }

  private static List<String> split(String names) {
    return names.isEmpty() ? List.of() : Arrays.asList(names.split(","));
  }

  private static TensorProto.Builder weights(int... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName("w").setDataType(TensorProto.DataType.FLOAT_VALUE);
    IntStream.of(dims).forEach(tensor::addDims);
    return tensor;
  }

  private static GraphProto.Builder withWeights(TensorProto.Builder tensor) {
    return graph().addInitializer(tensor).addNode(node("Add", "x,w", "y"));
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("hostile.onnx"), bytes);
  }

  private static byte[] good() {
    return model(withWeights(weights(2).addFloatData(1).addFloatData(2))).build().toByteArray();
  }

  private static Arguments hostile(String name, ModelProto.Builder model, String reason) {
    return Arguments.of(name, model.build().toByteArray(), reason);
  }

  private static Arguments tensor(String name, TensorProto.Builder tensor, String reason) {
    return hostile(name, model(withWeights(tensor)), reason);
  }

  private static TensorProto.Builder external(String... entries) {
    TensorProto.Builder tensor = weights(2).setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (int i = 0; i < entries.length; i += 2) {
      tensor.addExternalData(StringStringEntryProto.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
    }
    return tensor;
  }

  private static GraphProto.Builder nested(int depth) {
    GraphProto.Builder inner = GraphProto.newBuilder().addOutput(value("y" + depth, 1)).addNode(node("Relu", "x", "y" + depth));
    for (int i = depth - 1; i >= 0; i--) {
      NodeProto.Builder branch =
          node("If", "x", "y" + i)
              .addAttribute(AttributeProto.newBuilder().setName("then_branch").setType(AttributeProto.AttributeType.GRAPH).setG(inner));
      inner = GraphProto.newBuilder().addOutput(value("y" + i, 1)).addNode(branch);
    }
    return inner.addInput(value("x", 1));
  }

  private static ModelProto.Builder doublingFunctions(int depth) {
    ModelProto.Builder model = model(graph().addNode(node("F0", "x", "y").setDomain("own")))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1));
    for (int i = 0; i < depth; i++) {
      String next = "F" + (i + 1);
      model.addFunctions(
          FunctionProto.newBuilder()
              .setDomain("own")
              .setName("F" + i)
              .addInput("a")
              .addOutput("c")
              .addNode(node(next, "a", "b").setDomain("own"))
              .addNode(node(next, "b", "c").setDomain("own")));
    }
    return model.addFunctions(
        FunctionProto.newBuilder().setDomain("own").setName("F" + depth).addInput("a").addOutput("b").addNode(node("Relu", "a", "b")));
  }

  static Stream<Arguments> hostileFiles() {
    byte[] good = good();
    return Stream.of(
        Arguments.of("empty", new byte[0], "empty"),
        Arguments.of("text", "This is not a model.\n".getBytes(StandardCharsets.UTF_8), "text file"),
        Arguments.of("JSON", "{\"bitloupe\": 1}".getBytes(StandardCharsets.UTF_8), "text file"),
        Arguments.of("truncated", Arrays.copyOf(good, good.length - 9), "truncated"),
        Arguments.of("one byte", new byte[] {8}, "truncated"),
        Arguments.of("PNG", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13}, "not an ONNX model"),
        Arguments.of("zeros", new byte[4096], "not an ONNX model"),
        hostile("no graph", model(graph()).clearGraph(), "no graph"),
        hostile("no opset", model(graph().addNode(node("Relu", "x", "y"))).clearOpsetImport(), "no operator set"),
        hostile("no outputs", model(graph().clearOutput().addNode(node("Relu", "x", "y"))), "no outputs"),
        hostile("opset 6", opset(6), "opset 6"),
        hostile("opset 23", opset(23), "opset 23"),
        hostile("opset beyond all", opset(Long.MAX_VALUE), "version 9223372036854775807"),
        hostile("opset 0", opset(0), "version 0"),
        tensor("claims more than it holds", weights(1000, 1000).addFloatData(1), "'w' of type FLOAT claims the shape 1000×1000"),
        tensor("claims more raw bytes", weights(3).setRawData(ByteString.copyFrom(new byte[8])), "takes 12 bytes, but holds 8"),
        tensor("holds more than it claims", weights(1).addFloatData(1).addFloatData(2), "holds 2 elements"),
        tensor("holds nothing", weights(2, 2), "holds 0 elements"),
        tensor("negative dimension", weights(-1, 4), "negative dimension -1"),
        tensor("gigantic", weights(2_000_000_000, 2_000_000_000), "beyond any memory"),
        tensor("gigantic product", weights(1 << 30, 1 << 30, 1 << 30, 1 << 30), "beyond any memory"),
        tensor("dimension of 64 bits", weights().addDims(Long.MAX_VALUE), "beyond any memory"),
        tensor("3 GB", weights(800_000_000), "more than 2 GB"),
        tensor("too many dimensions", weights(new int[100]), "100 dimensions"),
        tensor("unknown type", weights(1).setDataType(99).addFloatData(1), "element type 99"),
        tensor("type does not match its data", weights(2).setDataType(7).addFloatData(1).addFloatData(2), "'w' of type INT64"),
        tensor("segments", weights(1).addFloatData(1).setSegment(TensorProto.Segment.getDefaultInstance()), "segments"),
        tensor("strings", weights(2).setDataType(8).addStringData(ByteString.copyFromUtf8("a")), "holds 1 strings"),
        tensor("external data without location", external(), "without a location"),
        tensor("external data outside", external("location", "../secret.bin"), "outside the model's folder"),
        tensor("external data at an absolute place", external("location", "/etc/passwd"), "outside the model's folder"),
        tensor("external data missing", external("location", "weights.bin"), "'weights.bin' with the data of the tensor 'w' is missing"),
        tensor(
            "external data beyond its file", external("location", "eight.bin", "offset", "4"), "from offset 4 of eight.bin, which has 8"),
        tensor("external data of another length", external("location", "eight.bin", "length", "4"), "needs 8 bytes but claims 4"),
        tensor("external data with a wild offset", external("location", "eight.bin", "offset", "9223372036854775807"), "from offset"),
        tensor("external data with a negative offset", external("location", "eight.bin", "offset", "-8"), "impossible offset"),
        tensor("external data with text for a number", external("location", "eight.bin", "length", "many"), "impossible length"),
        tensor("external data that is a folder", external("location", "."), "is missing"),
        tensor("external data with a zero byte", external("location", "a\0b"), "impossible location"),
        hostile("constant without name", model(graph().addInitializer(weights(1).setName("").addFloatData(1))), "without a name"),
        hostile(
            "constant twice",
            model(withWeights(weights(1).addFloatData(1)).addInitializer(weights(1).addFloatData(1))),
            "'w' is defined twice"),
        hostile("input twice", model(graph().addInput(value("x", 1))), "'x' is listed twice"),
        hostile("input of unknown type", model(graph().addInput(value("s", 0))), "'s' is no tensor"),
        hostile(
            "input that is a sequence",
            model(graph().addInput(ValueInfoProto.newBuilder()
                .setName("s")
                .setType(TypeProto.newBuilder().setSequenceType(TypeProto.Sequence.getDefaultInstance())))),
            "'s' is no tensor"),
        hostile("undefined tensor", model(graph().addNode(node("Relu", "z", "y"))), "reads the tensor 'z', which nothing defines"),
        hostile("output that nothing computes", model(graph().addNode(node("Relu", "x", "z"))), "nothing computes the output 'y'"),
        hostile(
            "tensor written twice", model(graph().addNode(node("Relu", "x", "y")).addNode(node("Abs", "x", "y"))), "written by two nodes"),
        hostile("input overwritten", model(graph().addNode(node("Relu", "x", "x"))), "which is an input or a constant"),
        hostile(
            "cycle",
            model(graph().addNode(node("Add", "x,b", "a")).addNode(node("Relu", "a", "b")).addNode(node("Relu", "b", "y"))),
            "cycle"),
        hostile("node that reads itself", model(graph().addNode(node("Add", "x,y", "y"))), "cycle"),
        hostile("node without operator", model(graph().addNode(node("", "x", "y"))), "names no operator"),
        hostile(
            "attribute twice",
            model(
                graph()
                    .addNode(
                        node("Relu", "x", "y")
                            .addAttribute(AttributeProto.newBuilder().setName("a").setType(AttributeProto.AttributeType.INT))
                            .addAttribute(AttributeProto.newBuilder().setName("a").setType(AttributeProto.AttributeType.INT)))),
            "attribute 'a' twice"),
        hostile(
            "attribute of a function outside one",
            model(graph().addNode(node("Relu", "x", "y").addAttribute(AttributeProto.newBuilder().setName("a").setRefAttrName("b")))),
            "outside a function"),
        hostile("nested too deep", model(nested(20)), "nested more than 16 deep"),
        hostile("functions without end", doublingFunctions(30), "unfold to more than"),
        hostile(
            "function that calls itself",
            model(graph().addNode(node("F", "x", "y").setDomain("own")))
                .addFunctions(FunctionProto.newBuilder()
                    .setDomain("own")
                    .setName("F")
                    .addInput("a")
                    .addOutput("b")
                    .addNode(node("F", "a", "b").setDomain("own"))),
            "more than 32 deep"),
        hostile(
            "name with a line break",
            model(graph().addNode(node("Relu", "evil\nname" + "x".repeat(500), "y"))),
            "reads the tensor 'evil?name"),
        hostile(
            "sparse tensor beyond its shape",
            model(graph().addSparseInitializer(sparse(4, 9)).addNode(node("Add", "x,w", "y"))),
            "index outside its shape"),
        hostile(
            "sparse tensor beyond memory",
            model(graph().addSparseInitializer(sparse(1L << 38, 1)).addNode(node("Add", "x,w", "y"))),
            "beyond any memory"),
        hostile(
            "large sparse tensor",
            model(graph().addSparseInitializer(sparse(1L << 30, 1)).addNode(node("Add", "x,w", "y"))),
            "too large"));
  }

  private static ModelProto.Builder opset(long version) {
    return model(graph().addNode(node("Relu", "x", "y")))
        .clearOpsetImport()
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(version));
  }

  private static SparseTensorProto sparse(long size, long index) {
    return SparseTensorProto.newBuilder()
        .addDims(size)
        .setValues(weights(1).addFloatData(3))
        .setIndices(TensorProto.newBuilder().setDataType(TensorProto.DataType.INT64_VALUE).addDims(1).addInt64Data(index))
        .build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostileFiles")
  void refusesWithOneSentence(String name, byte[] bytes, String reason) throws IOException {
    Path file = write(bytes);
    Files.write(folder.resolve("eight.bin"), new byte[8]);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertThatThrownBy(() -> OnnxReader.read(file))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(reason)
                .satisfies(e -> assertOneSentence(e.getMessage())));
  }

  private static void assertOneSentence(String message) {
    assertThat(message).startsWith("hostile.onnx cannot be used: ").endsWith(".").doesNotContain("\n").hasSizeLessThan(400);
  }

  @Test
  void namesWhatIsNoFile() {
    assertThatThrownBy(() -> OnnxReader.read(folder.resolve("none.onnx"))).hasMessage("none.onnx cannot be used: there is no such file.");
    assertThatThrownBy(() -> OnnxReader.read(folder)).hasMessageEndingWith("it is a folder.");
  }

  @Test
  void refusesLinksOutOfTheFolder() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("model"));
    Files.write(folder.resolve("outside.bin"), new byte[8]);
    Files.createSymbolicLink(inner.resolve("link.bin"), folder.resolve("outside.bin"));
    Path file = Files.write(inner.resolve("m.onnx"), model(withWeights(external("location", "link.bin"))).build().toByteArray());
    assertThatThrownBy(() -> OnnxReader.read(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("links to a place outside");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void survivesDamage(long seed) throws IOException {
    byte[] good = OnnxWriter.toBytes(OnnxReader.read(Path.of("sample-models/lenet-5.onnx")));
    Random random = new Random(seed);
    int read = 0;
    for (int round = 0; round < 60; round++) {
      byte[] damaged = good.clone();
      for (int i = 0; i < 1 + round / 4; i++) {
        // The first and last hundreds of bytes are structure, what is between is mostly weights.
        int place = random.nextBoolean() ? random.nextInt(600) : good.length - 1 - random.nextInt(2000);
        damaged[place] = (byte) random.nextInt();
      }
      Path file = write(round % 3 == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged);
      try {
        OnnxReader.read(file);
        read++;
      } catch (InvalidModelException e) {
        assertOneSentence(e.getMessage());
      }
    }
    assertThat(read).as("seed %d", seed).isLessThan(60);
  }

  private Graph read(ModelProto.Builder model) throws IOException {
    return OnnxReader.read(write(model.build().toByteArray()));
  }

  private Tensor readWeights(Consumer<TensorProto.Builder> fill, DataType type, int... dims) throws IOException {
    TensorProto.Builder tensor = weights(dims).setDataType(DataTypes.number(type));
    fill.accept(tensor);
    return read(model(withWeights(tensor))).constant("w");
  }

  @Test
  void readsEveryFormOfData() throws IOException {
    assertThat(readWeights(t -> t.addFloatData(1.5f).addFloatData(-2), DataType.FLOAT, 2).floats()).containsExactly(1.5f, -2);
    assertThat(readWeights(t -> t.addInt64Data(-7), DataType.INT64, 1).integers()).containsExactly(-7);
    assertThat(readWeights(t -> t.addInt32Data(-7), DataType.INT32).integers()).containsExactly(-7);
    assertThat(readWeights(t -> t.addInt32Data(-7), DataType.INT8, 1).integers()).containsExactly(-7);
    assertThat(readWeights(t -> t.addInt32Data(200), DataType.UINT8, 1).integers()).containsExactly(200);
    assertThat(readWeights(t -> t.addInt32Data(-300), DataType.INT16, 1).integers()).containsExactly(-300);
    assertThat(readWeights(t -> t.addInt32Data(60_000), DataType.UINT16, 1).integers()).containsExactly(60_000);
    assertThat(readWeights(t -> t.addUint64Data(4_000_000_000L), DataType.UINT32, 1).integers()).containsExactly(4_000_000_000L);
    assertThat(readWeights(t -> t.addUint64Data(5), DataType.UINT64, 1).integers()).containsExactly(5);
    assertThat(readWeights(t -> t.addInt32Data(1), DataType.BOOL, 1).integers()).containsExactly(1);
    assertThat(readWeights(t -> t.addInt32Data(0x21).addInt32Data(0x0F), DataType.INT4, 3).integers()).containsExactly(1, 2, -1);
    assertThat(readWeights(t -> t.addInt32Data(0xF1), DataType.UINT4, 2).integers()).containsExactly(1, 15);
    assertThat(readWeights(t -> t.addInt32Data(0x3C00), DataType.FLOAT16, 1).buffer().getShort()).isEqualTo((short) 0x3C00);
    assertThat(readWeights(t -> t.addDoubleData(0.1), DataType.DOUBLE, 1).buffer().getDouble()).isEqualTo(0.1);
    assertThat(readWeights(t -> t.setRawData(ByteString.copyFrom(new byte[] {1, 0, 2, 0})), DataType.UINT16, 2).integers())
        .containsExactly(1, 2);
    assertThat(readWeights(t -> t.addStringData(ByteString.copyFromUtf8("ä")), DataType.STRING, 1).data().limit()).isEqualTo(6);
    assertThat(readWeights(_ -> {}, DataType.FLOAT, 0, 3).elements()).isZero();
  }

  @Test
  void readsExternalData() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putFloat(9).putFloat(3).putFloat(4).putFloat(9);
    Files.createDirectory(folder.resolve("data"));
    Files.write(folder.resolve("data/weights.bin"), data.array());
    Path file = write(model(withWeights(external("location", "data/weights.bin", "offset", "4", "length", "8"))).build().toByteArray());
    OnnxFile read = OnnxReader.open(file);
    assertThat(read.graph().constant("w").floats()).containsExactly(3, 4);
    assertThat(read.externalFiles()).extracting(path -> path.getFileName().toString()).containsExactly("weights.bin");
    String before = read.sha256();
    Files.write(folder.resolve("data/weights.bin"), new byte[16]);
    assertThat(OnnxReader.open(file).sha256()).isNotEqualTo(before);
  }

  @Test
  void digestsThePlainFile() throws IOException {
    Path file = write("abc".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> OnnxReader.open(file)).isInstanceOf(InvalidModelException.class);
    Path model = write(good());
    assertThat(OnnxReader.open(model).sha256()).hasSize(64).isEqualTo(Digests.hex(digest(good())));
  }

  private static java.security.MessageDigest digest(byte[] bytes) {
    java.security.MessageDigest digest = Digests.sha256();
    digest.update(bytes);
    return digest;
  }

  @Test
  void takesInitializersOutOfTheInputs() throws IOException {
    Graph graph = read(model(withWeights(weights(1).addFloatData(1)).addInput(value("w", 1))).setIrVersion(3));
    assertThat(graph.inputs()).extracting(ValueInfo::name).containsExactly("x");
  }

  @Test
  void sortsStably() throws IOException {
    Graph graph =
        read(
            model(
                graph()
                    .addNode(node("Add", "a,c", "y"))
                    .addNode(node("Relu", "x", "a"))
                    .addNode(node("Abs", "x", "b"))
                    .addNode(node("Neg", "b", "c"))));
    assertThat(graph.nodes()).extracting(Node::opType).containsExactly("Relu", "Abs", "Neg", "Add");
  }

  @Test
  void unfoldsSparseTensors() throws IOException {
    Graph graph = read(model(graph().addSparseInitializer(sparse(4, 2)).addNode(node("Add", "x,w", "y"))));
    assertThat(graph.constant("w").floats()).containsExactly(0, 0, 3, 0);
    SparseTensorProto pairs =
        SparseTensorProto.newBuilder()
            .addDims(2)
            .addDims(3)
            .setValues(weights(2).addFloatData(3).addFloatData(4))
            .setIndices(
                TensorProto.newBuilder()
                    .setDataType(TensorProto.DataType.INT64_VALUE)
                    .addDims(2)
                    .addDims(2)
                    .addAllInt64Data(List.of(0L, 1L, 1L, 2L)))
            .build();
    AttributeProto attribute =
        AttributeProto.newBuilder()
            .setName("sparse_value")
            .setType(AttributeProto.AttributeType.SPARSE_TENSOR)
            .setSparseTensor(pairs)
            .build();
    Node constant = read(model(graph().addNode(node("Constant", "", "y").addAttribute(attribute)))).nodes().getFirst();
    assertThat(constant.attributes().get("value"))
        .isEqualTo(new Attribute.TensorValue(Tensor.ofFloats(Shape.of(2, 3), 0, 3, 0, 0, 0, 4)));
  }

  @Test
  void readsAttributesWithoutStatedKind() throws IOException {
    NodeProto.Builder node =
        node("Op", "x", "y")
            .setDomain("com.microsoft")
            .addAttribute(AttributeProto.newBuilder().setName("i").setI(3))
            .addAttribute(AttributeProto.newBuilder().setName("f").setF(0.5f))
            .addAttribute(AttributeProto.newBuilder().setName("s").setS(ByteString.copyFromUtf8("t")))
            .addAttribute(AttributeProto.newBuilder().setName("is").addInts(1).addInts(2))
            .addAttribute(AttributeProto.newBuilder().setName("fs").addFloats(1));
    Node read = read(model(graph().addNode(node)).setIrVersion(1)).nodes().getFirst();
    assertThat(read.intAttribute("i", 0)).isEqualTo(3);
    assertThat(read.floatAttribute("f", 0)).isEqualTo(0.5f);
    assertThat(read.stringAttribute("s", "")).isEqualTo("t");
    assertThat(read.intsAttribute("is")).containsExactly(1, 2);
    assertThat(read.attributes().get("fs")).isEqualTo(new Attribute.Floats(List.of(1f)));
  }

  @Test
  void treatsTheLongNameOfTheDefaultDomainAsTheShortOne() throws IOException {
    Graph graph =
        read(
            model(graph().addNode(node("Relu", "x", "y").setDomain("ai.onnx")))
                .clearOpsetImport()
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(11)));
    assertThat(graph.opset()).isEqualTo(11);
    assertThat(graph.nodes().getFirst().domain()).isEmpty();
  }

  @Test
  void inlinesFunctions() throws IOException {
    FunctionProto function =
        FunctionProto.newBuilder()
            .setDomain("own")
            .setName("Scaled")
            .addInput("a")
            .addInput("optional")
            .addOutput("b")
            .addAttribute("factor")
            .addAttributeProto(AttributeProto.newBuilder().setName("slope").setType(AttributeProto.AttributeType.FLOAT).setF(0.25f))
            .addNode(
                node("Constant", "", "k")
                    .addAttribute(AttributeProto.newBuilder()
                        .setName("value_float")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .setRefAttrName("factor")))
            .addNode(node("Mul", "a,k", "scaled").setName("mul"))
            .addNode(
                node("LeakyRelu", "scaled", "b")
                    .addAttribute(AttributeProto.newBuilder()
                        .setName("alpha")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .setRefAttrName("slope")))
            .build();
    AttributeProto two = AttributeProto.newBuilder().setName("factor").setType(AttributeProto.AttributeType.FLOAT).setF(2).build();
    Graph graph =
        read(
            model(
                    graph()
                        .addNode(node("Scaled", "x", "m").setDomain("own").setName("first").addAttribute(two))
                        .addNode(node("Scaled", "m", "y").setDomain("own").addAttribute(two)))
                .addFunctions(function));
    assertThat(graph.nodes()).extracting(Node::opType).containsExactly("Constant", "Mul", "LeakyRelu", "Constant", "Mul", "LeakyRelu");
    assertThat(graph.nodes().get(1).inputs()).containsExactly("x", "first.0/k");
    assertThat(graph.nodes().get(2).outputs()).containsExactly("m");
    assertThat(graph.nodes().get(2).floatAttribute("alpha", 0)).isEqualTo(0.25f);
    assertThat(graph.nodes().get(3).floatAttribute("value_float", 0)).isEqualTo(2);
    assertThat(graph.nodes().get(5).outputs()).containsExactly("y");
  }

  @Test
  void tellsScalarsFromUnknownRanks() throws IOException {
    ValueInfoProto scalar = value("x", 1).toBuilder().setType(scalarType()).build();
    assertThat(read(model(GraphProto.newBuilder().addInput(scalar).addOutput(value("y", 1)).addNode(node("Relu", "x", "y"))))
        .inputs()
        .getFirst()
        .ranked()).isTrue();
    assertThat(read(model(graph().addNode(node("Relu", "x", "y")))).inputs().getFirst().ranked()).isFalse();
  }

  private static TypeProto.Builder scalarType() {
    return TypeProto.newBuilder()
        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(ai.onnx.proto.OnnxMl.TensorShapeProto.getDefaultInstance()));
  }
}
