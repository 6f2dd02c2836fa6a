package io.bitloupe.ui.distribution;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.calibrate.ErrorSplit;
import io.bitloupe.quant.calibrate.TensorStatistics;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What a clipping range does to a tensor.
 *
 * @param range the range; the outermost of all where channels have their own
 * @param affine scales and zero-points, one for each group
 * @param split the error by its cause
 * @param codesUsed codes that occur; empty where groups have their own scales
 * @param codes codes of the format
 * @param exact whether it was computed from the values and not from their histogram
 */
public record ClipFigures(Range range, List<Affine> affine, ErrorSplit split, OptionalInt codesUsed, int codes, boolean exact) {
  /** Copies the list. */
  public ClipFigures {
    affine = List.copyOf(affine);
  }

  /** Of one range for all values, from the histogram. */
  public static ClipFigures of(TensorStatistics statistics, BinCounts counts, Range range, IntegerFormat format) {
    Affine affine = Affine.of(range, format);
    ErrorSplit split = ErrorSplit.of(statistics, affine, format);
    return new ClipFigures(range, List.of(affine), split, OptionalInt.of(used(counts, affine, format)), format.codes(), false);
  }

  /** The same with the error that was computed from the values. */
  ClipFigures with(ErrorSplit exactSplit) {
    return new ClipFigures(range, affine, exactSplit, codesUsed, codes, true);
  }

  /** Number of codes that some value gets. */
  static int used(BinCounts counts, Affine affine, IntegerFormat format) {
    GridCells cells = GridCells.of(affine, format);
    return (int) IntStream.range(0, cells.size()).filter(i -> cells.count(counts, i) >= 0.5).count();
  }
}
