package io.bitloupe.kernel.scalar;

import io.bitloupe.kernel.AddRule;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.MultiplyRule;
import io.bitloupe.kernel.Pointwise;

/** The element-wise passes that all others are tested against. */
public final class ScalarPointwise implements Pointwise {

  @Override
  public void requantize(int[] accumulators, int offset, int rows, Epilogue epilogue, byte[] codes, int codeOffset) {
    int[] bias = epilogue.bias();
    int columns = epilogue.requantizer().channels();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int index = row * columns + column;
        int sum = accumulators[offset + index] + bias[column];
        codes[codeOffset + index] = (byte) epilogue.requantizer().requantize(sum, column);
      }
    }
  }

  @Override
  public void add(AddRule rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] sum, int offset, int length) {
    AddRule.Signs signs = rule.signs();
    for (int i = 0; i < length; i++) {
      sum[offset + i] = (byte) rule.add(signs.a(a[aOffset + i]), signs.b(b[bOffset + i]));
    }
  }

  @Override
  public void addScalar(AddRule rule, byte[] a, int aOffset, int b, byte[] sum, int offset, int length) {
    AddRule.Signs signs = rule.signs();
    for (int i = 0; i < length; i++) {
      sum[offset + i] = (byte) rule.addScalar(signs.a(a[aOffset + i]), b);
    }
  }

  @Override
  public void multiply(MultiplyRule rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] product, int offset, int length) {
    AddRule.Signs signs = rule.signs();
    for (int i = 0; i < length; i++) {
      product[offset + i] = (byte) rule.multiply(signs.a(a[aOffset + i]), signs.b(b[bOffset + i]));
    }
  }

  @Override
  public void multiplyScalar(MultiplyRule rule, byte[] a, int aOffset, int b, byte[] product, int offset, int length) {
    AddRule.Signs signs = rule.signs();
    for (int i = 0; i < length; i++) {
      product[offset + i] = (byte) rule.multiply(signs.a(a[aOffset + i]), b);
    }
  }

  @Override
  public void lookUp(byte[] table, byte[] in, int inOffset, byte[] out, int outOffset, int length) {
    for (int i = 0; i < length; i++) {
      out[outOffset + i] = table[Byte.toUnsignedInt(in[inOffset + i])];
    }
  }

  @Override
  public void maximum(byte[] maximum, int maximumOffset, byte[] codes, int offset, int length, boolean signed) {
    int flip = signed ? 0 : 0x80;
    for (int i = 0; i < length; i++) {
      if ((byte) (codes[offset + i] ^ flip) > (byte) (maximum[maximumOffset + i] ^ flip)) {
        maximum[maximumOffset + i] = codes[offset + i];
      }
    }
  }

  @Override
  public void accumulate(int[] sums, byte[] codes, int offset, int length, boolean signed) {
    for (int i = 0; i < length; i++) {
      sums[i] += signed ? codes[offset + i] : Byte.toUnsignedInt(codes[offset + i]);
    }
  }

  @Override
  public void accumulate(float[] sums, float scale, int zeroPoint, byte[] codes, int offset, int length, boolean signed) {
    for (int i = 0; i < length; i++) {
      int code = signed ? codes[offset + i] : Byte.toUnsignedInt(codes[offset + i]);
      sums[i] += scale * (code - zeroPoint);
    }
  }
}
