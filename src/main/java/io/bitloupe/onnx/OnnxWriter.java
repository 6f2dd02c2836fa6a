package io.bitloupe.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/** Writes graphs as ONNX files. The same graph always gives the same bytes. */
public final class OnnxWriter {

  private static final long LARGEST_FILE = Integer.MAX_VALUE - 64L;
  /** Files before IR version 4 list initializers as inputs, which {@link Graph} does not. */
  private static final int OLDEST_IR = 4;

  private OnnxWriter() {}

  /**
   * The bytes of an ONNX file with {@code graph}.
   *
   * @throws InvalidModelException when they are more than the 2 GB that one file can hold
   */
  public static byte[] toBytes(Graph graph) {
    long constants = graph.initializers().values().stream().mapToLong(tensor -> tensor.data().limit()).sum();
    if (constants > LARGEST_FILE) {
      throw new InvalidModelException(
          "The model's constants take %d bytes, more than the 2 GB that one ONNX file can hold.".formatted(constants));
    }
    ModelProto.Builder model =
        ModelProto.newBuilder().setIrVersion(irVersion(graph)).setProducerName("bitloupe").setGraph(graph(graph, true));
    new TreeMap<>(graph.opsets())
        .forEach((domain, version) -> model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    graph
        .metadata()
        .forEach((key, value) -> model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build().toByteArray();
  }

  /**
   * Writes {@code graph} to {@code file}, which is either replaced as a whole or left as it was.
   *
   * @throws UncheckedIOException when the file cannot be written
   * @throws InvalidModelException when the model is more than the 2 GB that one file can hold
   */
  public static void write(Graph graph, Path file) {
    byte[] bytes = toBytes(graph);
    Path target = file.toAbsolutePath();
    Path folder = target.getParent() == null ? target : target.getParent();
    try {
      Path unfinished = Files.createTempFile(folder, "." + file.getFileName(), ".part");
      try {
        Files.write(unfinished, bytes);
        move(unfinished, target);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The oldest file format that has all that the operator set may use. */
  private static int irVersion(Graph graph) {
    int opset = graph.opset();
    if (opset <= 9) {
      return OLDEST_IR;
    } else if (opset <= 10) {
      return 5;
    } else if (opset <= 11) {
      return 6;
    } else if (opset <= 14) {
      return 7;
    } else if (opset <= 18) {
      return 8;
    } else if (opset <= 20) {
      return 9;
    }
    return 10;
  }

  private static GraphProto graph(Graph graph, boolean outermost) {
    GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name().isEmpty() && outermost ? "graph" : graph.name());
    graph.inputs().forEach(input -> proto.addInput(value(input)));
    graph.outputs().forEach(output -> proto.addOutput(value(output)));
    graph.initializers().forEach((name, value) -> proto.addInitializer(tensor(name, value)));
    graph.nodes().forEach(node -> proto.addNode(node(node)));
    return proto.build();
  }

  private static NodeProto node(Node node) {
    NodeProto.Builder proto =
        NodeProto.newBuilder()
            .setName(node.name())
            .setOpType(node.opType())
            .setDomain(node.domain())
            .addAllInput(node.inputs())
            .addAllOutput(node.outputs());
    for (Map.Entry<String, Attribute> attribute : new TreeMap<>(node.attributes()).entrySet()) {
      proto.addAttribute(attribute(attribute.getKey(), attribute.getValue()));
    }
    return proto.build();
  }

  private static AttributeProto attribute(String name, Attribute attribute) {
    AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
    switch (attribute) {
      case Attribute.IntValue(long value) -> proto.setType(AttributeProto.AttributeType.INT).setI(value);
      case Attribute.FloatValue(float value) -> proto.setType(AttributeProto.AttributeType.FLOAT).setF(value);
      case Attribute.StringValue(String value) ->
          proto.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(value));
      case Attribute.Ints(var values) -> proto.setType(AttributeProto.AttributeType.INTS).addAllInts(values);
      case Attribute.Floats(var values) -> proto.setType(AttributeProto.AttributeType.FLOATS).addAllFloats(values);
      case Attribute.Strings(var values) -> {
        proto.setType(AttributeProto.AttributeType.STRINGS);
        values.forEach(value -> proto.addStrings(ByteString.copyFromUtf8(value)));
      }
      case Attribute.TensorValue(Tensor value) -> proto.setType(AttributeProto.AttributeType.TENSOR).setT(tensor("", value));
      case Attribute.GraphValue(Graph body) -> proto.setType(AttributeProto.AttributeType.GRAPH).setG(graph(body, false));
      case Attribute.Opaque(var serialized) -> {
        byte[] bytes = new byte[serialized.size()];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = serialized.get(i);
        }
        try {
          return AttributeProto.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalArgumentException("the opaque attribute " + name + " is no serialized attribute", e);
        }
      }
    }
    return proto.build();
  }

  private static TensorProto tensor(String name, Tensor tensor) {
    TensorProto.Builder proto = TensorProto.newBuilder().setName(name);
    for (long dimension : tensor.shape().toLongs()) {
      proto.addDims(dimension);
    }
    ByteBuffer data = tensor.buffer();
    if (tensor.type() == DataType.STRING) {
      proto.setDataType(DataTypes.number(DataType.STRING));
      while (data.hasRemaining()) {
        int length = data.getInt();
        proto.addStringData(ByteString.copyFrom(data, length));
      }
      return proto.build();
    }
    proto.setDataType(tensor.type() == DataType.OTHER ? data.getInt() : DataTypes.number(tensor.type()));
    return proto.setRawData(UnsafeByteOperations.unsafeWrap(data.slice())).build();
  }

  /** Leaves out what is not known: the type of what is no tensor, and the shape where its rank is not declared. */
  private static ValueInfoProto value(ValueInfo value) {
    ValueInfoProto.Builder proto = ValueInfoProto.newBuilder().setName(value.name());
    if (value.type() == DataType.OTHER) {
      return proto.build();
    }
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(DataTypes.number(value.type()));
    if (value.ranked()) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (Dimension dimension : value.dimensions()) {
        switch (dimension) {
          case Dimension.Fixed(int size) -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
          case Dimension.Symbolic(String name) when name.isEmpty() -> shape.addDim(TensorShapeProto.Dimension.newBuilder());
          case Dimension.Symbolic(String name) -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(name));
        }
      }
      type.setShape(shape);
    }
    return proto.setType(TypeProto.newBuilder().setTensorType(type)).build();
  }
}
