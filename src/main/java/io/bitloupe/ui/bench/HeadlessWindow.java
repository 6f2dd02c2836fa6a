package io.bitloupe.ui.bench;

import io.bitloupe.config.TemporaryFolder;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Job;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.ui.BitloupeApp;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/**
 * A window that draws in software without a screen, unless the properties of JavaFX say otherwise. Once in a process: the toolkit
 * cannot be started twice.
 */
final class HeadlessWindow {

  /** Width of the window in pixels. */
  static final int WIDTH = 1280;

  /** Height of the window in pixels. */
  static final int HEIGHT = 800;

  private HeadlessWindow() {}

  /**
   * Opens an empty window on {@code engine}, uses it, and closes it.
   *
   * @param use what to do with the window, off the FX thread, and a folder for files that may go with it
   * @throws InvalidInputException with one sentence, when {@code use} throws it
   */
  static <T> T use(Engine engine, BiFunction<BitloupeApp.Opened, Path, T> use) {
    setDefault("glass.platform", "Headless");
    setDefault("prism.order", "sw");
    setDefault("java.awt.headless", "true");
    CompletableFuture<T> result = new CompletableFuture<>();
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      BitloupeApp.launchIn(
          folder.path(),
          engine,
          window -> {
            window.stage().setWidth(WIDTH);
            window.stage().setHeight(HEIGHT);
            window
                .tasks()
                .run(
                    new Job("bench"),
                    () -> use.apply(window, folder.path()),
                    measured -> {
                      result.complete(measured);
                      window.stage().hide();
                    },
                    failure -> {
                      result.completeExceptionally(failure);
                      window.stage().hide();
                    });
          });
      return result.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof InvalidInputException wrong) {
        throw wrong;
      }
      throw failed;
    }
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
