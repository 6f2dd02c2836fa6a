package io.bitloupe.kernel.machine;

/** One instruction set's micro-kernels. Thread-safe. */
interface TileEngine {

  /** Bytes along K that one step takes. */
  int block();

  /** Whether A is loaded in tiles of 16 rows x one K block, so that such blocks had better lie together. */
  boolean loadsTiles();

  /** The most rows of a tile. */
  int maxRows();

  /** Where a word of the packed weights stands within its panel. */
  MachineWeights.Layout layout();

  /** Whether activations of this sign can be multiplied as they are. */
  boolean takesActivations(boolean signed);

  /** Whether weights of this sign can be multiplied as they are. */
  boolean takesWeights(boolean signed);

  /** The micro-kernel of a kind, emitted when it is first asked for. */
  MicroKernel kernel(TileKey key);

  /** What unpacks a kind of panels of 4 bits into bytes, emitted when it is first asked for. */
  UnpackCode unpacking(UnpackCode.Key key);

  /**
   * Up to how many rows AND and population count are faster, as {@code bitloupe bench kernels} measures it.
   *
   * @param planePairs bits of one operand times bits of the other, 1 to 4
   */
  int bitSerialRows(int planePairs);
}
