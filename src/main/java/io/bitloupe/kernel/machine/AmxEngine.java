package io.bitloupe.kernel.machine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Micro-kernels on AMX tiles. */
final class AmxEngine implements TileEngine {

  private static final int TILE_BYTES = 1024;
  private static final int ROW_BYTES = 64;

  private final Map<TileKey, MicroKernel> kernels = new ConcurrentHashMap<>();
  private final Map<UnpackCode.Key, UnpackCode> unpacking = new ConcurrentHashMap<>();

  @Override
  public int block() {
    return AmxCode.BLOCK;
  }

  @Override
  public boolean loadsTiles() {
    return true;
  }

  @Override
  public int maxRows() {
    return 2 * AmxCode.TILE;
  }

  @Override
  public MachineWeights.Layout layout() {
    return (group, column, vectors) ->
        (group / AmxCode.TILE * vectors + column / AmxCode.TILE) * TILE_BYTES
            + group % AmxCode.TILE * ROW_BYTES
            + column % AmxCode.TILE * Integer.BYTES;
  }

  @Override
  public boolean takesActivations(boolean signed) {
    return true;
  }

  @Override
  public boolean takesWeights(boolean signed) {
    return true;
  }

  @Override
  public MicroKernel kernel(TileKey key) {
    return kernels.computeIfAbsent(key, AmxCode::emit);
  }

  @Override
  public UnpackCode unpacking(UnpackCode.Key key) {
    return unpacking.computeIfAbsent(key, missing -> UnpackCode.emit(missing, layout()));
  }

  @Override
  public int bitSerialRows(int planePairs) {
    return switch (planePairs) {
      case 1 -> 8;
      case 2 -> 4;
      default -> 2;
    };
  }
}
