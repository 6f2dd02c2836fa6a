package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Requantizer;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Requantization;

/** Functions of one 8-bit code as tables of 256 codes, indexed by the byte read as unsigned. */
final class CodeTable {

  private CodeTable() {}

  /**
   * The code under other parameters. With FLOAT_SCALE it is what DequantizeLinear and QuantizeLinear give, with the others the
   * code less its zero-point is requantized like an accumulator.
   */
  static byte[] rescale(
      Requantization kind, IntegerFormat from, Affine in, Affine out, int codeMin, int codeMax) {
    byte[] table = new byte[1 << Byte.SIZE];
    boolean identity = in.equals(out);
    Requantizer requantizer =
        Requantizer.ofMultipliers(
            kind, new double[] {(double) in.scale() / out.scale()}, out.zeroPoint(), codeMin, codeMax);
    for (int index = 0; index < table.length; index++) {
      int code = from.signed() ? (byte) index : index;
      int moved;
      if (identity) {
        moved = Math.clamp(code, codeMin, codeMax);
      } else if (kind == Requantization.FLOAT_SCALE) {
        moved = out.quantize(in.dequantize(code), codeMin, codeMax);
      } else {
        moved = requantizer.requantize(code - in.zeroPoint(), 0);
      }
      table[index] = (byte) moved;
    }
    return table;
  }

  /** Whether looking up changes nothing. */
  static boolean isIdentity(byte[] table) {
    for (int index = 0; index < table.length; index++) {
      if (table[index] != (byte) index) {
        return false;
      }
    }
    return true;
  }
}
