package io.bitloupe;

import io.bitloupe.cli.Window;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.ui.BitloupeApp;
import io.bitloupe.ui.Display;
import java.nio.file.Path;
import java.util.Optional;

/** The JavaFX window. JavaFX is loaded when it opens, not before. */
final class JavaFxWindow implements Window {

  @Override
  public Optional<String> obstacle() {
    return Display.unavailableReason();
  }

  @Override
  public int open(Optional<Path> model, Optional<Path> data) {
    BitloupeApp.launchWith(LocalEngine.besideWindow(), model, data);
    return 0;
  }
}
