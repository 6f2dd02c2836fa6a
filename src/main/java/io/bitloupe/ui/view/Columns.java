package io.bitloupe.ui.view;

import io.bitloupe.ui.i18n.Messages;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.control.TableColumn;

/**
 * Makes columns of a table that is in an order of its own: they are neither sorted nor moved.
 *
 * @param table names the columns, {@code table-key}
 * @param messages what the keys of their titles begin with
 */
public record Columns(String table, String messages) {

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

  /** A column of figures, aligned at the right. */
  public <R> TableColumn<R, String> number(String key, double width, Function<R, String> figure) {
    TableColumn<R, String> column = of(key, width, figure);
    column.getStyleClass().add("numeric-column");
    return column;
  }
}
