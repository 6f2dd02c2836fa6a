package io.bitloupe.kernel.machine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Micro-kernels on AVX512-VNNI, for unsigned activations and signed weights. Code is emitted when first asked for. */
final class VnniEngine implements TileEngine {

  private static final int ROW_BYTES = MachineWeights.PANEL_COLUMNS * Integer.BYTES;

  private record Key(int rows, boolean codes) {}

  private final Map<Key, MicroKernel> kernels = new ConcurrentHashMap<>();

  @Override
  public int block() {
    return VnniCode.BLOCK;
  }

  @Override
  public int maxRows() {
    return VnniCode.MAX_ROWS;
  }

  @Override
  public MachineWeights.Layout layout() {
    return (group, column) -> group * ROW_BYTES + column * Integer.BYTES;
  }

  @Override
  public boolean takesActivations(boolean signed) {
    return !signed;
  }

  @Override
  public boolean takesWeights(boolean signed) {
    return signed;
  }

  @Override
  public MicroKernel kernel(int rows, boolean activationsSigned, boolean weightsSigned, boolean codes) {
    return kernels.computeIfAbsent(new Key(rows, codes), key -> VnniCode.emit(key.rows(), key.codes()));
  }
}
