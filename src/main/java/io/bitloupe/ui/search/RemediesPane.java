package io.bitloupe.ui.search;

import io.bitloupe.search.Remedy;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Hidden;
import java.util.List;
import java.util.function.Consumer;
import javafx.geometry.HPos;
import javafx.geometry.Insets;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** What would help a layer, a row each: what it is, what it does, and a button that does it. */
public final class RemediesPane extends VBox {

  private static final double MOST_HEIGHT = 210;

  /** The gap before the scroll bar. */
  private static final double SCROLL_GAP = 12;

  private final Label title = new Label();
  private final GridPane rows = new GridPane();
  private final ScrollPane scroll = new ScrollPane(rows);

  /** Nothing to show. */
  public RemediesPane() {
    super(6);
    title.setId("remedies-title");
    title.getStyleClass().add("card-title");
    rows.setHgap(16);
    rows.setVgap(4);
    rows.setPadding(new Insets(0, SCROLL_GAP, 0, 0));
    ColumnConstraints what = new ColumnConstraints();
    what.setHgrow(Priority.ALWAYS);
    ColumnConstraints figure = new ColumnConstraints();
    figure.setHalignment(HPos.RIGHT);
    rows.getColumnConstraints().addAll(what, figure, figure, figure, new ColumnConstraints());
    scroll.setFitToWidth(true);
    scroll.setMaxHeight(MOST_HEIGHT);
    scroll.setPrefHeight(MOST_HEIGHT);
    scroll.setMinHeight(0);
    getChildren().addAll(title, scroll);
    setPadding(new Insets(0, 16, 8, 16));
    setMinHeight(0);
    Hidden.show(this, false);
  }

  /** Shows what {@code viewModel} knows now. */
  void show(RemediesViewModel viewModel, Consumer<Remedy> use) {
    RemediesViewModel.Answer answer = viewModel.answerProperty().get();
    Hidden.show(this, answer.layer().isPresent());
    Hidden.show(scroll, !answer.remedies().isEmpty());
    title.setText(
        answer
            .layer()
            .map(layer -> Messages.get(titleKey(viewModel), viewModel.nameOf(layer)))
            .orElse(""));
    rows.getChildren().clear();
    List<String> headings =
        List.of("", Messages.get("remedies.accuracy"), Messages.get("remedies.divergence"), Messages.get("remedies.size"));
    for (int column = 0; column < headings.size(); column++) {
      rows.add(label(headings.get(column), "secondary"), column, 0);
    }
    int row = 1;
    for (Remedy remedy : answer.remedies()) {
      rows.add(label(viewModel.describe(remedy), "remedy"), 0, row);
      int column = 1;
      for (String effect : viewModel.effects(remedy)) {
        rows.add(label(effect, "number"), column++, row);
      }
      Button button = new Button(Messages.get("remedies.use"));
      button.getStyleClass().add("small");
      button.setAccessibleText(viewModel.describe(remedy));
      button.setOnAction(_ -> use.accept(remedy));
      rows.add(button, column, row++);
    }
  }

  private static String titleKey(RemediesViewModel viewModel) {
    if (viewModel.runningProperty().get()) {
      return "remedies.measuring";
    }
    return viewModel.answerProperty().get().remedies().isEmpty() ? "remedies.none" : "remedies.title";
  }

  private static Label label(String text, String style) {
    Label label = new Label(text);
    label.getStyleClass().add(style);
    label.setMinWidth(0);
    return label;
  }
}
