package io.bitloupe.ui.layers;

import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import javafx.css.PseudoClass;
import javafx.scene.control.Button;
import javafx.scene.layout.HBox;

/** A row of joined buttons, one for each number of bits. */
public final class BitsBar extends HBox {
  private static final PseudoClass CHOSEN = PseudoClass.getPseudoClass("chosen");

  private final List<Button> buttons = new ArrayList<>();

  /** No buttons yet. */
  public BitsBar() {
    getStyleClass().add("segments");
  }

  /** Adds a button for each of {@code bits}. */
  public void prepare(List<Integer> bits, String accessibleKey, IntConsumer onPick) {
    for (int width : bits) {
      Button button = new Button(Integer.toString(width));
      button.getStyleClass().add("segment");
      button.setAccessibleText(Messages.get(accessibleKey, width));
      button.setUserData(width);
      button.setOnAction(_ -> onPick.accept(width));
      buttons.add(button);
    }
    mark();
    getChildren().setAll(buttons);
  }

  /** Adds a button that is no number. */
  public void add(Button button) {
    button.getStyleClass().add("segment");
    buttons.add(button);
    mark();
    getChildren().setAll(buttons);
  }

  /** Shows which one holds. */
  public void show(Optional<?> value) {
    buttons.forEach(button -> button.pseudoClassStateChanged(CHOSEN, value.filter(it -> it.equals(button.getUserData())).isPresent()));
  }

  private void mark() {
    for (Button button : buttons) {
      button.getStyleClass().removeAll("first", "last");
    }
    if (!buttons.isEmpty()) {
      buttons.getFirst().getStyleClass().add("first");
      buttons.getLast().getStyleClass().add("last");
    }
  }
}
