package io.bitloupe.kernel;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What happens to accumulators before they are codes again. Safe for use by several threads. */
public final class Epilogue {

  private final int[] bias;
  private final Requantizer requantizer;
  private volatile @Nullable MemorySegment laidOut;

  /**
   * An epilogue.
   *
   * @param bias what is added to each column: the layer's bias and the corrections for zero-points; never modified
   * @param requantizer how sums become codes
   */
  public Epilogue(int[] bias, Requantizer requantizer) {
    this.bias = bias;
    this.requantizer = requantizer;
  }

  /** What is added to each column; never modified. */
  public int[] bias() {
    return bias;
  }

  /** How sums become codes. */
  public Requantizer requantizer() {
    return requantizer;
  }

  /**
   * The constants as a kernel reads them, laid out the first time and kept: a layer is run many times, always by the same
   * kernel.
   */
  public MemorySegment laidOut(Supplier<MemorySegment> layout) {
    MemorySegment known = laidOut;
    if (known == null) {
      known = layout.get();
      laidOut = known;
    }
    return known;
  }

  /**
   * Folds the input's zero-point into a bias: {@code bias - Za * sum of (w - Zw)}. With the sums {@code S = sum of a * (w - Zw)}
   * that is all that zero-points ask for (Jacob et al. 2018, 2.3).
   *
   * @param bias one for each column
   * @param weightSums {@code sum of (w - Zw)} of each column
   * @param inputZeroPoint Za
   * @param folded receives one for each column
   */
  public static void fold(int[] bias, int[] weightSums, int inputZeroPoint, int[] folded) {
    for (int column = 0; column < weightSums.length; column++) {
      folded[column] = bias[column] - inputZeroPoint * weightSums[column];
    }
  }
}
