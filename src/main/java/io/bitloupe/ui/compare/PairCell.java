package io.bitloupe.ui.compare;

import io.bitloupe.ui.i18n.Messages;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.DoubleSupplier;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/** Two figures with a thin bar each, A above B. */
final class PairCell extends TableCell<CompareRow, CompareRow.Pair<OptionalDouble>> {
  private static final double BAR = 32;

  private final DoubleSupplier greatest;
  private final DoubleFunction<String> format;
  private final Label figures = new Label();
  private final Region barA = new Region();
  private final Region barB = new Region();
  private final Pane bars =
      new Pane(barA, barB) {
        @Override
        protected void layoutChildren() {
          double most = Math.max(Double.MIN_NORMAL, greatest.getAsDouble());
          CompareRow.Pair<OptionalDouble> pair = getItem();
          if (pair != null) {
            barA.resizeRelocate(0, getHeight() / 2 - 5, BAR * Math.min(1, pair.a().orElse(0) / most), 4);
            barB.resizeRelocate(0, getHeight() / 2 + 1, BAR * Math.min(1, pair.b().orElse(0) / most), 4);
          }
        }
      };
  private final HBox line = new HBox(6, bars, figures);

  PairCell(DoubleSupplier greatest, DoubleFunction<String> format) {
    this.greatest = greatest;
    this.format = format;
    getStyleClass().add("number-cell");
    barA.getStyleClass().add("bar-a");
    barB.getStyleClass().add("bar-b");
    bars.setMinWidth(BAR);
    bars.setPrefWidth(BAR);
    figures.setMinWidth(Region.USE_PREF_SIZE);
    figures.getStyleClass().add("number");
    line.setAlignment(Pos.CENTER_LEFT);
  }

  @Override
  protected void updateItem(CompareRow.@Nullable Pair<OptionalDouble> item, boolean empty) {
    super.updateItem(item, empty);
    if (empty || item == null) {
      setGraphic(null);
      setAccessibleText("");
      return;
    }
    String a = item.a().isPresent() ? format.apply(item.a().getAsDouble()) : Messages.get("compare.absent");
    String b = item.b().isPresent() ? format.apply(item.b().getAsDouble()) : Messages.get("compare.absent");
    figures.setText(a.equals(b) ? a : Messages.get("compare.change", a, b));
    setAccessibleText(Messages.get("compare.change", a, b));
    bars.requestLayout();
    setGraphic(line);
  }
}
