package io.bitloupe.ui.shell;

import io.bitloupe.ui.theme.Zoom;
import javafx.scene.Node;
import javafx.scene.input.KeyEvent;

/**
 * The keys that make everything larger and smaller on keyboards where the menu's do not exist: a plus is typed with Shift and the key
 * of the equals sign on many, and the number pad has keys of its own.
 */
final class ZoomKeys {

  private ZoomKeys() {}

  /** Hears the keys that nothing in {@code window} took. */
  static void install(Node window, Zoom zoom) {
    window.addEventHandler(KeyEvent.KEY_PRESSED, event -> onKey(event, zoom));
  }

  private static void onKey(KeyEvent event, Zoom zoom) {
    if (!event.isShortcutDown() || event.isAltDown()) {
      return;
    }
    switch (event.getCode()) {
      case EQUALS, ADD -> zoom.larger();
      case SUBTRACT -> zoom.smaller();
      case NUMPAD0 -> zoom.reset();
      default -> {
        return;
      }
    }
    event.consume();
  }
}
