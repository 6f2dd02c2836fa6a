package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Scratch;
import java.util.List;

/**
 * One step of a plan: a pure function from the codes that it reads to the codes that it writes, sample by sample. Immutable and
 * safe for use by several threads, each with its own scratch.
 */
interface IntegerOperator {

  /**
   * Computes the codes of {@code output}.
   *
   * @param inputs the activations, in the order of the step's activation operands
   * @param output receives the codes of every sample
   * @param samples number of samples
   * @param scratch temporary memory of the calling thread
   */
  void run(List<Value> inputs, Value output, int samples, Scratch scratch);
}
