package io.bitloupe.kernel.machine;

/** Which instruction set multiplies by a matrix. */
@FunctionalInterface
interface TileEngines {

  /**
   * Up to this K AMX fills its tiles so little that the dot products of AVX512-VNNI are faster, as {@code bitloupe bench model}
   * measures it.
   */
  int SHALLOW = 24;

  /** The engine for weights of {@code k} rows. */
  TileEngine of(int k, boolean weightsSigned, boolean activationsSigned);

  /** AVX512-VNNI for everything. */
  static TileEngines vnni() {
    TileEngine vnni = new VnniEngine();
    return (_, _, _) -> vnni;
  }

  /** AMX, and AVX512-VNNI for a small K where it takes the operands as they are. */
  static TileEngines amx() {
    TileEngine amx = new AmxEngine();
    TileEngine vnni = new VnniEngine();
    return (k, weightsSigned, activationsSigned) ->
        k <= SHALLOW && vnni.takesWeights(weightsSigned) && vnni.takesActivations(activationsSigned) ? vnni : amx;
  }
}
