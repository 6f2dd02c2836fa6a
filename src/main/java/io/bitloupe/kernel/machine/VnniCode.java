package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.RAX;

/**
 * The AVX512-VNNI micro-kernel: tiles of up to 9 rows x 32 columns of accumulators stay in registers; each step of four along K
 * loads the panel's vectors once and broadcasts four bytes of each row. The accumulators start as the biases.
 */
final class VnniCode implements TileLoops.Body {

  /** Bytes along K that one step takes. */
  static final int BLOCK = 4;

  /** The most rows of a tile: 18 accumulators, 2 panel vectors, 2 broadcasts and 8 constants fit the 32 registers. */
  static final int MAX_ROWS = 9;

  private static final int VECTOR_BYTES = 64;
  private static final int CODES = 16;
  private static final int CONSTANTS = 24;
  private static final int PANEL = 18;
  private static final int BROADCAST = 20;
  private static final int SPARE = 18;
  private static final int COLUMN_MASK = 1;

  private final X64Assembler code;
  private final TileKey key;
  private final FusedEpilogue epilogue;

  private VnniCode(X64Assembler code, TileKey key) {
    this.code = code;
    this.key = key;
    this.epilogue = new FusedEpilogue(code, CONSTANTS, key.narrowing());
  }

  /** The kernel for tiles of exactly {@code key.rows()} rows of unsigned bytes, 1 to {@link #MAX_ROWS}, by signed bytes. */
  static MicroKernel emit(TileKey key) {
    X64Assembler code = new X64Assembler();
    TileLoops.emit(code, key, new VnniCode(code, key));
    return new MicroKernel(code, 0);
  }

  @Override
  public void begin() {
    if (key.codes()) {
      TileLoops.loadConstants(code, key, epilogue, COLUMN_MASK);
    }
  }

  @Override
  public void open() {
    for (int row = 0; row < key.rows(); row++) {
      for (int v = 0; v < key.vectors(); v++) {
        if (key.codes()) {
          code.vload(accumulator(row, v), TileLoops.BIASES, v * VECTOR_BYTES);
        } else {
          code.vzero(accumulator(row, v));
        }
      }
    }
  }

  private int accumulator(int row, int v) {
    return row * key.vectors() + v;
  }

  @Override
  public void block() {
    for (int v = 0; v < key.vectors(); v++) {
      code.vload(PANEL + v, TileLoops.B, v * VECTOR_BYTES);
    }
    code.move(RAX, TileLoops.A);
    for (int row = 0; row < key.rows(); row++) {
      code.vbroadcast32(BROADCAST + (row & 1), RAX, 0);
      if (row + 1 < key.rows()) {
        code.add(RAX, TileLoops.A_STRIDE);
      }
      for (int v = 0; v < key.vectors(); v++) {
        code.vpdpbusd(accumulator(row, v), BROADCAST + (row & 1), PANEL + v);
      }
    }
    code.addImmediate(TileLoops.A, BLOCK);
    code.addImmediate(TileLoops.B, key.vectors() * VECTOR_BYTES);
  }

  @Override
  public void close() {
    if (!key.codes()) {
      for (int row = 0; row < key.rows(); row++) {
        for (int v = 0; v < key.vectors(); v++) {
          code.vstore(TileLoops.OUT, v * VECTOR_BYTES, accumulator(row, v));
        }
        code.add(TileLoops.OUT, TileLoops.OUT_STRIDE);
      }
      return;
    }
    int together = 4 / key.vectors();
    for (int row = 0; row < key.rows(); row += together) {
      narrow(row, Math.min(together, key.rows() - row));
    }
  }

  private void narrow(int firstRow, int rows) {
    int vectors = key.vectors();
    int[] sums = new int[4];
    int[] scales = {0, vectors - 1, 0, vectors - 1};
    for (int i = 0; i < sums.length; i++) {
      boolean there = i < rows * vectors;
      sums[i] = there ? firstRow * vectors + i : SPARE + i;
      if (!there) {
        code.vzero(sums[i]);
      }
    }
    epilogue.narrow(sums, scales);
    for (int row = 0; row < rows; row++) {
      int codes = row == 0 ? sums[0] : SPARE;
      if (row > 0 && vectors > 1) {
        code.vextractHalf(codes, sums[0], row);
      } else if (row > 0) {
        code.vextractLane(codes, sums[0], row);
      }
      code.vstoreBytes(TileLoops.OUT, 0, codes, vectors * CODES, COLUMN_MASK);
      code.add(TileLoops.OUT, TileLoops.OUT_STRIDE);
    }
  }

  @Override
  public void end() {
    // Nothing was configured.
  }
}
