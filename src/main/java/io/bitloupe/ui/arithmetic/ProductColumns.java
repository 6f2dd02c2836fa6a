package io.bitloupe.ui.arithmetic;

import io.bitloupe.exec.integer.ElementTrace;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.List;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.geometry.Pos;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/** The columns of the products table. */
final class ProductColumns {
  private static final double[] WIDTHS = {54, 42, 52, 60, 70, 88};
  private static final int CHANNEL = 0;
  private static final int TAP = 1;

  private ProductColumns() {}

  static void prepare(TableView<ProductRow> table) {
    table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
    table.getColumns().setAll(
        List.of(
            number("channel", row -> Figures.count(row.channel())),
            number("tap", row -> Figures.count(row.tap())),
            number("input", row -> row.padding() ? Messages.get("arithmetic.padding", Figures.count(row.inputCode()))
                : Figures.count(row.inputCode())),
            number("weight", row -> Figures.count(row.weightCode())),
            number("product", row -> Figures.count(row.product())),
            bar()));
  }

  /** Fits the columns to {@code trace}: a tap column where a kernel has several. Returns the width that they need. */
  static double show(TableView<ProductRow> table, ElementTrace trace) {
    long greatest = 1;
    for (int i = 0; i < trace.length(); i++) {
      long a = (long) trace.inputCodes()[i] - trace.input().zeroPoint();
      greatest = Math.max(greatest, Math.abs(a * (trace.weightCodes()[i] - trace.weight().zeroPoint())));
    }
    table.getProperties().put("greatest", greatest);
    table.getColumns().get(TAP).setVisible(trace.terms().taps() > 1);
    table.getColumns().get(CHANNEL).setVisible(trace.length() > trace.terms().taps() || trace.length() == 1);
    double all = 0;
    for (int i = 0; i < WIDTHS.length; i++) {
      TableColumn<ProductRow, ?> column = table.getColumns().get(i);
      column.setMinWidth(WIDTHS[i]);
      column.setPrefWidth(WIDTHS[i]);
      all += column.isVisible() ? WIDTHS[i] : 0;
    }
    table.refresh();
    return all;
  }

  private static TableColumn<ProductRow, String> number(String key, Function<ProductRow, String> text) {
    TableColumn<ProductRow, String> column = column(key);
    column.setCellValueFactory(cell -> new ReadOnlyObjectWrapper<>(text.apply(cell.getValue())));
    column.getStyleClass().add("numeric-column");
    column.setCellFactory(
        _ ->
            new TableCell<>() {
              {
                getStyleClass().add("number-cell");
                setAlignment(Pos.CENTER_RIGHT);
              }

              @Override
              protected void updateItem(@Nullable String item, boolean empty) {
                super.updateItem(item, empty);
                setText(empty ? null : item);
              }
            });
    return column;
  }

  private static TableColumn<ProductRow, ProductRow> bar() {
    TableColumn<ProductRow, ProductRow> column = column("bar");
    column.getStyleClass().add("bar-column");
    column.setCellValueFactory(cell -> new ReadOnlyObjectWrapper<>(cell.getValue()));
    column.setCellFactory(_ -> new BarCell());
    return column;
  }

  private static <T> TableColumn<ProductRow, T> column(String key) {
    TableColumn<ProductRow, T> column = new TableColumn<>(Messages.get("arithmetic.column." + key));
    column.setId("product-" + key);
    column.setSortable(false);
    column.setReorderable(false);
    return column;
  }

  /** A bar to either side of the middle, as long as the contribution. */
  private static final class BarCell extends TableCell<ProductRow, ProductRow> {
    private final Region fill = new Region();
    private final Region zero = new Region();
    private final Pane track =
        new Pane(fill, zero) {
          @Override
          protected void layoutChildren() {
            ProductRow row = getItem();
            double middle = Math.floor(getWidth() / 2);
            zero.resizeRelocate(middle, 0, 1, getHeight());
            if (row != null) {
              Object greatest = getTableView().getProperties().get("greatest");
              double length = middle * row.centred() / (greatest instanceof Long most ? (double) most : 1.0);
              fill.resizeRelocate(length < 0 ? middle + length : middle, getHeight() * 0.22, Math.abs(length), getHeight() * 0.56);
            }
          }
        };

    BarCell() {
      zero.getStyleClass().add("product-zero");
      getStyleClass().add("bar-cell");
    }

    @Override
    protected void updateItem(@Nullable ProductRow item, boolean empty) {
      super.updateItem(item, empty);
      if (empty || item == null) {
        setGraphic(null);
        setAccessibleText("");
        return;
      }
      fill.getStyleClass().setAll(item.centred() < 0 ? "product-negative" : "product-positive");
      setAccessibleText(Figures.count(item.centred()));
      track.setPrefHeight(getTableView().getFixedCellSize());
      setGraphic(track);
      track.requestLayout();
    }
  }
}
