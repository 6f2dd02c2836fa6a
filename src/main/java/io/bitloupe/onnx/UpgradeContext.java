package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What an {@link UpgradeRule} may ask about the graph around its node, and the constants that it adds. */
final class UpgradeContext {

  private final StaticInfo info;
  private final GraphIndex index;
  private final Names names;
  private final Map<String, Tensor> added = new LinkedHashMap<>();

  /** For the nodes of {@code graph}; new names come from {@code names}. */
  UpgradeContext(Graph graph, StaticInfo info, Names names) {
    this.info = info;
    this.index = new GraphIndex(graph);
    this.names = names;
  }

  /** The constants that rules added. */
  Map<String, Tensor> added() {
    return added;
  }

  /** A tensor name that nothing uses yet. */
  String fresh(String wish) {
    return names.fresh(wish);
  }

  /** Adds a constant and returns its name. */
  String constant(String wish, Tensor value) {
    String name = names.fresh(wish);
    added.put(name, value);
    return name;
  }

  /** Adds a list of integers and returns its name. */
  String integers(String wish, int... values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      longs[i] = values[i];
    }
    return constant(wish, Tensor.ofLongs(Shape.of(values.length), longs));
  }

  /** Adds a scalar of the element type of {@code like}, float where that is not known, and returns its name. */
  String scalarLike(String wish, float value, String like) {
    DataType type = info.type(like).orElse(DataType.FLOAT);
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case DOUBLE -> data.putDouble(value);
      case FLOAT16 -> data.putShort(Float.floatToFloat16(value));
      case BFLOAT16 -> data.putShort((short) (Float.floatToIntBits(value) >>> 16));
      case INT64, UINT64 -> data.putLong((long) value);
      case INT32, UINT32 -> data.putInt((int) value);
      case INT16, UINT16 -> data.putShort((short) value);
      case INT8, UINT8, BOOL -> data.put((byte) value);
      default -> data.putFloat(value);
    }
    return constant(wish, new Tensor(type == DataType.STRING || type.bits() % 8 != 0 ? DataType.FLOAT : type, Shape.scalar(), data.flip()));
  }

  /** The number of dimensions of {@code tensor}, where it follows from the operators. */
  OptionalInt rank(String tensor) {
    return info.rank(tensor);
  }

  /** The element type of {@code tensor}, where it follows from the operators. */
  Optional<DataType> type(String tensor) {
    return info.type(tensor);
  }

  /** The value of {@code tensor}, where it is constant. */
  Optional<Tensor> value(String tensor) {
    return info.value(tensor);
  }

  /** Whether somebody reads output {@code number} of {@code node}. */
  boolean reads(Node node, int number) {
    if (number >= node.outputs().size() || node.outputs().get(number).isEmpty()) {
      return false;
    }
    String output = node.outputs().get(number);
    return !index.consumers(output).isEmpty() || index.isOutput(output);
  }

  /** {@code node} without {@code attribute}, reading {@code input} as its input number {@code position} instead. */
  static Node attributeToInput(Node node, String attribute, int position, String input) {
    List<String> inputs = new ArrayList<>(node.inputs());
    while (inputs.size() <= position) {
      inputs.add("");
    }
    inputs.set(position, input);
    return without(node, attribute).withInputs(inputs);
  }

  /** {@code node} without some attributes. */
  static Node without(Node node, String... attributes) {
    Map<String, Attribute> kept = new HashMap<>(node.attributes());
    kept.keySet().removeAll(List.of(attributes));
    return new Node(node.name(), node.opType(), node.domain(), node.inputs(), node.outputs(), kept);
  }

  /** {@code node} with an attribute more. */
  static Node with(Node node, String attribute, Attribute value) {
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    attributes.put(attribute, value);
    return new Node(node.name(), node.opType(), node.domain(), node.inputs(), node.outputs(), attributes);
  }

  /** {@code node} as another operator of the same inputs, outputs and attributes. */
  static Node renamed(Node node, String opType) {
    return new Node(node.name(), opType, node.domain(), node.inputs(), node.outputs(), node.attributes());
  }

  /** The refusal of a node that has no equal in the newer operator set. */
  static InvalidModelException noEqual(Node node, String what) {
    return new InvalidModelException("%s %s".formatted(GraphSorter.describe(node), what));
  }
}
