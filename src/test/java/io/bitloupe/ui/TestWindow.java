package io.bitloupe.ui;

import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Runs;
import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.session.SessionStore;
import io.bitloupe.ui.export.FileExporter;
import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.shell.Samples;
import io.bitloupe.ui.shell.ShellServices;
import io.bitloupe.ui.shell.ShellView;
import io.bitloupe.ui.task.FxTasks;
import io.bitloupe.ui.theme.Theme;
import io.bitloupe.ui.theme.Zoom;
import io.bitloupe.ui.workspace.Workspace;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javafx.application.Platform;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.layout.Pane;
import javafx.stage.Stage;
import org.testfx.util.WaitForAsyncUtils;

/**
 * The whole window on the headless platform. Its screen holds 1000 rows of 1000 pixels, the last of which must stay free when a
 * window is wider.
 */
final class TestWindow implements AutoCloseable {
  /** What a test class locks that opens windows: there is one toolkit, with one keyboard. */
  static final String TOOLKIT = "JavaFX toolkit";

  static final int WIDTH = 1600;
  static final int HEIGHT = 998;
  private static final int LAYOUTS = 3;
  private static final int PATIENCE_SECONDS = Integer.getInteger("bitloupe.test.patience", 120);

  final FxTasks tasks = new FxTasks();
  final Preferences preferences = Preferences.inMemory();
  final Workspace workspace;
  final Theme theme;
  final ShellView shell;
  final Stage stage;

  private TestWindow(Stage stage, Engine engine, Samples samples, Optional<SessionStore> sessions) {
    this.stage = stage;
    preferences.put("theme", "light");
    workspace = new Workspace(engine, tasks, Clock.systemUTC());
    theme = new Theme(preferences);
    shell =
        new ShellView(
            new ShellServices(
                workspace,
                preferences,
                sessions,
                Runs.inMemory(),
                theme,
                new Zoom(preferences),
                samples,
                Optional.of(new FileExporter(engine, "test")),
                () -> KernelChoice.best().reason()));
    Scene scene = new Scene(shell.root(), WIDTH, HEIGHT);
    theme.apply(scene);
    stage.setX(0);
    stage.setY(0);
    stage.setScene(scene);
    stage.show();
    shell.focusStart();
  }

  /** Opens it with one sample, {@code small}. */
  static TestWindow open(Engine engine) {
    return open(engine, new Samples(List.of(Path.of("small.onnx")), Optional.of(Path.of("images"))));
  }

  /** Opens it. */
  static TestWindow open(Engine engine, Samples samples) {
    return open(engine, samples, Optional.empty());
  }

  /** Opens it where sessions are kept. */
  static TestWindow open(Engine engine, Samples samples, Optional<SessionStore> sessions) {
    startToolkit();
    return onFx(() -> new TestWindow(new Stage(), engine, samples, sessions));
  }

  /** Looks at something on the FX thread. */
  static <T> T onFx(Callable<T> look) {
    return WaitForAsyncUtils.waitForAsyncFx(1000L * PATIENCE_SECONDS, look);
  }

  /** Does something on the FX thread, waits for it, and for what it leads to there. */
  static void onFx(Runnable action) {
    onFx(
        () -> {
          action.run();
          return true;
        });
    WaitForAsyncUtils.waitForFxEvents();
  }

  /** Starts JavaFX, if no earlier test has. */
  static void startToolkit() {
    try {
      Platform.startup(() -> Platform.setImplicitExit(false));
    } catch (IllegalStateException ignored) {
      // It runs since an earlier test.
    }
  }

  /** Waits until {@code condition} holds on the FX thread, and for the pulse after it. */
  void await(String what, Callable<Boolean> condition) {
    try {
      WaitForAsyncUtils.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS, () -> onFx(condition));
    } catch (TimeoutException late) {
      throw new AssertionError("waited in vain for: " + what, late);
    }
    WaitForAsyncUtils.waitForFxEvents();
  }

  /** Waits until the current step has all its figures. */
  void awaitMeasured() {
    await("the current step is measured", () -> current() > 0 && workspace.isFinished(current()));
  }

  /** Brings a tab of the centre to the front. */
  void showTab(String key) {
    onFx(
        () ->
            shell.tabs().getTabs().stream()
                .filter(tab -> tab.getId().equals("tab-" + key))
                .forEach(tab -> shell.tabs().getSelectionModel().select(tab)));
  }

  /** Whether a view says that it computes. */
  boolean isBusy() {
    return shell.root().lookupAll(".busy-line").stream().anyMatch(Node::isVisible);
  }

  /** The text of a label or button. */
  String text(String id) {
    return onFx(() -> ((Labeled) shell.root().lookup(id)).getText());
  }

  /**
   * One view in one theme.
   *
   * @param image the view
   * @param elided texts that are cut short without a tooltip that says them in full
   * @param overlaps texts over one another
   */
  record Picture(BufferedImage image, List<String> elided, List<String> overlaps) {}

  /**
   * What the window would look like at this size, in its theme, and where asked in the other one; a scene without a window can be larger
   * than the headless screen.
   */
  List<Picture> pictures(int width, int height, boolean otherTheme) {
    List<Picture> taken =
        onFx(
            () -> {
              Scene shown = stage.getScene();
              shown.setRoot(new Pane());
              Scene detached = new Scene(shell.root(), width, height);
              theme.apply(detached);
              List<Picture> pictures = new ArrayList<>();
              pictures.add(pictureOf(detached));
              if (otherTheme) {
                theme.toggle();
                pictures.add(pictureOf(detached));
                theme.toggle();
              }
              detached.setRoot(new Pane());
              shown.setRoot(shell.root());
              theme.apply(shown);
              return List.copyOf(pictures);
            });
    WaitForAsyncUtils.waitForFxEvents();
    return taken;
  }

  private static Picture pictureOf(Scene scene) {
    return new Picture(picture(scene), Elided.in(scene.getRoot()), Overlaps.in(scene.getRoot()));
  }

  private static BufferedImage picture(Scene scene) {
    for (int i = 0; i < LAYOUTS; i++) {
      // What a layout shows or hides wants another one.
      scene.getRoot().applyCss();
      scene.getRoot().layout();
    }
    return SwingFXUtils.fromFXImage(scene.snapshot(null), null);
  }

  int current() {
    return workspace.historyProperty().get().current();
  }

  @Override
  public void close() {
    onFx(
        () -> {
          stage.hide();
          workspace.close();
          tasks.close();
        });
  }
}
