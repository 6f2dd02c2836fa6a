package io.bitloupe.ui.shell;

import io.bitloupe.ui.view.Hidden;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;

/** A card above the window's content, one at a time. Escape or a click beside it closes it and gives the focus back. */
final class Overlay extends StackPane {
  private static final double FROM_TOP = 56;
  private static final double MARGIN = 48;

  private Optional<Node> focusedBefore = Optional.empty();

  Overlay() {
    getStyleClass().add("overlay");
    Hidden.show(this, false);
    setOnMousePressed(
        event -> {
          if (event.getTarget() == this) {
            close();
          }
        });
    addEventFilter(
        KeyEvent.KEY_PRESSED,
        event -> {
          if (event.getCode() == KeyCode.ESCAPE) {
            close();
            event.consume();
          }
        });
  }

  /** Shows {@code card} instead of what was shown; the focus goes to {@code first}. */
  void open(Region card, Node first) {
    if (!isVisible()) {
      focusedBefore = Optional.ofNullable(getScene().getFocusOwner());
    }
    getChildren().setAll(card);
    Hidden.show(this, true);
    first.requestFocus();
  }

  /** As high as it wants to be, where there is room. */
  @Override
  protected void layoutChildren() {
    for (Node child : getManagedChildren()) {
      double width = Math.min(child.maxWidth(-1), getWidth() - 2 * MARGIN);
      double height = Math.min(child.prefHeight(width), getHeight() - FROM_TOP - MARGIN);
      child.resizeRelocate(Math.rint((getWidth() - width) / 2), FROM_TOP, width, height);
    }
  }

  /** Closes what is shown. */
  void close() {
    Hidden.show(this, false);
    getChildren().clear();
    focusedBefore.ifPresent(Node::requestFocus);
    focusedBefore = Optional.empty();
  }
}
