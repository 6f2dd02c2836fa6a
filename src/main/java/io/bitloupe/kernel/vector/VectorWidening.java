package io.bitloupe.kernel.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Turns codes into floats, a vector at a time. */
final class VectorWidening implements CodeWidening {

  private static final VectorShape SHAPE = Widths.shape(MethodHandles.lookup());
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  private static final int LANES = FLOATS.length();

  /** The smallest vector of bytes has 64 bits, so that with 128-bit vectors only half of it is used. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(Long.SIZE, LANES * Byte.SIZE)));

  @Override
  public void widen(byte[] codes, int from, float[] floats, int to, int length, boolean signed) {
    int i = 0;
    int safe = Math.min(length, codes.length - from - BYTES.length() + 1);
    if (signed) {
      for (; i < safe; i += LANES) {
        ByteVector bytes = ByteVector.fromArray(BYTES, codes, from + i);
        ((FloatVector) bytes.convertShape(VectorOperators.B2I, INTS, 0).convertShape(VectorOperators.I2F, FLOATS, 0))
            .intoArray(floats, to + i);
      }
    } else {
      for (; i < safe; i += LANES) {
        ByteVector bytes = ByteVector.fromArray(BYTES, codes, from + i);
        ((FloatVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0).convertShape(VectorOperators.I2F, FLOATS, 0))
            .intoArray(floats, to + i);
      }
    }
    for (; i < length; i++) {
      floats[to + i] = signed ? codes[from + i] : Byte.toUnsignedInt(codes[from + i]);
    }
  }

  @Override
  public void widenColumns(byte[] codes, int from, int stride, float[] floats, int to, int rows, int width, boolean signed) {
    int row = 0;
    // A vector may reach beyond the block, but not beyond the array.
    int safe = Math.min(rows, (codes.length - from - BYTES.length()) / stride + 1);
    if (codes.length - from < BYTES.length()) {
      safe = 0;
    }
    if (signed) {
      for (; row < safe; row++) {
        ByteVector bytes = ByteVector.fromArray(BYTES, codes, from + row * stride);
        ((FloatVector) bytes.convertShape(VectorOperators.B2I, INTS, 0).convertShape(VectorOperators.I2F, FLOATS, 0))
            .intoArray(floats, to + row * LANES);
      }
    } else {
      for (; row < safe; row++) {
        ByteVector bytes = ByteVector.fromArray(BYTES, codes, from + row * stride);
        ((FloatVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0).convertShape(VectorOperators.I2F, FLOATS, 0))
            .intoArray(floats, to + row * LANES);
      }
    }
    for (; row < rows; row++) {
      for (int lane = 0; lane < width; lane++) {
        byte code = codes[from + row * stride + lane];
        floats[to + row * LANES + lane] = signed ? code : Byte.toUnsignedInt(code);
      }
    }
  }
}
