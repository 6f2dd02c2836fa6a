package io.bitloupe.kernel.machine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Micro-kernels on AVX512-VNNI, for unsigned activations and signed weights. */
final class VnniEngine implements TileEngine {

  private static final int VECTOR_BYTES = 64;

  private final Map<TileKey, MicroKernel> kernels = new ConcurrentHashMap<>();
  private final Map<UnpackCode.Key, UnpackCode> unpacking = new ConcurrentHashMap<>();

  @Override
  public int block() {
    return VnniCode.BLOCK;
  }

  @Override
  public boolean loadsTiles() {
    return false;
  }

  @Override
  public int maxRows() {
    return VnniCode.MAX_ROWS;
  }

  @Override
  public MachineWeights.Layout layout() {
    return (group, column, vectors) -> group * vectors * VECTOR_BYTES + column * Integer.BYTES;
  }

  @Override
  public boolean takesActivations(boolean signed) {
    return !signed;
  }

  @Override
  public boolean takesWeights(boolean signed) {
    return signed;
  }

  /** Whatever signs the key names: activations are brought to unsigned bytes and weights to signed ones beforehand. */
  @Override
  public MicroKernel kernel(TileKey key) {
    return kernels.computeIfAbsent(new TileKey(key.rows(), key.vectors(), false, true, key.narrowing()), VnniCode::emit);
  }

  @Override
  public UnpackCode unpacking(UnpackCode.Key key) {
    return unpacking.computeIfAbsent(key, missing -> UnpackCode.emit(missing, layout()));
  }

  @Override
  public int bitSerialRows(int planePairs) {
    return switch (planePairs) {
      case 1 -> Integer.MAX_VALUE;
      case 2 -> 16;
      default -> 2;
    };
  }
}
