package io.bitloupe.qdq;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nodes and constants of a graph that is being written, with names that do not collide. */
final class GraphParts {

  private static final int HALF_BYTE = 4;

  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final Set<String> tensorNames = new HashSet<>();
  private final Set<String> nodeNames = new HashSet<>();

  /** Starts a graph that keeps the tensor names of {@code original}. */
  GraphParts(Graph original) {
    tensorNames.addAll(original.initializers().keySet());
    original.inputs().stream().map(ValueInfo::name).forEach(tensorNames::add);
    for (Node node : original.nodes()) {
      tensorNames.addAll(GraphIndex.inputsWithCaptured(node));
      tensorNames.addAll(node.outputs());
    }
  }

  List<Node> nodes() {
    return nodes;
  }

  Map<String, Tensor> initializers() {
    return initializers;
  }

  /** A tensor name like {@code wanted} that nothing has yet. */
  String freshTensor(String wanted) {
    return fresh(wanted, tensorNames);
  }

  private static String fresh(String wanted, Set<String> taken) {
    String free = wanted;
    for (int number = 1; !taken.add(free); number++) {
      free = wanted + "_" + number;
    }
    return free;
  }

  /** Adds {@code value} under a fresh name like {@code wanted}. */
  String constant(String wanted, Tensor value) {
    String name = freshTensor(wanted);
    initializers.put(name, value);
    return name;
  }

  /** Adds {@code value} under its own name. */
  void original(String name, Tensor value) {
    initializers.put(name, value);
  }

  /** Adds a node of ONNX's own operator set. */
  void node(String name, String opType, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
    node(Node.of(name, opType, inputs, outputs, attributes));
  }

  /** Adds {@code node}, with a number behind its name when that is taken. */
  void node(Node node) {
    String name = node.name().isEmpty() ? "" : fresh(node.name(), nodeNames);
    nodes.add(new Node(name, node.opType(), node.domain(), node.inputs(), node.outputs(), node.attributes()));
  }

  /** Puts {@code tensor} at {@code position}; inputs that are left out before it are empty names. */
  static void setInput(List<String> inputs, int position, String tensor) {
    while (inputs.size() <= position) {
      inputs.add("");
    }
    inputs.set(position, tensor);
  }

  /** An attribute. */
  static Attribute integer(long value) {
    return new Attribute.IntValue(value);
  }

  /** A tensor of one of the integer types of codes; codes of 4 bits lie two to a byte, the first one in the low half. */
  static Tensor codes(DataType type, Shape shape, int... values) {
    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(type.bytesFor(values.length))).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      switch (type.bits()) {
        case HALF_BYTE -> data.put(i / 2, (byte) (data.get(i / 2) | (values[i] & 0xF) << (i % 2 * HALF_BYTE)));
        case Byte.SIZE -> data.put(i, (byte) values[i]);
        case Short.SIZE -> data.putShort(i * Short.BYTES, (short) values[i]);
        default -> data.putInt(i * Integer.BYTES, values[i]);
      }
    }
    return new Tensor(type, shape, data);
  }
}
