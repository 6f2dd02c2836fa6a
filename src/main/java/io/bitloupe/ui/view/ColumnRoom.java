package io.bitloupe.ui.view;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;

/**
 * Shares the width of a table among its columns, so that nothing is left over: none is narrower than it was made, and where that is
 * too much for the table, it scrolls.
 */
public final class ColumnRoom<R> {
  /** What rows lose at the left to their mark, and at the right to the scroll bar. */
  private static final double MARGIN = 14;

  /** A column and the width that it was made with. */
  private record Made<R>(TableColumn<R, ?> column, double width) {}

  private final TableView<R> table;
  private final Optional<TableColumn<R, ?>> taker;
  private final List<Made<R>> columns;

  private ColumnRoom(TableView<R> table, Optional<TableColumn<R, ?>> taker) {
    this.table = table;
    this.taker = taker;
    columns = table.getColumns().stream().map(column -> new Made<R>(column, column.getPrefWidth())).toList();
    table.widthProperty().subscribe(this::fit);
    table.getColumns().forEach(column -> column.visibleProperty().subscribe(this::fit));
  }

  /** Shares what the columns of {@code table} leave among all of them, in proportion to their widths. */
  public static <R> void spread(TableView<R> table) {
    new ColumnRoom<>(table, Optional.empty());
  }

  /** Gives what the columns of {@code table} leave to {@code taker}, and spreads it while that is not shown. */
  public static <R> void give(TableView<R> table, TableColumn<R, ?> taker) {
    new ColumnRoom<>(table, Optional.of(taker));
  }

  private void fit() {
    List<Made<R>> shown = columns.stream().filter(it -> it.column().isVisible()).toList();
    OptionalInt one = IntStream.range(0, shown.size()).filter(i -> Optional.of(shown.get(i).column()).equals(taker)).findFirst();
    double[] widths = widths(shown.stream().mapToDouble(Made::width).toArray(), one, table.getWidth() - MARGIN);
    for (int i = 0; i < widths.length; i++) {
      shown.get(i).column().setPrefWidth(widths[i]);
    }
  }

  /**
   * Widths of columns that share {@code room} pixels.
   *
   * @param least what each of them has at least
   * @param taker which of them takes what is left; all of them share it, in proportion, where it is none
   */
  static double[] widths(double[] least, OptionalInt taker, double room) {
    double sum = DoubleStream.of(least).sum();
    double left = Math.max(0, room - sum);
    double[] widths = new double[least.length];
    for (int i = 0; i < least.length; i++) {
      double share = taker.isEmpty() ? least[i] / sum : taker.getAsInt() == i ? 1 : 0;
      widths[i] = Math.floor(least[i] + left * share);
    }
    return widths;
  }
}
