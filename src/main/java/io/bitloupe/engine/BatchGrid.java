package io.bitloupe.engine;

import io.bitloupe.model.Model;
import io.bitloupe.model.TensorInfo;

/**
 * How samples are cut into batches. The cut depends on the model alone, never on threads, so that what is cached for a batch
 * fits every later run and sums come out the same.
 *
 * @param samples number of samples
 * @param batchSize samples in a batch; the last one may be smaller
 */
public record BatchGrid(int samples, int batchSize) {

  private static final int MAX_BATCH = 32;
  private static final long MAX_ACTIVATION_BYTES = 64L << 20;

  /** The same where only a few activations are alive at once. */
  private static final long MAX_PASSING_BYTES = 512L << 20;

  /** Batches of 1, 2, 4, 8, 16 or 32 samples whose float activations, all kept at once, take at most 64 MiB. */
  public static BatchGrid of(Model model, int samples) {
    return of(model, samples, MAX_ACTIVATION_BYTES);
  }

  /** Larger batches, for runs that keep the outputs of the model only: weights are read less often. */
  static BatchGrid forOutputs(Model model, int samples) {
    return of(model, samples, MAX_PASSING_BYTES);
  }

  private static BatchGrid of(Model model, int samples, long mostBytes) {
    if (!model.batchable()) {
      return new BatchGrid(samples, 1);
    }
    long bytes = model.tensors().values().stream().mapToLong(TensorInfo::elements).sum() * Float.BYTES;
    // A power of two: whole batches then make a first estimate of 32 samples, and no more.
    return new BatchGrid(samples, Integer.highestOneBit(Math.clamp(mostBytes / Math.max(1, bytes), 1, MAX_BATCH)));
  }

  /** Number of batches. */
  public int count() {
    return Math.ceilDiv(samples, batchSize);
  }

  /** Index of the first sample of {@code batch}. */
  public int first(int batch) {
    return batch * batchSize;
  }

  /** Samples in {@code batch}. */
  public int size(int batch) {
    return Math.min(batchSize, samples - first(batch));
  }
}
