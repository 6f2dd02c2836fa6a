package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.AlignedMemory;
import io.bitloupe.kernel.PackedWeights;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Weights in panels of 32 columns, the last one of 16 where that is enough; zero beyond the last column and row. Four
 * neighbouring rows of a column make one 32-bit word.
 *
 * @param k rows
 * @param n columns
 * @param columnSums sum of the codes of each column
 * @param panels one panel after the other, aligned to cache lines
 * @param panelBytes bytes of a panel of 32 columns
 * @param activationsSigned whether the other operand's bytes are signed
 * @param weightsSigned whether the codes are signed
 * @param nibbles the same weights two in a byte, where 4 bits are enough for them: what products of a row or two read
 */
record MachineWeights(
    int k, int n, int[] columnSums, MemorySegment panels, int panelBytes, boolean activationsSigned, boolean weightsSigned,
    Optional<Nibbles> nibbles)
    implements PackedWeights {

  /** Columns of a panel. */
  static final int PANEL_COLUMNS = 32;

  private static final int LANES = 16;

  /** Number of panels. */
  int panelCount() {
    return Math.ceilDiv(n, PANEL_COLUMNS);
  }

  /** Columns of a panel that count. */
  int columns(int panel) {
    return Math.min(PANEL_COLUMNS, n - panel * PANEL_COLUMNS);
  }

  /** Vectors of 16 columns that a panel has. */
  int vectors(int panel) {
    return Math.ceilDiv(columns(panel), LANES);
  }

  /** K, filled up to whole blocks. */
  int paddedK() {
    return panelBytes / PANEL_COLUMNS;
  }

  /** Where word {@code group} (four rows) of column {@code column} of a panel of some vectors stands, in bytes. */
  interface Layout {
    int offset(int group, int column, int vectors);
  }

  /** Packs a row-major K x N matrix for an instruction set. */
  static MachineWeights pack(
      byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned, TileEngine engine) {
    int flip = engine.takesWeights(weightsSigned) ? 0 : MachineGemm.SIGN_BIT;
    int panelBytes = Math.multiplyExact(Math.ceilDiv(k, engine.block()) * engine.block(), PANEL_COLUMNS);
    int panelCount = Math.ceilDiv(n, PANEL_COLUMNS);
    int lastVectors = Math.ceilDiv(n - (panelCount - 1) * PANEL_COLUMNS, LANES);
    byte[] panels = new byte[Math.multiplyExact(panelCount - 1, panelBytes) + panelBytes / 2 * lastVectors];
    MachineWeights.Layout layout = engine.layout();
    for (int row = 0; row < k; row++) {
      for (int column = 0; column < n; column++) {
        int panel = column / PANEL_COLUMNS;
        int vectors = panel + 1 < panelCount ? 2 : lastVectors;
        int inPanel = layout.offset(row / Integer.BYTES, column % PANEL_COLUMNS, vectors) + row % Integer.BYTES;
        panels[panel * panelBytes + inPanel] = (byte) (weights[row * n + column] ^ flip);
      }
    }
    return new MachineWeights(
        k, n, PackedWeights.columnSums(weights, k, n, weightsSigned), AlignedMemory.copyOf(panels), panelBytes,
        activationsSigned, weightsSigned, flip == 0 ? Nibbles.pack(weights, k, n, weightsSigned) : Optional.empty());
  }
}
