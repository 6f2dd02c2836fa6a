package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.PackedWeights;

/**
 * Weights in panels of 32 columns, zero beyond the last column and row, four neighbouring rows of a column in one 32-bit word.
 *
 * @param k rows
 * @param n columns
 * @param columnSums sum of the codes of each column
 * @param panels one panel after the other
 * @param panelBytes bytes of a panel
 * @param activationsSigned whether the other operand's bytes are signed
 * @param weightsSigned whether the codes are signed
 */
record MachineWeights(
    int k, int n, int[] columnSums, byte[] panels, int panelBytes, boolean activationsSigned, boolean weightsSigned)
    implements PackedWeights {

  /** Columns of a panel. */
  static final int PANEL_COLUMNS = 32;

  /** Number of panels. */
  int panelCount() {
    return Math.ceilDiv(n, PANEL_COLUMNS);
  }

  /** Where word {@code group} (four rows) of column {@code column} of a panel stands, in bytes. */
  interface Layout {
    int offset(int group, int column);
  }

  static MachineWeights pack(
      byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned, int block, Layout layout) {
    int panelBytes = Math.ceilDiv(k, block) * block * PANEL_COLUMNS;
    byte[] panels = new byte[Math.multiplyExact(Math.ceilDiv(n, PANEL_COLUMNS), panelBytes)];
    for (int row = 0; row < k; row++) {
      for (int column = 0; column < n; column++) {
        int inPanel = layout.offset(row / Integer.BYTES, column % PANEL_COLUMNS) + row % Integer.BYTES;
        panels[column / PANEL_COLUMNS * panelBytes + inPanel] = weights[row * n + column];
      }
    }
    return new MachineWeights(
        k, n, PackedWeights.columnSums(weights, k, n, weightsSigned), panels, panelBytes, activationsSigned, weightsSigned);
  }
}
