package io.bitloupe.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A constant or a computed value: element type, shape and little-endian elements in row-major order.
 *
 * @param type element type
 * @param shape dimensions, outermost first
 * @param data the elements, little-endian, 4-bit types packed low nibble first; never modified
 */
public record Tensor(DataType type, Shape shape, ByteBuffer data) {

  /** Checks that the buffer holds as many bytes as type and shape ask for. */
  public Tensor {
    data = data.asReadOnlyBuffer().rewind().order(ByteOrder.LITTLE_ENDIAN);
    if (type != DataType.STRING && type != DataType.OTHER && data.remaining() != type.bytesFor(shape.elements())) {
      throw new IllegalArgumentException(
          "a %s tensor of shape %s needs %d bytes, not %d"
              .formatted(type, shape, type.bytesFor(shape.elements()), data.remaining()));
    }
  }

  /** A float32 tensor holding a copy of {@code values}. */
  public static Tensor ofFloats(Shape shape, float... values) {
    ByteBuffer bytes = allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return new Tensor(DataType.FLOAT, shape, bytes);
  }

  /** An int64 tensor holding a copy of {@code values}. */
  public static Tensor ofLongs(Shape shape, long... values) {
    ByteBuffer bytes = allocate(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return new Tensor(DataType.INT64, shape, bytes);
  }

  /** An int32 tensor holding a copy of {@code values}. */
  public static Tensor ofInts(Shape shape, int... values) {
    ByteBuffer bytes = allocate(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return new Tensor(DataType.INT32, shape, bytes);
  }

  /** A tensor of an 8-bit type (INT8, UINT8 or BOOL) holding a copy of {@code values}. */
  public static Tensor ofBytes(DataType type, Shape shape, byte... values) {
    return new Tensor(type, shape, ByteBuffer.wrap(values.clone()));
  }

  /** Number of elements. */
  public int elements() {
    return Math.toIntExact(shape.elements());
  }

  /** The elements of a FLOAT tensor, as a fresh array. */
  public float[] floats() {
    require(DataType.FLOAT);
    float[] values = new float[elements()];
    buffer().asFloatBuffer().get(values);
    return values;
  }

  /** The elements of any integer or boolean tensor of up to 64 bits, widened, as a fresh array. */
  public long[] integers() {
    long[] values = new long[elements()];
    ByteBuffer bytes = buffer();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case INT64, UINT64 -> bytes.getLong(i * Long.BYTES);
            case INT32 -> bytes.getInt(i * Integer.BYTES);
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt(i * Integer.BYTES));
            case INT16 -> bytes.getShort(i * Short.BYTES);
            case UINT16 -> Short.toUnsignedInt(bytes.getShort(i * Short.BYTES));
            case INT8 -> bytes.get(i);
            case UINT8, BOOL -> Byte.toUnsignedInt(bytes.get(i));
            case INT4 -> (byte) (nibble(bytes, i) << 4) >> 4;
            case UINT4 -> nibble(bytes, i);
            default -> throw new IllegalStateException("a " + type + " tensor holds no integers");
          };
    }
    return values;
  }

  /** The elements of an 8-bit tensor, as a fresh array. */
  public byte[] bytes() {
    byte[] values = new byte[data.limit()];
    buffer().get(values);
    return values;
  }

  /** A fresh little-endian view of the elements, positioned at the first. */
  public ByteBuffer buffer() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN).rewind();
  }

  /** The same elements under another shape of the same element count. */
  public Tensor reshaped(Shape other) {
    return new Tensor(type, other, data);
  }

  private static int nibble(ByteBuffer bytes, int index) {
    int pair = Byte.toUnsignedInt(bytes.get(index / 2));
    return index % 2 == 0 ? pair & 0xF : pair >> 4;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void require(DataType expected) {
    if (type != expected) {
      throw new IllegalStateException("a " + type + " tensor where " + expected + " was expected");
    }
  }
}
