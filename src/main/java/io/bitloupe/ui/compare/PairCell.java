package io.bitloupe.ui.compare;

import java.util.OptionalDouble;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/** Two figures with a thin bar each, A above B; the bars take the room that the figures leave. */
final class PairCell extends TableCell<CompareRow, CompareRow.Pair<OptionalDouble>> {
  private static final double LEAST_BAR = 24;
  private static final double GAP = 6;

  /** What the style of a cell leaves free at both sides. */
  private static final double PADDING = 8;

  private final PairFigures figures;
  private final Label text = new Label();
  private final Region barA = new Region();
  private final Region barB = new Region();
  private final Pane bars =
      new Pane(barA, barB) {
        @Override
        protected void layoutChildren() {
          CompareRow.Pair<OptionalDouble> pair = getItem();
          if (pair != null) {
            barA.resizeRelocate(0, getHeight() / 2 - 5, snapSizeX(getWidth() * figures.bar(pair.a())), 4);
            barB.resizeRelocate(0, getHeight() / 2 + 1, snapSizeX(getWidth() * figures.bar(pair.b())), 4);
          }
        }
      };
  private final HBox line = new HBox(GAP, bars, text);

  PairCell(PairFigures figures) {
    this.figures = figures;
    getStyleClass().add("number-cell");
    barA.getStyleClass().add("bar-a");
    barB.getStyleClass().add("bar-b");
    bars.setMinWidth(LEAST_BAR);
    HBox.setHgrow(bars, Priority.ALWAYS);
    text.setMinWidth(Region.USE_PREF_SIZE);
    text.getStyleClass().add("number");
    line.setAlignment(Pos.CENTER_RIGHT);
    line.setPadding(new Insets(0, 0, 0, GAP));
    line.prefWidthProperty().bind(widthProperty().subtract(PADDING));
  }

  @Override
  protected void updateItem(CompareRow.@Nullable Pair<OptionalDouble> item, boolean empty) {
    super.updateItem(item, empty);
    if (empty || item == null) {
      setGraphic(null);
      setAccessibleText("");
      return;
    }
    text.setText(figures.padded(item));
    setAccessibleText(figures.change(item));
    bars.requestLayout();
    setGraphic(line);
  }
}
