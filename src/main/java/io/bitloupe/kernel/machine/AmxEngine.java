package io.bitloupe.kernel.machine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Micro-kernels on AMX tiles. Code is emitted when a shape of tile is first asked for. */
final class AmxEngine implements TileEngine {

  private static final int TILE_BYTES = 1024;
  private static final int ROW_BYTES = 64;

  private record Key(int rows, boolean activationsSigned, boolean weightsSigned, boolean codes) {}

  private final Map<Key, MicroKernel> kernels = new ConcurrentHashMap<>();

  @Override
  public int block() {
    return AmxCode.BLOCK;
  }

  @Override
  public int maxRows() {
    return 2 * AmxCode.TILE;
  }

  @Override
  public MachineWeights.Layout layout() {
    return (group, column) ->
        (group / AmxCode.TILE * 2 + column / AmxCode.TILE) * TILE_BYTES
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
  public MicroKernel kernel(int rows, boolean activationsSigned, boolean weightsSigned, boolean codes) {
    return kernels.computeIfAbsent(
        new Key(rows, activationsSigned, weightsSigned, codes),
        key -> AmxCode.emit(key.rows(), key.activationsSigned(), key.weightsSigned(), key.codes()));
  }
}
