package io.bitloupe.ui.view;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;

/**
 * Shares the width of a table among its columns, so that nothing is left over: none is narrower than it was made, and where that is
 * too much for the table, it scrolls.
 */
public final class ColumnRoom<R> {
  /** What rows lose at the left to their mark, and at the right to the scroll bar. */
  private static final double MARGIN = 14;

  private final TableView<R> table;
  private final Optional<TableColumn<R, ?>> taker;
  private final Map<TableColumn<R, ?>, Double> least = new LinkedHashMap<>();

  private ColumnRoom(TableView<R> table, Optional<TableColumn<R, ?>> taker) {
    this.table = table;
    this.taker = taker;
    table.getColumns().forEach(column -> least.put(column, column.getPrefWidth()));
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
    List<TableColumn<R, ?>> shown = table.getColumns().stream().filter(TableColumn::isVisible).toList();
    double taken = shown.stream().mapToDouble(least::get).sum();
    double room = Math.max(0, table.getWidth() - MARGIN - taken);
    Optional<TableColumn<R, ?>> one = taker.filter(TableColumn::isVisible);
    for (TableColumn<R, ?> column : shown) {
      double own = least.get(column);
      double share = one.map(it -> it.equals(column) ? 1.0 : 0.0).orElse(own / taken);
      column.setPrefWidth(Math.floor(own + room * share));
    }
  }
}
