package io.bitloupe.ui.distribution;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.quant.calibrate.TensorStatistics;
import java.util.List;
import java.util.Optional;

/**
 * Everything that is drawn of a tensor.
 *
 * @param subject what it is of
 * @param statistics histogram and moments
 * @param counts sums of the histogram
 * @param picks what each range method would choose for one scale; empty in float
 * @param figures what the configuration does; empty in float
 * @param curve error against clip; empty in float
 * @param levels what a number format with levels of its own does; empty in float and for integers
 * @param spread the values after quantization where groups have scales of their own; empty elsewhere
 */
public record TensorPicture(
    Subject subject,
    TensorStatistics statistics,
    BinCounts counts,
    List<RangePick> picks,
    Optional<ClipFigures> figures,
    ErrorCurve curve,
    Optional<LevelFigures> levels,
    Optional<SpreadCodes> spread) {
  /** Copies the list. */
  public TensorPicture {
    picks = List.copyOf(picks);
  }

  /** Of a tensor that stays in float. */
  static TensorPicture inFloat(Subject subject, TensorStatistics statistics, BinCounts counts) {
    return new TensorPicture(
        subject, statistics, counts, List.of(), Optional.empty(), new ErrorCurve(List.of()), Optional.empty(), Optional.empty());
  }

  /** The same with what a number format does. */
  TensorPicture with(LevelFigures found) {
    return new TensorPicture(subject, statistics, counts, picks, figures, curve, Optional.of(found), spread);
  }

  /** The same with figures that are exact. */
  TensorPicture with(ClipFigures exact) {
    return new TensorPicture(subject, statistics, counts, picks, Optional.of(exact), curve, levels, spread);
  }

  /** The choice where the tensor is quantized. */
  public Optional<TensorChoice.Quantized> quantized() {
    return subject.choice() instanceof TensorChoice.Quantized quantized ? Optional.of(quantized) : Optional.empty();
  }

  /** Whether one range holds for everything that is shown, so that it can be moved. */
  public boolean isMovable() {
    return quantized().isPresent() && subject.channel().isEmpty();
  }

  /** Whether one grid holds for all values that are shown. */
  public boolean hasOneGrid() {
    return levels.map(it -> it.groups() == 1).orElse(figures.isPresent() && !isGrouped());
  }

  /** Whether it is known what quantization makes of the bars. */
  public boolean hasAfterwards() {
    return hasOneGrid() || spread.isPresent();
  }

  /** Whether channels or blocks have scales of their own. */
  public boolean isGrouped() {
    return figures.filter(it -> it.affine().size() > 1).isPresent();
  }
}
