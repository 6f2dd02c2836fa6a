package io.bitloupe.ui.view;

import io.bitloupe.ui.i18n.Messages;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.text.Text;
import org.jspecify.annotations.Nullable;

/**
 * Makes columns of a table that is in an order of its own: they are neither sorted nor moved.
 *
 * @param table names the columns, {@code table-key}
 * @param messages what the keys of their titles begin with
 */
public record Columns(String table, String messages) {
  /** What rows lose at the left to their mark, and at the right to the scroll bar. */
  private static final double MARGIN = 14;

  /** What a cell leaves free at both sides. */
  private static final double PADDING = 12;

  /** A column of values that have cells of their own. */
  public <R, T> TableColumn<R, T> of(String key, double width, Function<R, T> value) {
    TableColumn<R, T> column = new TableColumn<>(Messages.get(messages + key));
    column.setId(table + "-" + key);
    column.setPrefWidth(width);
    column.setSortable(false);
    column.setReorderable(false);
    column.setCellValueFactory(cell -> new ReadOnlyObjectWrapper<>(value.apply(cell.getValue())));
    return column;
  }

  /** A column of texts that may be longer than it is wide: a tooltip says them in full. */
  public <R> TableColumn<R, String> text(String key, double width, Function<R, String> text) {
    TableColumn<R, String> column = of(key, width, text);
    column.setCellFactory(
        _ ->
            new TableCell<>() {
              @Override
              protected void updateItem(@Nullable String item, boolean empty) {
                super.updateItem(item, empty);
                boolean nothing = empty || item == null || item.isEmpty();
                setText(nothing ? "" : item);
                setTooltip(nothing ? null : new Tooltip(item));
              }
            });
    return column;
  }

  /** A column of texts that go on in a second line where they are longer than it is wide. */
  public <R> TableColumn<R, String> wrapping(String key, double width, Function<R, String> text) {
    TableColumn<R, String> column = of(key, width, text);
    column.setCellFactory(
        _ ->
            new TableCell<>() {
              private final Text lines = new Text();

              {
                getStyleClass().add("wrapping-cell");
                lines.getStyleClass().add("wrapping-text");
                lines.wrappingWidthProperty().bind(column.widthProperty().subtract(PADDING));
                setGraphic(lines);
              }

              @Override
              protected void updateItem(@Nullable String item, boolean empty) {
                super.updateItem(item, empty);
                lines.setText(empty || item == null ? "" : item);
              }
            });
    return column;
  }

  /** Gives {@code column} what the others leave of the width of {@code table}, at least {@code least} pixels. */
  public static <R> void fill(TableView<R> table, TableColumn<R, ?> column, double least) {
    Runnable fit =
        () -> {
          double others =
              table.getVisibleLeafColumns().stream().filter(it -> !it.equals(column)).mapToDouble(TableColumn::getWidth).sum();
          column.setPrefWidth(Math.max(least, Math.floor(table.getWidth() - MARGIN - others)));
        };
    table.widthProperty().subscribe(fit);
    for (TableColumn<R, ?> other : table.getColumns()) {
      if (!other.equals(column)) {
        other.widthProperty().subscribe(fit);
        other.visibleProperty().subscribe(fit);
      }
    }
  }

  /** A column of figures, aligned at the right. */
  public <R> TableColumn<R, String> number(String key, double width, Function<R, String> figure) {
    TableColumn<R, String> column = of(key, width, figure);
    column.getStyleClass().add("numeric-column");
    return column;
  }
}
