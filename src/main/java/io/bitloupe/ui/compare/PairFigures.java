package io.bitloupe.ui.compare;

import io.bitloupe.ui.i18n.Messages;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** How a column shows figures of A and of B: as text, all of one width, and as bars on one scale. */
final class PairFigures {
  private final Function<CompareRow, CompareRow.Pair<OptionalDouble>> pair;
  private final DoubleFunction<String> format;
  private final DoubleBinaryOperator length;
  private double greatest;
  private int longest;

  /**
   * Figures of some rows.
   *
   * @param pair which figures
   * @param format one of them for people
   * @param length of the bar of one of them beside the greatest of the column, 0 to 1
   */
  PairFigures(Function<CompareRow, CompareRow.Pair<OptionalDouble>> pair, DoubleFunction<String> format, DoubleBinaryOperator length) {
    this.pair = pair;
    this.format = format;
    this.length = length;
  }

  /** The figures of {@code row}. */
  CompareRow.Pair<OptionalDouble> of(CompareRow row) {
    return pair.apply(row);
  }

  /** Makes room for the figures of {@code rows}. */
  void fit(List<CompareRow> rows) {
    longest = rows.stream().map(pair).mapToInt(it -> text(it).length()).max().orElse(0);
    greatest =
        rows.stream()
            .map(pair)
            .flatMapToDouble(it -> DoubleStream.concat(it.a().stream(), it.b().stream()))
            .filter(Double::isFinite)
            .max()
            .orElse(0);
  }

  /** Both, or the one where they read the same. */
  String text(CompareRow.Pair<OptionalDouble> of) {
    return of(of.a()).equals(of(of.b())) ? of(of.a()) : change(of);
  }

  /** {@link #text} with blanks before it, so that all of a column are of one width in a font of one width. */
  String padded(CompareRow.Pair<OptionalDouble> of) {
    String text = text(of);
    return "\u00a0".repeat(Math.max(0, longest - text.length())) + text;
  }

  /** Both, also where they read the same. */
  String change(CompareRow.Pair<OptionalDouble> of) {
    return Messages.get("compare.change", of(of.a()), of(of.b()));
  }

  private String of(OptionalDouble figure) {
    return figure.isPresent() ? format.apply(figure.getAsDouble()) : Messages.get("compare.absent");
  }

  /** Length of the bar of one figure, 0 to 1; 0 where there is none. */
  double bar(OptionalDouble figure) {
    return figure.isPresent() ? length.applyAsDouble(figure.getAsDouble(), greatest) : 0;
  }
}
