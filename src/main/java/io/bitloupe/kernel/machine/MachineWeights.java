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
 * @param panels the codes
 * @param panelBytes bytes of a panel of 32 columns, a code in each
 * @param engine the instruction set that they are packed for
 * @param activationsSigned whether the other operand's bytes are signed
 * @param weightsSigned whether the codes are signed
 */
record MachineWeights(
    int k, int n, int[] columnSums, Panels panels, int panelBytes, TileEngine engine, boolean activationsSigned,
    boolean weightsSigned)
    implements PackedWeights {

  /** How the panels are kept: a code in each byte, or two where 4 bits are enough for all of them. */
  sealed interface Panels permits Bytes, Nibbles {}

  /**
   * A code in each byte.
   *
   * @param codes one panel after the other, aligned to cache lines
   */
  record Bytes(MemorySegment codes) implements Panels {}

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

  /** The panel {@code panel} with a code in each byte; {@code scratch} holds it where that is not how it is kept. */
  MemorySegment panel(int panel, Scratch scratch) {
    return switch (panels) {
      case Bytes(MemorySegment codes) -> codes.asSlice((long) panel * panelBytes);
      case Nibbles nibbles -> nibbles.unpacked(panel, vectors(panel), engine, scratch);
    };
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
    Optional<Nibbles> nibbles = engine.takesWeights(weightsSigned) ? Nibbles.pack(weights, k, n, weightsSigned) : Optional.empty();
    Panels panels = nibbles.isPresent() ? nibbles.get() : bytes(weights, k, n, weightsSigned, engine);
    int[] columnSums = PackedWeights.columnSums(weights, k, n, weightsSigned);
    return new MachineWeights(k, n, columnSums, panels, panelBytes(k, engine), engine, activationsSigned, weightsSigned);
  }

  private static Bytes bytes(byte[] weights, int k, int n, boolean signed, TileEngine engine) {
    byte[] panels = new byte[length(n, panelBytes(k, engine))];
    fill(weights, 0, k, n, signed, engine, panels);
    return new Bytes(AlignedMemory.copyOf(panels));
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
    int[] columnSums = PackedWeights.columnSums(codes, offset, k, n, signed);
    return new MachineWeights(k, n, columnSums, new Bytes(aligned), panelBytes, engine, leftSigned, signed);
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
