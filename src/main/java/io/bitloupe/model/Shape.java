package io.bitloupe.model;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A concrete tensor shape, outermost dimension first; a scalar has rank 0. */
public final class Shape {

  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dimensions;

  private Shape(int[] dimensions) {
    this.dimensions = dimensions;
  }

  /**
   * A shape of the given dimensions.
   *
   * @throws IllegalArgumentException when a dimension is negative or the element count exceeds 2^62
   */
  public static Shape of(int... dimensions) {
    long elements = 1;
    for (int dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dimensions));
      }
      elements = dimension == 0 ? elements : Math.multiplyExact(elements, (long) dimension);
    }
    return dimensions.length == 0 ? SCALAR : new Shape(dimensions.clone());
  }

  /** A shape from ONNX's 64-bit dimensions. */
  public static Shape ofLongs(long... dimensions) {
    return of(Arrays.stream(dimensions).mapToInt(Math::toIntExact).toArray());
  }

  /** The shape of a scalar. */
  public static Shape scalar() {
    return SCALAR;
  }

  /** Number of dimensions. */
  public int rank() {
    return dimensions.length;
  }

  /** The dimension at {@code axis}; negative axes count from the end. */
  public int dim(int axis) {
    return dimensions[axis < 0 ? axis + dimensions.length : axis];
  }

  /** Number of elements; 1 for a scalar. */
  public long elements() {
    long product = 1;
    for (int dimension : dimensions) {
      product *= dimension;
    }
    return product;
  }

  /** Product of the dimensions from {@code from} (inclusive) to {@code to} (exclusive). */
  public int product(int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product = Math.multiplyExact(product, dimensions[axis]);
    }
    return product;
  }

  /** This shape with the outermost dimension replaced. */
  public Shape withOuter(int outer) {
    int[] changed = dimensions.clone();
    changed[0] = outer;
    return of(changed);
  }

  /** The dimensions, as a fresh array. */
  public int[] toArray() {
    return dimensions.clone();
  }

  /** The dimensions as ONNX's 64-bit numbers, as a fresh array. */
  public long[] toLongs() {
    return Arrays.stream(dimensions).asLongStream().toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  /** The dimensions joined by a multiplication sign, {@code scalar} for rank 0. */
  @Override
  public String toString() {
    return dimensions.length == 0
        ? "scalar"
        : Arrays.stream(dimensions).mapToObj(Integer::toString).collect(Collectors.joining("×"));
  }
}
