package io.bitloupe.ui.distribution;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A quantization grid over the values: what each code stands for, and the cell of values that are rounded to it. Cells meet half
 * way between two levels; beyond the outermost levels all values are clipped to them.
 *
 * @param codes the codes, in the order of their levels
 * @param levels what they stand for, ascending
 * @param integers the integers and their zero-point where codes are such; empty for number formats with levels of their own
 */
record GridCells(int[] codes, double[] levels, Optional<Integers> integers) {

  /** Integer codes. */
  record Integers(IntegerFormat format, int zeroPoint) {}

  /** The grid of {@code shown}; empty in float, for vectors, and where channels or blocks have scales of their own. */
  static Optional<GridCells> of(TensorPicture shown, Optional<ClipFigures> clip) {
    if (shown.levels().isPresent()) {
      return shown.levels().filter(it -> it.levels().length > 0).map(it -> of(it.levels()));
    }
    return shown
        .quantized()
        .flatMap(
            choice -> clip.filter(it -> it.affine().size() == 1).map(it -> of(it.affine().getFirst(), choice.format())));
  }

  /** The grid of integers. */
  static GridCells of(Affine affine, IntegerFormat format) {
    int[] codes =
        format.isBinary() ? new int[] {-1, 1} : IntStream.rangeClosed(format.quantMin(), format.quantMax()).toArray();
    double[] levels = IntStream.of(codes).mapToDouble(affine::dequantize).toArray();
    return new GridCells(codes, levels, Optional.of(new Integers(format, affine.zeroPoint())));
  }

  /** The grid of {@code levels}, ascending; codes count them from 0 on. */
  static GridCells of(float[] levels) {
    double[] wide = new double[levels.length];
    Arrays.setAll(wide, i -> levels[i]);
    return new GridCells(IntStream.range(0, levels.length).toArray(), wide, Optional.empty());
  }

  int size() {
    return codes.length;
  }

  /** Where cell {@code i} begins; the first is drawn as wide as its inner half. */
  double from(int i) {
    return i > 0 ? (levels[i - 1] + levels[i]) / 2 : levels[0] - outer(Math.min(1, size() - 1));
  }

  /** Where cell {@code i} ends; the last is drawn as wide as its inner half. */
  double to(int i) {
    return i < size() - 1 ? (levels[i] + levels[i + 1]) / 2 : levels[i] + outer(size() - 1);
  }

  private double outer(int i) {
    return i == 0 ? 0 : (levels[i] - levels[i - 1]) / 2;
  }

  /** The narrowest cell's width. */
  double narrowest() {
    return IntStream.range(1, size()).mapToDouble(i -> levels[i] - levels[i - 1]).min().orElse(0);
  }

  /** The cell of {@code value}; empty beyond all cells. */
  OptionalInt at(double value) {
    return IntStream.range(0, size()).filter(i -> value >= from(i) && value < to(i)).findFirst();
  }

  /** Number of values that are rounded to code {@code i}, clipped ones with the outermost. */
  double count(BinCounts counts, int i) {
    return counts.between(i == 0 ? Double.NEGATIVE_INFINITY : from(i), i == size() - 1 ? Double.POSITIVE_INFINITY : to(i));
  }
}
