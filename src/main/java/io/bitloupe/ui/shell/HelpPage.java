package io.bitloupe.ui.shell;

import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.Formula;
import java.util.List;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** What a view shows and what its terms mean, each in two sentences. */
final class HelpPage extends VBox {
  private static final double WIDTH = 720;
  private static final double TERM = 150;

  /** What stays free below the last line. */
  private static final double LAST = 4;

  private final Button close = new Button(Messages.get("help.close"));
  private final ComboBox<HelpTopic> topics = new ComboBox<>();
  private final Label heading = new Label();
  private final HBox head = new HBox(8);
  private final VBox lines = new VBox(10);
  private final ScrollPane scroll = new ScrollPane(lines);

  /** The page of {@code first}; others can be chosen. */
  HelpPage(HelpTopic first, Runnable onClose) {
    getStyleClass().addAll("overlay-card", "help-page");
    setId("help-page");
    setMaxWidth(WIDTH);
    heading.getStyleClass().add("help-title");
    Region space = new Region();
    head.getChildren().addAll(heading, space, topics, close);
    HBox.setHgrow(space, Priority.ALWAYS);
    topics.setId("help-topics");
    topics.setAccessibleText(Messages.get("help.view"));
    Choice.prepare(topics, List.of(HelpTopic.values()), HelpTopic::title, this::show);
    close.setId("help-close");
    close.setOnAction(_ -> onClose.run());
    lines.getStyleClass().add("help-lines");
    scroll.setFitToWidth(true);
    scroll.getStyleClass().add("edge-to-edge");
    VBox.setVgrow(scroll, Priority.ALWAYS);
    getChildren().addAll(head, scroll);
    Choice.show(topics, Optional.of(first));
    show(first);
  }

  /** What has the focus first. */
  Button closeButton() {
    return close;
  }

  /** As high as its lines, which the scroll pane would not say. */
  @Override
  protected double computePrefHeight(double width) {
    double inner = (width < 0 ? WIDTH : width) - snappedLeftInset() - snappedRightInset();
    return snappedTopInset() + head.prefHeight(inner) + getSpacing() + snapSizeY(lines.prefHeight(inner)) + LAST + snappedBottomInset();
  }

  private void show(HelpTopic topic) {
    heading.setText(topic.title());
    lines.getChildren().setAll(paragraph(topic.introduction()));
    for (String term : topic.terms()) {
      lines.getChildren().add(line(Messages.get("term." + term), Messages.get("term." + term + ".text")));
    }
    scroll.setVvalue(0);
    requestParentLayout();
  }

  private static HBox line(String term, String text) {
    Label name = new Label(term);
    name.getStyleClass().add("strong");
    name.setWrapText(true);
    name.setMinWidth(TERM);
    name.setMaxWidth(TERM);
    Formula explained = paragraph(text);
    HBox.setHgrow(explained, Priority.ALWAYS);
    return new HBox(12, name, explained);
  }

  private static Formula paragraph(String text) {
    Formula paragraph = new Formula();
    paragraph.getStyleClass().add("help-text");
    paragraph.setMinWidth(0);
    paragraph.show(text);
    return paragraph;
  }
}
