package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.AlignedMemory;
import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/**
 * Weights of at most 4 bits, two in each byte, in panels of 32 columns.
 *
 * @param panels one panel after the other, aligned to cache lines; a byte holds the words of two groups of four rows
 * @param panelBytes bytes of a panel of 32 columns
 * @param offset what was added to each weight
 */
record Nibbles(MemorySegment panels, int panelBytes, int offset) implements MachineWeights.Panels {

  private static final int COLUMNS = MachineWeights.PANEL_COLUMNS;
  private static final int LANES = 16;
  private static final int VECTOR_BYTES = 64;
  private static final int PAIRS = 8;

  /** Packs a row-major K x N matrix of codes; empty where they span more than 4 bits. */
  static Optional<Nibbles> pack(byte[] weights, int k, int n, boolean signed) {
    int least = 0;
    int greatest = 0;
    for (byte code : weights) {
      int value = signed ? code : Byte.toUnsignedInt(code);
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    if (greatest - least > NibbleCode.GREATEST) {
      return Optional.empty();
    }
    int offset = -least;
    int panelBytes = Math.ceilDiv(k, NibbleCode.BLOCK) * NibbleCode.BLOCK * COLUMNS / 2;
    int panelCount = Math.ceilDiv(n, COLUMNS);
    int lastVectors = Math.ceilDiv(n - (panelCount - 1) * COLUMNS, LANES);
    byte[] panels = new byte[Math.multiplyExact(panelCount - 1, panelBytes) + panelBytes / 2 * lastVectors];
    // What lies beyond the last row is a weight of 0.
    Arrays.fill(panels, (byte) (offset | offset << 4));
    for (int row = 0; row < k; row++) {
      int group = row / Integer.BYTES;
      for (int column = 0; column < n; column++) {
        int panel = column / COLUMNS;
        int vectors = panel + 1 < panelCount ? 2 : lastVectors;
        int tile = group / LANES * vectors + column % COLUMNS / LANES;
        int pair = group % LANES / 2;
        int at =
            panel * panelBytes + (tile * PAIRS + pair) * VECTOR_BYTES + column % LANES * Integer.BYTES + row % Integer.BYTES;
        int nibble = (signed ? weights[row * n + column] : Byte.toUnsignedInt(weights[row * n + column])) + offset;
        panels[at] =
            (byte) (group % 2 == 0 ? panels[at] & 0xF0 | nibble : panels[at] & 0x0F | nibble << 4);
      }
    }
    return Optional.of(new Nibbles(AlignedMemory.copyOf(panels), panelBytes, offset));
  }

  /** Panel {@code panel} of some vectors with a code in each byte, as the micro-kernels of {@code engine} read it. */
  MemorySegment unpacked(int panel, int vectors, TileEngine engine, Scratch scratch) {
    MemorySegment codes = scratch.alignedPanels(2L * panelBytes);
    int blocks = panelBytes / (NibbleCode.BLOCK * COLUMNS / 2);
    engine.unpacking(new UnpackCode.Key(vectors, offset)).run(panels.asSlice((long) panel * panelBytes), codes, blocks);
    return codes;
  }
}
