package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.RAX;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The micro-kernel for a row or two times weights of 4 bits, which is limited by how fast weights arrive: each byte of the panel
 * holds two of them, and they are taken apart in registers. A weight is stored as its distance from the least one; a dot product
 * of the row with that least one is taken off in the end.
 */
final class NibbleCode implements TileLoops.Body {

  /** Bytes along K that one step takes. */
  static final int BLOCK = 64;

  /** The most rows of a tile. */
  static final int MAX_ROWS = 2;

  /** Greatest distance between two weights. */
  static final int GREATEST = 15;

  private static final int VECTOR_BYTES = 64;
  private static final int PAIRS = 8;
  private static final int BITS = 4;
  private static final int OFFSETS = 8;
  private static final int LOW = 10;
  private static final int HIGH = 11;
  private static final int BROADCAST = 12;
  private static final int NIBBLES = 14;
  private static final int LEAST = 15;
  private static final int SPARE = 16;
  private static final int CONSTANTS = 24;
  private static final int CODES = 16;
  private static final int COLUMN_MASK = 1;
  private static final int EACH_BYTE = 0x0101_0101;

  private record Key(TileKey tile, int offset) {}

  private static final Map<Key, MicroKernel> KERNELS = new ConcurrentHashMap<>();

  private final X64Assembler code;
  private final TileKey key;
  private final int offset;
  private final FusedEpilogue epilogue;

  private NibbleCode(X64Assembler code, Key key) {
    this.code = code;
    this.key = key.tile();
    this.offset = key.offset();
    this.epilogue = new FusedEpilogue(code, CONSTANTS, this.key.narrowing());
  }

  /** The kernel for tiles of exactly {@code key.rows()} rows of unsigned bytes and weights stored {@code offset} too high. */
  static MicroKernel kernel(TileKey key, int offset) {
    return KERNELS.computeIfAbsent(
        new Key(key, offset),
        missing -> {
          X64Assembler code = new X64Assembler();
          TileLoops.emit(code, key, new NibbleCode(code, missing));
          return new MicroKernel(code, 0);
        });
  }

  @Override
  public void begin() {
    code.loadImmediate(RAX, GREATEST * EACH_BYTE);
    code.vbroadcastRegister(NIBBLES, RAX);
    code.loadImmediate(RAX, offset * EACH_BYTE);
    code.vbroadcastRegister(LEAST, RAX);
    if (key.codes()) {
      TileLoops.loadConstants(code, key, epilogue, COLUMN_MASK);
    }
  }

  @Override
  public void open() {
    for (int row = 0; row < key.rows(); row++) {
      code.vzero(OFFSETS + row);
      for (int v = 0; v < key.vectors(); v++) {
        code.vzero(accumulator(row, v, 1));
        if (key.codes()) {
          code.vload(accumulator(row, v, 0), TileLoops.BIASES, v * VECTOR_BYTES);
        } else {
          code.vzero(accumulator(row, v, 0));
        }
      }
    }
  }

  private static int accumulator(int row, int v, int half) {
    return row * 4 + v * 2 + half;
  }

  @Override
  public void block() {
    for (int pair = 0; pair < PAIRS; pair++) {
      for (int v = 0; v < key.vectors(); v++) {
        code.vload(LOW, TileLoops.B, (v * PAIRS + pair) * VECTOR_BYTES);
        code.vshiftRightShorts(HIGH, LOW, BITS);
        code.vand(LOW, LOW, NIBBLES);
        code.vand(HIGH, HIGH, NIBBLES);
        code.move(RAX, TileLoops.A);
        for (int row = 0; row < key.rows(); row++) {
          for (int half = 0; half < 2; half++) {
            code.vbroadcast32(BROADCAST + half, RAX, (2 * pair + half) * Integer.BYTES);
            code.vpdpbusd(accumulator(row, v, half), BROADCAST + half, half == 0 ? LOW : HIGH);
            if (v == 0 && offset > 0) {
              code.vpdpbusd(OFFSETS + row, BROADCAST + half, LEAST);
            }
          }
          code.add(RAX, TileLoops.A_STRIDE);
        }
      }
    }
    code.addImmediate(TileLoops.A, BLOCK);
    code.addImmediate(TileLoops.B, key.vectors() * PAIRS * VECTOR_BYTES);
  }

  @Override
  public void close() {
    for (int row = 0; row < key.rows(); row++) {
      for (int v = 0; v < key.vectors(); v++) {
        int sum = accumulator(row, v, 0);
        code.vaddInts(sum, sum, accumulator(row, v, 1));
        code.vsubInts(sum, sum, OFFSETS + row);
        if (!key.codes()) {
          code.vstore(TileLoops.OUT, v * VECTOR_BYTES, sum);
        }
      }
      if (key.codes()) {
        narrow(row);
      }
      code.add(TileLoops.OUT, TileLoops.OUT_STRIDE);
    }
  }

  private void narrow(int row) {
    int last = key.vectors() - 1;
    code.vzero(SPARE);
    code.vzero(SPARE + 1);
    int first = accumulator(row, 0, 0);
    int second = last > 0 ? accumulator(row, 1, 0) : SPARE + 2;
    if (last == 0) {
      code.vzero(second);
    }
    epilogue.narrow(new int[] {first, second, SPARE, SPARE + 1}, new int[] {0, last, 0, last});
    code.vstoreBytes(TileLoops.OUT, 0, first, key.vectors() * CODES, COLUMN_MASK);
  }

  @Override
  public void end() {
    // Nothing was configured.
  }
}
