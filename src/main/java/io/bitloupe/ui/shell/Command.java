package io.bitloupe.ui.shell;

import io.bitloupe.ui.i18n.Messages;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.control.MenuItem;
import javafx.scene.input.KeyCombination;

/**
 * Something that the user can do, from a menu, the palette, a button or a key.
 *
 * @param id names it, for tests
 * @param title what it is called
 * @param accelerator key combination that works everywhere in the window
 * @param tableKey key that does it in the layer table
 * @param disabled whether it is impossible now
 * @param run does it
 */
record Command(
    String id,
    String title,
    Optional<KeyCombination> accelerator,
    Optional<KeyCombination> tableKey,
    ObservableBooleanValue disabled,
    Runnable run) {
  /** What no key of the layer table does. */
  Command(String id, String title, Optional<KeyCombination> accelerator, ObservableBooleanValue disabled, Runnable run) {
    this(id, title, accelerator, Optional.empty(), disabled, run);
  }

  /** What is always possible; {@code key} is the message key of its name. */
  static Command of(String key, String accelerator, Runnable run) {
    return of(key, accelerator, Bindings.createBooleanBinding(() -> false), run);
  }

  /** What is impossible while {@code disabled}; {@code key} is the message key of its name. */
  static Command of(String key, String accelerator, ObservableBooleanValue disabled, Runnable run) {
    return named(key, Messages.get(key), accelerator, disabled, run);
  }

  /** What is called {@code title} and impossible while {@code disabled}. */
  static Command named(String id, String title, String accelerator, ObservableBooleanValue disabled, Runnable run) {
    return new Command(id, title, keys(accelerator), disabled, run);
  }

  /** This, done by {@code key} in the layer table too; empty text for none. */
  Command inTable(String key) {
    return new Command(id, title, accelerator, keys(key), disabled, run);
  }

  private static Optional<KeyCombination> keys(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(KeyCombination.valueOf(text));
  }

  /** Its keys for people; empty text where it has none. */
  String keysText() {
    return Stream.of(tableKey, accelerator).flatMap(Optional::stream).map(KeyCombination::getDisplayText).collect(Collectors.joining(", "));
  }

  /** As an item of a menu. */
  MenuItem item() {
    MenuItem item = new MenuItem(title);
    item.setId(id);
    item.setMnemonicParsing(false);
    accelerator.ifPresent(item::setAccelerator);
    item.disableProperty().bind(disabled);
    item.setOnAction(_ -> run.run());
    return item;
  }
}
