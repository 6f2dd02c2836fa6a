package io.bitloupe.engine;

/**
 * In which order an evaluation does its units of work: batches enough for a first estimate, then what else is measured of some
 * batches, then the other batches.
 *
 * @param grid the batches
 * @param estimateSamples samples of a first estimate
 * @param noiseBatches how many batches, from the first, are measured layer by layer
 */
record WorkOrder(BatchGrid grid, int estimateSamples, int noiseBatches) {

  /** Number of units. */
  int count() {
    return grid.count() + noiseBatches;
  }

  /** Whether unit {@code position} measures layers. */
  boolean isNoise(int position) {
    return position >= leading() && position < leading() + noiseBatches;
  }

  /** The batch of unit {@code position}. */
  int batch(int position) {
    if (position < leading()) {
      return position;
    }
    return isNoise(position) ? position - leading() : position - noiseBatches;
  }

  private int leading() {
    return Math.min(grid.count(), Math.ceilDiv(estimateSamples, grid.batchSize()));
  }
}
