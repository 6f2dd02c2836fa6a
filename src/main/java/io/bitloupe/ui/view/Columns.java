package io.bitloupe.ui.view;

import io.bitloupe.ui.i18n.Messages;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Region;
import javafx.scene.text.Text;
import org.jspecify.annotations.Nullable;

/**
 * Makes columns of a table that is in an order of its own: they are neither sorted nor moved.
 *
 * @param table names the columns, {@code table-key}
 * @param messages what the keys of their titles begin with, and with {@code .help} at the end those of a sentence about each
 */
public record Columns(String table, String messages) {
  /** What a cell that stands apart leaves free at both sides. */
  private static final double PADDING = 24;

  /** A column of values that have cells of their own. */
  public <R, T> TableColumn<R, T> of(String key, double width, Function<R, T> value) {
    TableColumn<R, T> column = new TableColumn<>(Messages.get(messages + key));
    // The text is for those who listen; what is seen has a tooltip, which a column itself cannot have.
    Label heading = new Label(column.getText());
    heading.getStyleClass().add("column-caption");
    heading.setMinWidth(Region.USE_PREF_SIZE);
    heading.setTooltip(new Tooltip(Messages.get(messages + key + ".help")));
    column.setGraphic(heading);
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

  /** A column of texts that go on in a second line where they are longer than it is wide, apart from the column before it. */
  public <R> TableColumn<R, String> wrapping(String key, double width, Function<R, String> text) {
    TableColumn<R, String> column = apart(of(key, width, text));
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

  /** A column of figures, aligned at the right. */
  public <R> TableColumn<R, String> number(String key, double width, Function<R, String> figure) {
    return numeric(of(key, width, figure));
  }

  /** Moves the texts of {@code column} away from the figures in the one before it. */
  public static <R, T> TableColumn<R, T> apart(TableColumn<R, T> column) {
    column.getStyleClass().add("apart-column");
    return column;
  }

  /** Aligns {@code column} at the right, its heading too. */
  public static <R, T> TableColumn<R, T> numeric(TableColumn<R, T> column) {
    column.getStyleClass().add("numeric-column");
    return column;
  }
}
