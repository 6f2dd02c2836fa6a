package io.bitloupe.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns the file's graphs, the bodies of control-flow operators included, into {@link Graph}s. */
final class GraphReader {

  /** Bodies within bodies. */
  private static final int DEEPEST = 16;

  private final TensorReader tensors;
  private final Map<String, Integer> opsets;
  private final Map<String, String> metadata;

  /** Reads constants through {@code tensors}. */
  GraphReader(TensorReader tensors, Map<String, Integer> opsets, Map<String, String> metadata) {
    this.tensors = tensors;
    this.opsets = opsets;
    this.metadata = metadata;
  }

  /** The model's graph. */
  Graph read(GraphProto proto) {
    Graph graph = read(proto, Set.of(), 0);
    if (graph.outputs().isEmpty()) {
      throw new InvalidModelException("its graph has no outputs");
    }
    return graph;
  }

  private Graph read(GraphProto proto, Set<String> outer, int depth) {
    if (depth > DEEPEST) {
      throw new InvalidModelException("its control flow is nested more than %d deep".formatted(DEEPEST));
    }
    Map<String, Tensor> initializers = initializers(proto);
    List<ValueInfo> inputs = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (ValueInfoProto input : proto.getInputList()) {
      if (!known.add(input.getName())) {
        throw new InvalidModelException("the input %s is listed twice".formatted(Text.quote(input.getName())));
      }
      // Up to IR version 3 every initializer is an input as well; it is a default that nobody overrides.
      if (depth > 0 || !initializers.containsKey(input.getName())) {
        inputs.add(value(input, depth == 0));
      }
    }
    known.addAll(initializers.keySet());
    Set<String> visible = new HashSet<>(outer);
    visible.addAll(known);
    proto.getNodeList().forEach(node -> visible.addAll(node.getOutputList()));

    List<Node> nodes = new ArrayList<>(proto.getNodeCount());
    for (NodeProto node : proto.getNodeList()) {
      Node read = node(node, visible, depth);
      for (String output : read.outputs()) {
        if (known.contains(output)) {
          throw new InvalidModelException(
              "%s writes the tensor %s, which is an input or a constant".formatted(GraphSorter.describe(read), Text.quote(output)));
        }
      }
      nodes.add(read);
    }
    known.addAll(outer);
    List<Node> sorted = GraphSorter.sort(nodes, known);
    List<ValueInfo> outputs = new ArrayList<>();
    for (ValueInfoProto output : proto.getOutputList()) {
      if (!visible.contains(output.getName()) || output.getName().isEmpty()) {
        throw new InvalidModelException("nothing computes the output %s".formatted(Text.quote(output.getName())));
      }
      outputs.add(value(output, false));
    }
    return new Graph(
        proto.getName(), inputs, outputs, sorted, initializers, depth == 0 ? opsets : Map.of(), depth == 0 ? metadata : Map.of());
  }

  private Map<String, Tensor> initializers(GraphProto proto) {
    Map<String, Tensor> initializers = new LinkedHashMap<>();
    for (TensorProto tensor : proto.getInitializerList()) {
      define(initializers, tensor.getName(), tensors.read(tensor));
    }
    for (SparseTensorProto tensor : proto.getSparseInitializerList()) {
      define(initializers, tensor.getValues().getName(), tensors.read(tensor));
    }
    return initializers;
  }

  private static void define(Map<String, Tensor> initializers, String name, Tensor value) {
    if (name.isEmpty()) {
      throw new InvalidModelException("it has a constant without a name");
    }
    if (initializers.put(name, value) != null) {
      throw new InvalidModelException("the constant %s is defined twice".formatted(Text.quote(name)));
    }
  }

  private Node node(NodeProto proto, Set<String> visible, int depth) {
    if (proto.getOpType().isEmpty()) {
      throw new InvalidModelException("the node %s names no operator".formatted(Text.quote(proto.getName())));
    }
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (AttributeProto attribute : proto.getAttributeList()) {
      boolean sparse = proto.getOpType().equals("Constant") && attribute.hasSparseTensor();
      Attribute value =
          sparse ? new Attribute.TensorValue(tensors.read(attribute.getSparseTensor())) : attribute(attribute, visible, depth);
      if (attributes.put(sparse ? "value" : attribute.getName(), value) != null) {
        throw new InvalidModelException(
            "the %s node %s has the attribute %s twice"
                .formatted(proto.getOpType(), Text.quote(proto.getName()), Text.quote(attribute.getName())));
      }
    }
    String domain = proto.getDomain().equals("ai.onnx") ? "" : proto.getDomain();
    return new Node(proto.getName(), proto.getOpType(), domain, proto.getInputList(), proto.getOutputList(), attributes);
  }

  private Attribute attribute(AttributeProto proto, Set<String> visible, int depth) {
    if (!proto.getRefAttrName().isEmpty()) {
      throw new InvalidModelException(
          "the attribute %s refers to a function's parameter outside a function".formatted(Text.quote(proto.getName())));
    }
    return switch (typeOf(proto)) {
      case INT -> new Attribute.IntValue(proto.getI());
      case FLOAT -> new Attribute.FloatValue(proto.getF());
      case STRING -> proto.getS().isValidUtf8() ? new Attribute.StringValue(proto.getS().toStringUtf8()) : opaque(proto);
      case INTS -> new Attribute.Ints(proto.getIntsList());
      case FLOATS -> new Attribute.Floats(proto.getFloatsList());
      case STRINGS ->
          proto.getStringsList().stream().allMatch(ByteString::isValidUtf8)
              ? new Attribute.Strings(proto.getStringsList().stream().map(ByteString::toStringUtf8).toList())
              : opaque(proto);
      case TENSOR -> new Attribute.TensorValue(tensors.read(proto.getT()));
      case GRAPH -> new Attribute.GraphValue(read(proto.getG(), visible, depth + 1));
      case GRAPHS ->
          throw new InvalidModelException(
              "the attribute %s holds several graphs, which no operator takes".formatted(Text.quote(proto.getName())));
      default -> opaque(proto);
    };
  }

  /** The attribute's kind; files before IR version 2 do not state it. */
  private static AttributeProto.AttributeType typeOf(AttributeProto proto) {
    if (proto.getType() != AttributeProto.AttributeType.UNDEFINED) {
      return proto.getType();
    }
    if (proto.hasT()) {
      return AttributeProto.AttributeType.TENSOR;
    } else if (proto.hasG()) {
      return AttributeProto.AttributeType.GRAPH;
    } else if (proto.hasS()) {
      return AttributeProto.AttributeType.STRING;
    } else if (proto.hasI()) {
      return AttributeProto.AttributeType.INT;
    } else if (proto.hasF()) {
      return AttributeProto.AttributeType.FLOAT;
    } else if (proto.getFloatsCount() > 0) {
      return AttributeProto.AttributeType.FLOATS;
    } else if (proto.getStringsCount() > 0) {
      return AttributeProto.AttributeType.STRINGS;
    }
    return AttributeProto.AttributeType.INTS;
  }

  private static Attribute opaque(AttributeProto proto) {
    byte[] bytes = proto.toByteArray();
    List<Byte> boxed = new ArrayList<>(bytes.length);
    for (byte b : bytes) {
      boxed.add(b);
    }
    return new Attribute.Opaque(boxed);
  }

  private static ValueInfo value(ValueInfoProto proto, boolean mustBeTensor) {
    TypeProto type = proto.getType();
    DataType element = type.hasTensorType() ? DataTypes.of(type.getTensorType().getElemType()) : DataType.OTHER;
    if (mustBeTensor && element == DataType.OTHER) {
      throw new InvalidModelException(
          "the input %s is no tensor of a type that Bitloupe can feed".formatted(Text.quote(proto.getName())));
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (TensorShapeProto.Dimension dimension : type.getTensorType().getShape().getDimList()) {
      if (!dimension.hasDimValue()) {
        dimensions.add(new Dimension.Symbolic(dimension.getDimParam()));
      } else if (dimension.getDimValue() < 0) {
        dimensions.add(new Dimension.Symbolic(""));
      } else if (dimension.getDimValue() > Integer.MAX_VALUE) {
        throw new InvalidModelException(
            "%s claims a dimension of %d".formatted(Text.quote(proto.getName()), dimension.getDimValue()));
      } else {
        dimensions.add(new Dimension.Fixed((int) dimension.getDimValue()));
      }
    }
    return new ValueInfo(proto.getName(), element, dimensions, type.getTensorType().hasShape());
  }
}
