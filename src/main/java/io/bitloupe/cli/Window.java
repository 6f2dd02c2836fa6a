package io.bitloupe.cli;

import java.nio.file.Path;
import java.util.Optional;

/** The way to the window, which the command line does not load before it is wanted. */
public interface Window {

  /** Why no window can be opened here, in one sentence; empty when one can. */
  Optional<String> obstacle();

  /**
   * Opens the window and returns when it is closed.
   *
   * @param model file to load; empty for none
   * @param data data to load for it; empty for none
   * @return the exit status
   */
  int open(Optional<Path> model, Optional<Path> data);
}
