package io.bitloupe.ui.view;

import io.bitloupe.ui.i18n.Messages;
import javafx.geometry.Side;
import javafx.scene.control.Button;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.CustomMenuItem;
import javafx.scene.control.Label;

/** A question mark that explains a view in two sentences. */
public final class HelpButton extends Button {
  private static final double WIDTH = 380;

  /** A button that says nothing yet. */
  public HelpButton() {
    super("?");
    getStyleClass().addAll("flat", "icon-only", "help-button");
    setAccessibleText(Messages.get("help.accessible"));
  }

  /** Explains with the text of {@code key}. */
  public void explain(String key) {
    String text = Messages.get(key);
    setAccessibleHelp(text);
    Label label = new Label(text);
    label.setWrapText(true);
    label.setPrefWidth(WIDTH);
    label.getStyleClass().add("help-text");
    CustomMenuItem item = new CustomMenuItem(label, true);
    item.getStyleClass().add("help-item");
    ContextMenu popup = new ContextMenu(item);
    setOnAction(_ -> popup.show(this, Side.BOTTOM, 0, 4));
  }
}
