package io.bitloupe;

import io.bitloupe.cli.Window;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.ui.BitloupeApp;
import io.bitloupe.ui.Display;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The JavaFX window. JavaFX is loaded when it opens, not before. */
final class JavaFxWindow implements Window {

  private final AtomicBoolean open = new AtomicBoolean();

  @Override
  public Optional<String> obstacle() {
    return Display.unavailableReason();
  }

  @Override
  public int open(Optional<Path> model, Optional<Path> data) {
    open.set(true);
    try {
      BitloupeApp.launchWith(LocalEngine.besideWindow(), model, data);
    } finally {
      open.set(false);
    }
    return 0;
  }

  /** Whether the window is open. */
  boolean isOpen() {
    return open.get();
  }
}
