package io.bitloupe.ui.shell;

import io.bitloupe.ui.i18n.Messages;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.control.MenuItem;
import javafx.scene.input.KeyCombination;

/**
 * Something that the user can do, from a menu, a button or a key.
 *
 * @param key message key of its name
 * @param accelerator key combination
 * @param disabled whether it is impossible now
 * @param run does it
 */
record Command(String key, Optional<KeyCombination> accelerator, ObservableBooleanValue disabled, Runnable run) {
  static Command of(String key, String accelerator, Runnable run) {
    return new Command(key, keys(accelerator), Bindings.createBooleanBinding(() -> false), run);
  }

  static Command of(String key, String accelerator, ObservableBooleanValue disabled, Runnable run) {
    return new Command(key, keys(accelerator), disabled, run);
  }

  private static Optional<KeyCombination> keys(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(KeyCombination.valueOf(text));
  }

  /** As an item of a menu. */
  MenuItem item() {
    MenuItem item = new MenuItem(Messages.get(key));
    item.setId(key);
    accelerator.ifPresent(item::setAccelerator);
    item.disableProperty().bind(disabled);
    item.setOnAction(_ -> run.run());
    return item;
  }
}
