package io.bitloupe.ui;

import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Runs;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.session.SessionStore;
import io.bitloupe.ui.export.FileExporter;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.shell.Samples;
import io.bitloupe.ui.shell.ShellServices;
import io.bitloupe.ui.shell.ShellView;
import io.bitloupe.ui.task.FxTasks;
import io.bitloupe.ui.task.Tasks;
import io.bitloupe.ui.theme.Theme;
import io.bitloupe.ui.theme.Zoom;
import io.bitloupe.ui.workspace.SessionKeeper;
import io.bitloupe.ui.workspace.Workspace;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.animation.AnimationTimer;
import javafx.application.Application;
import javafx.geometry.Rectangle2D;
import javafx.scene.Scene;
import javafx.stage.Screen;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** The window as an application. */
public final class BitloupeApp extends Application {
  private static final Logger LOG = Logger.getLogger(BitloupeApp.class.getName());
  private static final AtomicReference<@Nullable Request> REQUEST = new AtomicReference<>();
  private static final double WIDTH = 1600;
  private static final double HEIGHT = 1000;

  private final FxTasks tasks = new FxTasks();
  private Optional<Workspace> workspace = Optional.empty();
  private Optional<SessionKeeper> keeper = Optional.empty();

  /** What {@link #launchWith} was asked for. */
  private record Request(Engine engine, Optional<Path> model, Optional<Path> data, Path settings, Consumer<Opened> onOpened) {}

  /**
   * A window that is open and was drawn.
   *
   * @param stage the window
   * @param shell its content
   * @param workspace what it looks at
   * @param tasks its threads
   * @param afterStart time from the start of the process to the first picture
   */
  public record Opened(Stage stage, ShellView shell, Workspace workspace, Tasks tasks, Duration afterStart) {}

  /** Opens the window with what {@code --model=FILE} and {@code --data=FILE} name, on this machine's engine; ends with the window. */
  public static void main(String[] arguments) {
    launchWith(LocalEngine.besideWindow(), named(arguments, "--model="), named(arguments, "--data="));
  }

  private static Optional<Path> named(String[] arguments, String option) {
    return Arrays.stream(arguments)
        .filter(argument -> argument.startsWith(option))
        .map(argument -> Path.of(argument.substring(option.length())))
        .findFirst();
  }

  /** Opens the window and returns when it is closed. */
  public static void launchWith(Engine engine, Optional<Path> model, Optional<Path> data) {
    launch(new Request(engine, model, data, Preferences.defaultFile(), _ -> {}));
  }

  /** Opens an empty window with settings and sessions of its own in {@code folder}, tells when it is there, and returns at its end. */
  public static void launchIn(Path folder, Engine engine, Consumer<Opened> onOpened) {
    launch(new Request(engine, Optional.empty(), Optional.empty(), folder.resolve("window.properties"), onOpened));
  }

  private static void launch(Request request) {
    REQUEST.set(request);
    Application.launch(BitloupeApp.class);
  }

  @Override
  public void start(Stage stage) {
    Request request = Objects.requireNonNull(REQUEST.get(), "use launchWith");
    Preferences preferences = Preferences.in(request.settings());
    Workspace opened = new Workspace(request.engine(), tasks, Clock.systemUTC());
    workspace = Optional.of(opened);
    Thread.currentThread().setUncaughtExceptionHandler((_, failure) -> onUncaught(opened, failure));
    SessionStore sessions = SessionStore.ofThisProcess(request.settings().resolveSibling("sessions"));
    keeper = Optional.of(new SessionKeeper(opened, sessions));
    Theme theme = new Theme(preferences);
    ShellServices services = new ShellServices(
        opened, preferences, Optional.of(sessions), Runs.in(request.settings().resolveSibling("runs")),
            theme, new Zoom(preferences), Samples.find(),
            Optional.of(new FileExporter(request.engine(), version())), () -> KernelChoice.best().reason());
    ShellView shell = new ShellView(services);
    show(stage, shell, theme);
    afterFirstPulse(
        () -> {
          Duration age = ProcessAge.now();
          LOG.log(Level.INFO, "window after {0} ms", age.toMillis());
          request.onOpened().accept(new Opened(stage, shell, opened, tasks, age));
        });
    opened.open(request.model(), request.data());
  }

  /** Puts {@code shell} into {@code stage} and shows it. */
  static void show(Stage stage, ShellView shell, Theme theme) {
    Rectangle2D screen = Screen.getPrimary().getVisualBounds();
    Scene scene = new Scene(shell.root(), Math.min(WIDTH, screen.getWidth()), Math.min(HEIGHT, screen.getHeight()));
    theme.apply(scene);
    stage.setTitle(Messages.get("app.name"));
    stage.setMinWidth(900);
    stage.setMinHeight(600);
    stage.setScene(scene);
    stage.show();
    shell.focusStart();
  }

  private static String version() {
    return Optional.ofNullable(BitloupeApp.class.getPackage().getImplementationVersion()).orElse(Messages.get("about.development"));
  }

  @Override
  public void stop() {
    keeper.ifPresent(SessionKeeper::close);
    workspace.ifPresent(Workspace::close);
    tasks.close();
  }

  private static void onUncaught(Workspace workspace, Throwable failure) {
    if (failure instanceof Exception exception) {
      workspace.report(exception, Optional.empty());
    } else {
      LOG.log(Level.SEVERE, "unexpected failure", failure);
    }
  }

  /** Does {@code action} when the window has been drawn once. */
  private static void afterFirstPulse(Runnable action) {
    new AnimationTimer() {
      private int pulses;

      @Override
      public void handle(long now) {
        pulses++;
        if (pulses == 2) {
          stop();
          action.run();
        }
      }
    }.start();
  }
}
