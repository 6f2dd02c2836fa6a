package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.R10;
import static io.bitloupe.kernel.machine.X64Assembler.R12;
import static io.bitloupe.kernel.machine.X64Assembler.R13;
import static io.bitloupe.kernel.machine.X64Assembler.R14;
import static io.bitloupe.kernel.machine.X64Assembler.RAX;
import static io.bitloupe.kernel.machine.X64Assembler.RDX;

/**
 * The AMX micro-kernel: tiles of up to 32 rows x 32 columns in four accumulator tiles; each step of 64 along K loads two tiles
 * of A straight from its rows and two of the panel. The accumulators start as the biases.
 */
final class AmxCode implements TileLoops.Body {

  /** Bytes along K that one step takes. */
  static final int BLOCK = 64;

  /** Rows, and columns, of one tile of accumulators. */
  static final int TILE = 16;

  private static final int TILE_BYTES = 1024;
  private static final int CONFIG_BYTES = 64;
  private static final int CONFIG_COLUMNS = 16;
  private static final int CONFIG_ROWS = 48;
  private static final int CODES = 16;
  private static final int CONSTANTS = 16;
  private static final int COLUMN_MASK = 1;

  private final X64Assembler code;
  private final TileKey key;
  private final int configuration;
  private final int lower;
  private final FusedEpilogue epilogue;

  private AmxCode(X64Assembler code, TileKey key) {
    this.code = code;
    this.key = key;
    int upper = Math.min(key.rows(), TILE);
    this.lower = key.rows() - upper;
    this.configuration = code.data(configuration(upper, lower));
    this.epilogue = new FusedEpilogue(code, CONSTANTS, key.narrowing());
  }

  /** The kernel for tiles of exactly {@code key.rows()} rows, 1 to 32. */
  static MicroKernel emit(TileKey key) {
    X64Assembler code = new X64Assembler();
    AmxCode body = new AmxCode(code, key);
    int entry = code.label();
    TileLoops.emit(code, key, body);
    return new MicroKernel(code, entry);
  }

  @Override
  public void begin() {
    code.addressOf(RAX, configuration);
    code.tileConfigure(RAX);
    code.loadImmediate(R12, CONFIG_BYTES);
    if (key.codes()) {
      TileLoops.loadConstants(code, key, epilogue, COLUMN_MASK);
    }
  }

  @Override
  public void open() {
    if (lower > 0) {
      TileLoops.load(code, R13, MicroKernel.HALF_STRIDE);
      code.add(R13, R10);
    }
    for (int v = 0; v < key.vectors(); v++) {
      for (int half = 0; half < (lower > 0 ? 2 : 1); half++) {
        if (key.codes()) {
          // A stride of nothing: every row of the tile starts as the row of biases.
          code.loadImmediate(R14, 0);
          code.move(RAX, TileLoops.BIASES);
          code.addImmediate(RAX, v * CONFIG_BYTES);
          code.tileLoad(accumulator(half, v), RAX, R14);
        } else {
          code.tileZero(accumulator(half, v));
        }
      }
    }
  }

  private static int accumulator(int half, int v) {
    return 2 * half + v;
  }

  @Override
  public void block() {
    code.tileLoad(6, TileLoops.B, R12);
    code.tileLoad(4, TileLoops.A, TileLoops.A_STRIDE);
    multiply(0, 0);
    if (key.vectors() > 1) {
      code.addImmediate(TileLoops.B, TILE_BYTES);
      code.tileLoad(7, TileLoops.B, R12);
      multiply(0, 1);
    }
    if (lower > 0) {
      code.tileLoad(5, R13, TileLoops.A_STRIDE);
      for (int v = 0; v < key.vectors(); v++) {
        multiply(1, v);
      }
      step(R13);
    }
    code.addImmediate(TileLoops.B, TILE_BYTES);
    step(TileLoops.A);
  }

  private void step(int pointer) {
    code.addMemory(pointer, X64Assembler.R9, NativeCode.offset(MicroKernel.BLOCK_STRIDE));
  }

  private void multiply(int half, int v) {
    code.tileDotProduct(accumulator(half, v), 4 + half, key.activationsSigned(), 6 + v, key.weightsSigned());
  }

  @Override
  public void close() {
    if (key.codes()) {
      code.loadImmediate(R14, key.vectors() * CONFIG_BYTES);
      storeTiles(RDX, R14);
      narrow();
    } else {
      storeTiles(TileLoops.OUT, TileLoops.OUT_STRIDE);
      TileLoops.advance(code, TileLoops.OUT, TileLoops.OUT_STRIDE, key.rows());
    }
  }

  private void storeTiles(int base, int stride) {
    for (int half = 0; half < (lower > 0 ? 2 : 1); half++) {
      if (half == 0) {
        code.move(RAX, base);
      } else {
        code.move(RAX, stride);
        code.shiftLeft(RAX, 4);
        code.add(RAX, base);
      }
      for (int v = 0; v < key.vectors(); v++) {
        code.tileStore(RAX, stride, accumulator(half, v));
        if (v + 1 < key.vectors()) {
          code.addImmediate(RAX, CONFIG_BYTES);
        }
      }
    }
  }

  /** Four vectors of accumulators at a time: two rows of two vectors, or four rows of one. */
  private void narrow() {
    int together = 4 / key.vectors();
    int groups = key.rows() / together;
    code.move(RAX, RDX);
    if (groups > 0) {
      code.loadImmediate(R14, groups);
      int next = code.label();
      narrow(together);
      code.decrement(R14);
      code.jumpIfNotZero(next);
    }
    if (key.rows() % together > 0) {
      narrow(key.rows() % together);
    }
  }

  private void narrow(int rows) {
    int vectors = key.vectors();
    int[] sums = {0, 1, 2, 3};
    int[] scales = {0, vectors - 1, 0, vectors - 1};
    int loaded = rows * vectors;
    for (int i = 0; i < sums.length; i++) {
      // Where rows are missing the first ones are narrowed twice.
      code.vload(i, RAX, i % loaded * CONFIG_BYTES);
    }
    code.addImmediate(RAX, loaded * CONFIG_BYTES);
    epilogue.narrow(sums, scales);
    for (int row = 0; row < rows; row++) {
      int codes = row == 0 ? 0 : 4;
      if (row > 0 && vectors > 1) {
        code.vextractHalf(codes, 0, row);
      } else if (row > 0) {
        code.vextractLane(codes, 0, row);
      }
      code.vstoreBytes(TileLoops.OUT, 0, codes, vectors * CODES, COLUMN_MASK);
      code.add(TileLoops.OUT, TileLoops.OUT_STRIDE);
    }
  }

  @Override
  public void end() {
    code.tileRelease();
  }

  private static byte[] configuration(int upper, int lower) {
    byte[] bytes = new byte[CONFIG_BYTES];
    bytes[0] = 1;
    int[] rows = {upper, upper, lower, lower, upper, lower, TILE, TILE};
    for (int tile = 0; tile < rows.length; tile++) {
      if (rows[tile] > 0) {
        bytes[CONFIG_COLUMNS + 2 * tile] = CONFIG_BYTES;
        bytes[CONFIG_ROWS + tile] = (byte) rows[tile];
      }
    }
    return bytes;
  }
}
