package io.bitloupe.model;

import java.util.List;

/** The value of a node's attribute. */
public sealed interface Attribute {

  /** An integer. */
  record IntValue(long value) implements Attribute {}

  /** A real number. */
  record FloatValue(float value) implements Attribute {}

  /** Text. */
  record StringValue(String value) implements Attribute {}

  /** A list of integers. */
  record Ints(List<Long> values) implements Attribute {
    /** Copies the list. */
    public Ints {
      values = List.copyOf(values);
    }
  }

  /** A list of real numbers. */
  record Floats(List<Float> values) implements Attribute {
    /** Copies the list. */
    public Floats {
      values = List.copyOf(values);
    }
  }

  /** A list of texts. */
  record Strings(List<String> values) implements Attribute {
    /** Copies the list. */
    public Strings {
      values = List.copyOf(values);
    }
  }

  /** A constant tensor. */
  record TensorValue(Tensor value) implements Attribute {}

  /** The body of a control-flow operator. */
  record GraphValue(Graph value) implements Attribute {}

  /** A kind that Bitloupe only carries along, as the file's own bytes. */
  record Opaque(List<Byte> serialized) implements Attribute {
    /** Copies the list. */
    public Opaque {
      serialized = List.copyOf(serialized);
    }
  }
}
