package io.bitloupe.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One operator of a graph.
 *
 * @param name the file's name for the node, which may be empty and need not be unique
 * @param opType operator, for instance {@code Conv}
 * @param domain operator set; empty for ONNX's own
 * @param inputs tensor names, an omitted optional input being the empty string
 * @param outputs tensor names, an omitted optional output being the empty string
 * @param attributes values by name
 */
public record Node(
    String name,
    String opType,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {

  /** Copies the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Map.copyOf(attributes);
  }

  /** A node of ONNX's own operator set. */
  public static Node of(String name, String opType, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
    return new Node(name, opType, "", inputs, outputs, attributes);
  }

  /** Whether this is {@code opType} of ONNX's own operator set. */
  public boolean is(String opType) {
    return this.opType.equals(opType) && (domain.isEmpty() || domain.equals("ai.onnx"));
  }

  /** The input at {@code index}, where it is there. */
  public Optional<String> input(int index) {
    return index < inputs.size() && !inputs.get(index).isEmpty() ? Optional.of(inputs.get(index)) : Optional.empty();
  }

  /** The first output. */
  public String output() {
    return outputs.getFirst();
  }

  /** An integer attribute, or its default. */
  public long intAttribute(String name, long defaultValue) {
    return attributes.get(name) instanceof Attribute.IntValue(long value) ? value : defaultValue;
  }

  /** A real attribute, or its default. */
  public float floatAttribute(String name, float defaultValue) {
    return attributes.get(name) instanceof Attribute.FloatValue(float value) ? value : defaultValue;
  }

  /** A text attribute, or its default. */
  public String stringAttribute(String name, String defaultValue) {
    return attributes.get(name) instanceof Attribute.StringValue(String value) ? value : defaultValue;
  }

  /** A list of integers, or its default. */
  public int[] intsAttribute(String name, int... defaultValue) {
    return attributes.get(name) instanceof Attribute.Ints(List<Long> values)
        ? values.stream().mapToInt(Math::toIntExact).toArray()
        : defaultValue;
  }

  /** This node reading other tensors. */
  public Node withInputs(List<String> changed) {
    return new Node(name, opType, domain, changed, outputs, attributes);
  }

  /** This node writing other tensors. */
  public Node withOutputs(List<String> changed) {
    return new Node(name, opType, domain, inputs, changed, attributes);
  }
}
