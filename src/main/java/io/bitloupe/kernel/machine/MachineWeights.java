package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.AlignedMemory;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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

  /**
   * Where word {@code group} (four rows) of column {@code column} of a panel of some vectors stands, in bytes. The words of 16
   * columns that start at a multiple of 16 are neighbours.
   */
  interface Layout {
    int offset(int group, int column, int vectors);
  }

  /** Packs a row-major K x N matrix of weights for an instruction set, to be kept. */
  static MachineWeights pack(
      byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned, TileEngine engine) {
    int panelBytes = panelBytes(k, engine);
    byte[] panels = new byte[length(n, panelBytes)];
    fill(weights, 0, k, n, weightsSigned, engine, panels);
    return new MachineWeights(
        k, n, PackedWeights.columnSums(weights, k, n, weightsSigned), AlignedMemory.copyOf(panels), panelBytes,
        activationsSigned, weightsSigned,
        engine.takesWeights(weightsSigned) ? Nibbles.pack(weights, k, n, weightsSigned) : Optional.empty());
  }

  /** Packs a K x N matrix of activations for the next product on this thread. */
  static MachineWeights packOnce(
      byte[] codes, int offset, int k, int n, boolean signed, boolean leftSigned, TileEngine engine, Scratch scratch) {
    int panelBytes = panelBytes(k, engine);
    int length = length(n, panelBytes);
    byte[] panels = scratch.panel(length);
    Arrays.fill(panels, 0, length, (byte) 0);
    fill(codes, offset, k, n, signed, engine, panels);
    MemorySegment aligned = scratch.alignedPanels(length);
    MemorySegment.copy(MemorySegment.ofArray(panels), 0, aligned, 0, length);
    return new MachineWeights(
        k, n, PackedWeights.columnSums(codes, offset, k, n, signed), aligned, panelBytes, leftSigned, signed, Optional.empty());
  }

  private static int panelBytes(int k, TileEngine engine) {
    return Math.multiplyExact(Math.ceilDiv(k, engine.block()) * engine.block(), PANEL_COLUMNS);
  }

  private static int length(int n, int panelBytes) {
    int whole = Math.ceilDiv(n, PANEL_COLUMNS) - 1;
    return Math.multiplyExact(whole, panelBytes) + panelBytes / 2 * Math.ceilDiv(n - whole * PANEL_COLUMNS, LANES);
  }

  private static void fill(byte[] codes, int offset, int k, int n, boolean signed, TileEngine engine, byte[] panels) {
    byte flip = (byte) (engine.takesWeights(signed) ? 0 : MachineGemm.SIGN_BIT);
    int panelBytes = panelBytes(k, engine);
    Layout layout = engine.layout();
    for (int panel = 0; panel * PANEL_COLUMNS < n; panel++) {
      int first = panel * PANEL_COLUMNS;
      int columns = Math.min(PANEL_COLUMNS, n - first);
      int vectors = Math.ceilDiv(columns, LANES);
      for (int row = 0; row < k; row++) {
        for (int vector = 0; vector < vectors; vector++) {
          // Columns of one vector are neighbouring words.
          int to = panel * panelBytes + layout.offset(row / Integer.BYTES, vector * LANES, vectors) + row % Integer.BYTES;
          int from = offset + row * n + first + vector * LANES;
          for (int lane = 0; lane < Math.min(LANES, columns - vector * LANES); lane++) {
            panels[to + lane * Integer.BYTES] = (byte) (codes[from + lane] ^ flip);
          }
        }
      }
    }
  }
}
