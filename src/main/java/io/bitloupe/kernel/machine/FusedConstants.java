package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.Scratch;

/** Lays the constants of an epilogue out as the fused code reads them: panel by panel, five rows of 32 columns. */
final class FusedConstants {

  private static final int COLUMNS = MachineWeights.PANEL_COLUMNS;

  private FusedConstants() {}

  static int[] of(int[] bias, FloatScaleRequantizer requantizer, Scratch scratch) {
    int n = bias.length;
    int[] constants = scratch.constants(Math.ceilDiv(n, COLUMNS) * COLUMNS * FusedEpilogue.ROWS);
    int least = Float.floatToRawIntBits(requantizer.quantMin() - requantizer.zeroPoint());
    int greatest = Float.floatToRawIntBits(requantizer.quantMax() - requantizer.zeroPoint());
    float[] scales = requantizer.scales();
    for (int column = 0; column < n; column++) {
      int at = column / COLUMNS * COLUMNS * FusedEpilogue.ROWS + column % COLUMNS;
      constants[at] = bias[column];
      constants[at + COLUMNS] = Float.floatToRawIntBits(scales[column]);
      constants[at + 2 * COLUMNS] = least;
      constants[at + 3 * COLUMNS] = greatest;
      constants[at + 4 * COLUMNS] = requantizer.zeroPoint();
    }
    return constants;
  }
}
