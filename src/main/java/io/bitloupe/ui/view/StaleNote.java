package io.bitloupe.ui.view;

import io.bitloupe.ui.i18n.Messages;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;

/** One line that says that what is shown was measured in another configuration, with a button that measures it again. */
public final class StaleNote extends HBox {
  private final Label sentence = new Label(Messages.get("sensitivity.stale"));
  private final Button again = new Button(Messages.get("sensitivity.again"));

  /** Not shown yet. */
  public StaleNote() {
    super(10);
    getStyleClass().add("stale-note");
    setAlignment(Pos.CENTER_LEFT);
    sentence.setWrapText(true);
    sentence.setMinWidth(0);
    again.setMinWidth(Region.USE_PREF_SIZE);
    again.getStyleClass().add("tool");
    setMinHeight(Region.USE_PREF_SIZE);
    getChildren().addAll(sentence, again);
    Hidden.show(this, false);
  }

  /** Says what the button does. */
  public void onAgain(Runnable measure) {
    again.setOnAction(_ -> measure.run());
  }

  /** Shows the line or takes it away. */
  public void show(boolean stale) {
    Hidden.show(this, stale);
  }
}
