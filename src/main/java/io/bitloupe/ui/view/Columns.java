package io.bitloupe.ui.view;

import io.bitloupe.ui.i18n.Messages;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.Tooltip;
import org.jspecify.annotations.Nullable;

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

  /** A column of figures, aligned at the right. */
  public <R> TableColumn<R, String> number(String key, double width, Function<R, String> figure) {
    TableColumn<R, String> column = of(key, width, figure);
    column.getStyleClass().add("numeric-column");
    return column;
  }
}
