package io.bitloupe.model;

/** Element types of ONNX tensors, with their storage width in bits. */
public enum DataType {
  FLOAT(32),
  DOUBLE(64),
  FLOAT16(16),
  BFLOAT16(16),
  INT4(4),
  UINT4(4),
  INT8(8),
  UINT8(8),
  INT16(16),
  UINT16(16),
  INT32(32),
  UINT32(32),
  INT64(64),
  UINT64(64),
  BOOL(8),
  /** UTF-8 strings; {@link Tensor} stores each behind its int32 byte count, so the width is that of an empty one. */
  STRING(32),
  /** Anything Bitloupe only carries along: complex numbers, 8-bit floats, sequences. */
  OTHER(8);

  private final int bits;

  DataType(int bits) {
    this.bits = bits;
  }

  /** Storage width of one element in bits. */
  public int bits() {
    return bits;
  }

  /** Bytes that {@code elements} elements take, 4-bit types packed two to a byte. */
  public long bytesFor(long elements) {
    return (elements * bits + 7) / 8;
  }

  /** Whether this is one of the floating-point types. */
  public boolean isFloatingPoint() {
    return this == FLOAT || this == DOUBLE || this == FLOAT16 || this == BFLOAT16;
  }
}
