package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finds infinities and NaN, which would make ranges and accuracies meaningless without a word. */
final class NonFinite {

  private static final int HALF_EXPONENT = 0x7C00;

  private NonFinite() {}

  /** Index of the first element of {@code array} that is no finite number; -1 where all are. */
  static int firstIndex(Tensor array) {
    ByteBuffer bytes = array.buffer().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    DataType type = array.type();
    int count = type == DataType.FLOAT || type == DataType.DOUBLE || type == DataType.FLOAT16 ? array.shape()
        .product(0, array.shape().rank()) : 0;
    for (int i = 0; i < count; i++) {
      boolean finite =
          switch (type) {
            case FLOAT -> Float.isFinite(bytes.getFloat(i * Float.BYTES));
            case DOUBLE -> Double.isFinite(bytes.getDouble(i * Double.BYTES));
            default -> (bytes.getShort(i * Short.BYTES) & HALF_EXPONENT) != HALF_EXPONENT;
          };
      if (!finite) {
        return i;
      }
    }
    return -1;
  }
}
