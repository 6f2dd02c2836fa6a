package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The samples of one model input in an array.
 *
 * @param input what the model expects
 * @param values the whole array
 * @param form how samples lie in it
 */
record SampleArray(ModelInput input, Tensor values, Form form) {

  /** How samples lie in an array. */
  enum Form {
    /** The model's own leading dimension counts them. */
    LEADING,
    /** A dimension before the model's counts them: each sample is a whole input. */
    STACKED,
    /** There is but one value, the same for every sample. */
    SHARED
  }

  /** Checks type and shape of {@code array} against {@code input}. */
  static SampleArray of(Path path, ModelInput input, Tensor array) {
    Shape shape = array.shape();
    boolean convertible =
        input.type() == array.type()
            || input.type() == DataType.FLOAT
            || input.type() == DataType.DOUBLE
            || input.type() == DataType.FLOAT16
            || (isInteger(input.type()) && isInteger(array.type()));
    if (!convertible || input.type() == DataType.STRING || input.type() == DataType.OTHER) {
      throw Refusal.of(
          path, "its array '%s' is of type %s where the model takes %s".formatted(input.name(), array.type(), input.type()));
    }
    int extra = shape.rank() - input.rank();
    boolean fits = extra == 0 || extra == 1;
    int firstAxis = extra == 0 && input.batched() ? 1 : 0;
    for (int axis = firstAxis; fits && axis < input.rank(); axis++) {
      fits = input.accepts(axis, shape.dim(axis + extra));
    }
    if (!fits) {
      throw Refusal.of(
          path,
          "its array '%s' has the shape %s where the model takes %s".formatted(input.name(), shape, input.describe()));
    }
    int strange = NonFinite.firstIndex(array);
    if (strange >= 0) {
      int sample = shape.rank() == 0 ? 0 : strange / Math.max(1, shape.product(1, shape.rank()));
      throw Refusal.of(
          path, "sample %d of its array '%s' holds a value that is no finite number".formatted(sample, input.name()));
    }
    Form form = extra == 1 ? Form.STACKED : input.batched() ? Form.LEADING : Form.SHARED;
    return new SampleArray(input, array, form);
  }

  private static boolean isInteger(DataType type) {
    return !type.isFloatingPoint() && type != DataType.STRING && type != DataType.OTHER;
  }

  /** Number of samples; empty when every sample shares the value. */
  OptionalInt samples() {
    return form == Form.SHARED ? OptionalInt.empty() : OptionalInt.of(values.shape().dim(0));
  }

  /** The tensor for {@code count} samples from {@code first} on. */
  Tensor slice(int first, int count) {
    if (form == Form.SHARED) {
      return converted(values.buffer(), values.shape());
    }
    int[] dimensions = values.shape().toArray();
    int sampleElements = values.shape().product(1, dimensions.length);
    int sampleBytes = sampleElements * values.type().bits() / Byte.SIZE;
    ByteBuffer bytes = values.buffer().slice(first * sampleBytes, count * sampleBytes).order(ByteOrder.LITTLE_ENDIAN);
    dimensions[0] = count;
    if (form == Form.STACKED) {
      int[] inner = Arrays.copyOfRange(dimensions, 1, dimensions.length);
      if (input.batched() && inner[0] == 1) {
        inner[0] = count;
      } else if (count != 1) {
        throw new IllegalArgumentException("the input '%s' takes one sample at a time".formatted(input.name()));
      }
      dimensions = inner;
    }
    return converted(bytes, Shape.of(dimensions));
  }

  private Tensor converted(ByteBuffer bytes, Shape shape) {
    Tensor raw = new Tensor(values.type(), shape, bytes);
    return raw.type() == input.type() ? raw : Conversion.convert(raw, input.type());
  }
}
