package io.bitloupe.ui;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javafx.application.Platform;
import javafx.event.Event;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ListView;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.stage.Window;

/** The real application, whose user is a thread of this class; for the test that kills it. */
final class SessionProcess {

  private SessionProcess() {}

  /** {@code work} types digits on the layer table until it is killed, {@code look} takes the offer of the start and says what came. */
  public static void main(String[] arguments) {
    String role = arguments[0];
    Thread user = new Thread(() -> use(role), "user");
    user.setDaemon(true);
    user.start();
    BitloupeApp.main(Arrays.copyOfRange(arguments, 1, arguments.length));
  }

  private static void use(String role) {
    if (role.equals("work")) {
      until(() -> node("#layer-table").map(TableView.class::cast).filter(table -> !table.getItems().isEmpty()));
      for (int i = 0; i < 100_000; i++) {
        int steps = steps();
        KeyCode digit = KeyCode.getKeyCode(Integer.toString(2 + i % 7));
        onFx(() -> press(node("#layer-table").orElseThrow(), digit));
        until(() -> Optional.of(steps()).filter(now -> now > steps));
        System.out.println("step " + steps() + " at " + System.currentTimeMillis());
      }
    } else {
      until(() -> node("#notice-action").filter(Node::isVisible));
      onFx(
          () -> {
            ((Button) node("#notice-action").orElseThrow()).fire();
            return true;
          });
      until(() -> Optional.of(steps()).filter(now -> now > 0));
      System.out.println("restored " + steps());
      Runtime.getRuntime().halt(0);
    }
  }

  private static boolean press(Node table, KeyCode digit) {
    Event.fireEvent(table, new KeyEvent(KeyEvent.KEY_PRESSED, digit.getChar(), digit.getChar(), digit, false, false, false, false));
    return true;
  }

  private static int steps() {
    return onFx(() -> node("#history-list").map(list -> ((ListView<?>) list).getItems().size()).orElse(0));
  }

  private static Optional<Node> node(String id) {
    return Window.getWindows().stream()
        .filter(window -> window.getScene() != null)
        .map(window -> Optional.ofNullable(window.getScene().getRoot().lookup(id)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static <T> T until(Supplier<Optional<T>> wanted) {
    while (true) {
      Optional<T> found = toolkitRuns() ? onFx(wanted::get) : Optional.empty();
      if (found.isPresent()) {
        return found.get();
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static boolean toolkitRuns() {
    try {
      Platform.runLater(() -> {});
      return true;
    } catch (IllegalStateException notYet) {
      return false;
    }
  }

  private static <T> T onFx(Supplier<T> action) {
    if (Platform.isFxApplicationThread()) {
      return action.get();
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    Platform.runLater(
        () -> {
          try {
            result.complete(action.get());
          } catch (RuntimeException failure) {
            result.completeExceptionally(failure);
          }
        });
    return result.join();
  }
}
