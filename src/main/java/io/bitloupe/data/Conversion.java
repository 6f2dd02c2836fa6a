package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Turns tensors of numbers into tensors of another type, rounding to nearest; integers wrap around as in NumPy. */
final class Conversion {

  private Conversion() {}

  static Tensor convert(Tensor source, DataType type) {
    int elements = source.elements();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(type.bytesFor(elements))).order(ByteOrder.LITTLE_ENDIAN);
    if (type.isFloatingPoint()) {
      double[] values = reals(source);
      for (double value : values) {
        switch (type) {
          case FLOAT -> bytes.putFloat((float) value);
          case DOUBLE -> bytes.putDouble(value);
          case FLOAT16 -> bytes.putShort(Float.floatToFloat16((float) value));
          default -> throw new IllegalArgumentException("no conversion to " + type);
        }
      }
    } else {
      for (long value : source.integers()) {
        switch (type.bits()) {
          case 8 -> bytes.put((byte) (type == DataType.BOOL ? (value == 0 ? 0 : 1) : value));
          case 16 -> bytes.putShort((short) value);
          case 32 -> bytes.putInt((int) value);
          case 64 -> bytes.putLong(value);
          default -> throw new IllegalArgumentException("no conversion to " + type);
        }
      }
    }
    return new Tensor(type, source.shape(), bytes.flip());
  }

  private static double[] reals(Tensor source) {
    double[] values = new double[source.elements()];
    ByteBuffer bytes = source.buffer();
    if (!source.type().isFloatingPoint()) {
      long[] integers = source.integers();
      for (int i = 0; i < values.length; i++) {
        values[i] = integers[i];
      }
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (source.type()) {
            case FLOAT -> bytes.getFloat();
            case DOUBLE -> bytes.getDouble();
            case FLOAT16 -> Float.float16ToFloat(bytes.getShort());
            default -> throw new IllegalArgumentException("no conversion from " + source.type());
          };
    }
    return values;
  }
}
