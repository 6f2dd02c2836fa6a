package io.bitloupe.model;

/**
 * What is known of a computed tensor.
 *
 * @param name tensor name
 * @param type element type
 * @param shape shape for one sample, with its leading dimension where it has one
 * @param batched whether the leading dimension grows with the batch, samples lying one after the other
 */
public record TensorInfo(String name, DataType type, Shape shape, boolean batched) {

  /** Number of elements for one sample. */
  public int elements() {
    return Math.toIntExact(shape.elements());
  }
}
