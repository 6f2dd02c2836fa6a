package io.bitloupe.ui.layers;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.workspace.Searched;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.TableCell;
import javafx.scene.control.Tooltip;
import javafx.scene.shape.SVGPath;
import org.jspecify.annotations.Nullable;

/** A cell of the layer table. */
final class LayerCell extends TableCell<LayerRow, LayerFigures> {
  private static final PseudoClass CHANGED = PseudoClass.getPseudoClass("changed");
  private static final PseudoClass STALE = PseudoClass.getPseudoClass("stale");
  private static final int BAR_DIGITS = 5;
  private static final Set<LayerColumn> SHORT_BARS = EnumSet.of(LayerColumn.SENSITIVITY, LayerColumn.SIZE, LayerColumn.TIME);
  private static final String PIN = "M2.5 0.5h4 M3 0.5v3l-1.5 2h6l-1.5-2v-3 M4.5 5.5v4";

  private final LayerColumn column;
  private final @Nullable BarGraphic bar;

  LayerCell(LayerColumn column) {
    this.column = column;
    getStyleClass().add(column.isNumeric() ? "number-cell" : "text-cell");
    if (column == LayerColumn.NAME) {
      getStyleClass().add("name-cell");
      setTextOverrun(OverrunStyle.LEADING_ELLIPSIS);
    }
    setAlignment(column.isNumeric() ? Pos.CENTER_RIGHT : Pos.CENTER_LEFT);
    if (column.look() == LayerColumn.Look.BAR) {
      bar = new BarGraphic(SHORT_BARS.contains(column) ? BarGraphic.SHORT : BarGraphic.USUAL);
      setGraphic(bar);
    } else {
      bar = null;
    }
  }

  @Override
  protected void updateItem(@Nullable LayerFigures figures, boolean empty) {
    super.updateItem(figures, empty);
    if (empty || figures == null || getIndex() >= getTableView().getItems().size()) {
      setText(null);
      setTooltip(null);
      setGraphic(null);
      return;
    }
    // Not the item of the table row, which may get its own only after its cells.
    LayerRow row = getTableView().getItems().get(getIndex());
    String text = column.text(row);
    // Figures of the same width, so that the bars beside them stand in one line.
    setText(bar != null && !text.isEmpty() ? "\u00a0".repeat(Math.max(0, BAR_DIGITS - text.length())) + text : text);
    if (column == LayerColumn.INDEX) {
      setGraphic(figures.pinned() ? pin() : null);
      setAccessibleText(figures.pinned() ? Messages.get("layers.pinned.accessible", text) : text);
    }
    boolean changed =
        switch (column) {
          case WEIGHT_BITS, GRANULARITY, RANGE -> figures.weightDiffers();
          case ACTIVATION_BITS -> figures.activationDiffers();
          default -> false;
        };
    pseudoClassStateChanged(CHANGED, changed);
    boolean stale =
        switch (column) {
          case OUTPUT_SQNR -> figures.outputStale() && figures.outputSqnr().isPresent();
          case SENSITIVITY -> figures.sensitivityStale() && figures.sensitivity().isPresent();
          default -> false;
        };
    pseudoClassStateChanged(STALE, stale);
    if (bar != null) {
      OptionalDouble share = column.share(row);
      boolean shown = !text.isEmpty();
      setGraphic(shown ? bar : null);
      bar.show(share.orElse(0), stale || share.isEmpty());
      if (column == LayerColumn.SENSITIVITY) {
        bar.color(Searched.ink(figures.sensitivity().orElse(0)));
      }
    }
    setTooltip(explanation(row, text).map(this::tooltip).orElse(null));
  }

  /** What a cell may have no room for. */
  private Optional<String> explanation(LayerRow row, String text) {
    return switch (column) {
      case NAME -> Optional.of(row.layer().name());
      case SHAPE -> Optional.of(text);
      case WEIGHT_BITS ->
          row.figures()
              .weight()
              .filter(TensorChoice.Coded.class::isInstance)
              .flatMap(
                  choice -> choice.grouping().map(per -> Messages.get("bits.coded.tooltip", Terms.bits(choice), Terms.granularity(per))));
      case SENSITIVITY ->
          row.figures().sensitivityStale() && !text.isEmpty() ? Optional.of(Messages.get("sensitivity.stale")) : Optional.empty();
      case WEIGHT_SQNR -> Figures.whyExact(row.figures().weightSqnr());
      case OUTPUT_SQNR -> text.equals(Figures.NONE) ? needsData() : Figures.whyExact(row.figures().outputSqnr());
      case TIME -> text.equals(Figures.NONE) ? needsData() : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<String> needsData() {
    return Optional.of(Messages.get("column.needsData"));
  }

  private static SVGPath pin() {
    SVGPath pin = new SVGPath();
    pin.setContent(PIN);
    pin.getStyleClass().addAll("icon", "pin");
    return pin;
  }

  private Tooltip tooltip(String text) {
    Tooltip tooltip = getTooltip();
    if (tooltip == null) {
      return new Tooltip(text);
    }
    tooltip.setText(text);
    return tooltip;
  }

}
