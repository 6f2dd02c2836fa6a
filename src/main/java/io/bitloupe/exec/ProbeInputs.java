package io.bitloupe.exec;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes inputs to try a graph on: for any batch, and for any size of the other dimensions that a file leaves open. Sample k is
 * the same in every batch. Real numbers lie in [0, 1), integers are 0 or 1; those without samples are 1, since they may be sizes,
 * on which ONNX Runtime divides.
 */
final class ProbeInputs {

  private static final long LARGEST_INPUT = 1L << 27;

  private final List<ValueInfo> inputs;
  private final Optional<String> batch;

  /** For the inputs of a graph. */
  ProbeInputs(List<ValueInfo> inputs) {
    this.inputs = inputs;
    this.batch =
        inputs.stream()
            .filter(input -> !input.dimensions().isEmpty() && input.dimensions().getFirst() instanceof Dimension.Symbolic)
            .map(input -> key(input, 0))
            .findFirst();
  }

  /** Whether the file leaves the number of samples open. */
  boolean hasBatch() {
    return batch.isPresent();
  }

  /** The open dimensions other than the batch: the file's names, or the input and the axis where there is none. */
  Set<String> openDimensions() {
    Set<String> open = new LinkedHashSet<>();
    inputs.forEach(input -> open.addAll(openDimensions(input)));
    return open;
  }

  /** Those of the first input that has any. */
  Set<String> openDimensionsOfFirst() {
    return inputs.stream().map(this::openDimensions).filter(open -> !open.isEmpty()).findFirst().orElse(Set.of());
  }

  private Set<String> openDimensions(ValueInfo input) {
    Set<String> open = new LinkedHashSet<>();
    for (int axis = 0; axis < input.dimensions().size(); axis++) {
      if (input.dimensions().get(axis) instanceof Dimension.Symbolic && axis != batchAxis(input)) {
        open.add(key(input, axis));
      }
    }
    return open;
  }

  /** Sizes of the open dimensions of inputs that have {@code shapes}, by input. */
  Map<String, Integer> sizes(Map<String, Shape> shapes) {
    Map<String, Integer> sizes = new HashMap<>();
    for (ValueInfo input : inputs) {
      Shape shape = shapes.get(input.name());
      for (int axis = 0; shape != null && axis < input.dimensions().size(); axis++) {
        if (input.dimensions().get(axis) instanceof Dimension.Symbolic && axis != batchAxis(input)) {
          sizes.putIfAbsent(key(input, axis), shape.dim(axis));
        }
      }
    }
    return sizes;
  }

  /**
   * Inputs of {@code samples} samples.
   *
   * @param sizes sizes of open dimensions; those without one grow with the samples
   */
  Map<String, Tensor> make(int samples, Map<String, Integer> sizes) {
    Map<String, Tensor> made = new HashMap<>();
    for (ValueInfo input : inputs) {
      int[] dimensions = new int[input.dimensions().size()];
      int batchAxis = batchAxis(input);
      for (int axis = 0; axis < dimensions.length; axis++) {
        dimensions[axis] =
            switch (input.dimensions().get(axis)) {
              case Dimension.Fixed(int size) -> size;
              case Dimension.Symbolic _ -> axis == batchAxis ? samples : sizes.getOrDefault(key(input, axis), samples);
            };
      }
      made.put(input.name(), fill(input, shape(input, dimensions), batchAxis));
    }
    return made;
  }

  private static Shape shape(ValueInfo input, int... dimensions) {
    try {
      Shape shape = Shape.of(dimensions);
      if (shape.elements() <= LARGEST_INPUT) {
        return shape;
      }
    } catch (ArithmeticException ignored) {
      // Reported below, like any other size beyond the limit.
    }
    throw new InvalidModelException("The input '%s' has more elements than Bitloupe will feed.".formatted(input.name()));
  }

  private static Tensor fill(ValueInfo input, Shape shape, int batchAxis) {
    int inner = batchAxis < 0 ? 1 : shape.product(batchAxis + 1, shape.rank());
    int samples = batchAxis < 0 ? 1 : shape.dim(batchAxis);
    int elements = Math.toIntExact(shape.elements());
    DataType type = input.type();
    if (type == DataType.STRING) {
      return new Tensor(type, shape, ByteBuffer.allocate(Integer.BYTES * elements));
    }
    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(type.bytesFor(elements))).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      int sample = samples == 0 ? 0 : i / inner % samples;
      int place = samples == 0 ? i : i / (inner * samples) * inner + i % inner;
      int random = mix(mix(input.name().hashCode() + 31 * sample) + place);
      float real = (random >>> 8) * 0x1p-24f;
      int bit = batchAxis < 0 ? 1 : random >>> 31;
      switch (type) {
        case FLOAT -> data.putFloat(real);
        case DOUBLE -> data.putDouble(real);
        case FLOAT16 -> data.putShort(Float.floatToFloat16(real));
        case BFLOAT16 -> data.putShort((short) (Float.floatToIntBits(real) >>> 16));
        case INT64, UINT64 -> data.putLong(bit);
        case INT32, UINT32 -> data.putInt(bit);
        case INT16, UINT16 -> data.putShort((short) bit);
        case INT4, UINT4 -> {
          if (i % 2 == 0) {
            data.put((byte) bit);
          }
        }
        default -> data.put((byte) bit);
      }
    }
    return new Tensor(type, shape, data.flip());
  }

  /** The finalizer of MurmurHash3: every bit of the result depends on every bit of {@code value}. */
  private static int mix(int value) {
    int x = value;
    x = (x ^ x >>> 16) * 0x85ebca6b;
    x = (x ^ x >>> 13) * 0xc2b2ae35;
    return x ^ x >>> 16;
  }

  /** The axis along which samples lie: the first axis where it is open, else the first of the batch's name; -1 for none. */
  private int batchAxis(ValueInfo input) {
    for (int axis = 0; batch.isPresent() && axis < input.dimensions().size(); axis++) {
      if (input.dimensions().get(axis) instanceof Dimension.Symbolic(String name) && (axis == 0 || name.equals(batch.get()))) {
        return axis;
      }
    }
    return -1;
  }

  /** One name may stand for two dimensions of an input, since exporters mix them up; the second is told apart. */
  private static String key(ValueInfo input, int axis) {
    if (input.dimensions().get(axis) instanceof Dimension.Symbolic(String name) && !name.isEmpty()) {
      boolean again = input.dimensions().subList(0, axis).contains(new Dimension.Symbolic(name));
      return again ? name + "[" + axis + "]" : name;
    }
    return input.name() + "[" + axis + "]";
  }
}
