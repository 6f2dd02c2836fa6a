package io.bitloupe.ui.arithmetic;

import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Formula;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/** A line of the computation: number, title, formula, value. */
final class StepCell extends ListCell<ArithmeticStep> {
  private static final PseudoClass SUM = PseudoClass.getPseudoClass("sum");
  private static final PseudoClass RESULT = PseudoClass.getPseudoClass("result");
  private static final double TITLE = 138;

  private final Label number = new Label();
  private final Label title = new Label();
  private final Formula formula = new Formula();
  private final Label value = new Label();
  private final StackPane formulaBox = new StackPane(formula);
  private final HBox line = new HBox(number, title, formulaBox, value);

  StepCell(ReadOnlyIntegerProperty step) {
    getStyleClass().add("step-cell");
    number.getStyleClass().add("step-number");
    title.getStyleClass().add("step-title");
    value.getStyleClass().add("step-value");
    title.setMinWidth(TITLE);
    value.setMinWidth(Region.USE_PREF_SIZE);
    formulaBox.setAlignment(Pos.CENTER_LEFT);
    formulaBox.setMinWidth(0);
    formula.setMinWidth(0);
    formula.setMaxHeight(Region.USE_PREF_SIZE);
    HBox.setHgrow(formulaBox, Priority.ALWAYS);
    line.setAlignment(Pos.CENTER_LEFT);
    line.getStyleClass().add("step-line");
    line.setMinWidth(0);
    line.prefWidthProperty().bind(widthProperty().subtract(18));
    line.maxWidthProperty().bind(widthProperty().subtract(18));
    step.subscribe(_ -> number.pseudoClassStateChanged(PseudoClass.getPseudoClass("chosen"), getIndex() == step.get()));
  }

  @Override
  protected void updateItem(@Nullable ArithmeticStep item, boolean empty) {
    super.updateItem(item, empty);
    pseudoClassStateChanged(SUM, item != null && item.weight() == ArithmeticStep.Weight.SUM);
    pseudoClassStateChanged(RESULT, item != null && item.weight() == ArithmeticStep.Weight.RESULT);
    if (empty || item == null) {
      setGraphic(null);
      setAccessibleText("");
      return;
    }
    boolean result = item.weight() == ArithmeticStep.Weight.RESULT;
    number.setText(result ? "" : Integer.toString(getIndex() + 1));
    number.setVisible(!result);
    title.setText(item.title());
    formula.show(item.formula());
    value.setText(item.value());
    setAccessibleText(Messages.get("arithmetic.step.accessible", item.title(), Formula.plain(item.formula()), item.value()));
    setGraphic(line);
  }
}
