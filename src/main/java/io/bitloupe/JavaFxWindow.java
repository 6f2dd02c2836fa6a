package io.bitloupe;

import io.bitloupe.cli.Window;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.lang.reflect.InvocationTargetException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The JavaFX window, reached by the name of its class; and what has to be there for it, looked at before JavaFX does. */
final class JavaFxWindow implements Window {

  private static final String APPLICATION = "io.bitloupe.ui.BitloupeApp";
  private static final Path SOCKETS = Path.of("/tmp/.X11-unix");
  private static final Path UNIX_SOCKETS = Path.of("/proc/net/unix");
  private static final List<String> LIBRARIES = List.of("libgtk-3.so.0", "libXtst.so.6");

  @Override
  public Optional<String> obstacle() {
    boolean linux = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
    // JavaFX's own headless platform needs no display: GUI tests run on it.
    boolean headless = "Headless".equals(System.getProperty("glass.platform"));
    return linux && !headless ? displayObstacle().or(JavaFxWindow::libraryObstacle) : Optional.empty();
  }

  private static Optional<String> displayObstacle() {
    String display = Optional.ofNullable(System.getenv("DISPLAY")).orElse("");
    if (display.isBlank()) {
      return Optional.of("There is no display here (DISPLAY is not set), so no window can be opened");
    }
    return answers(display)
        ? Optional.empty()
        : Optional.of("The display %s does not answer, so no window can be opened".formatted(display));
  }

  /** Whether an X server listens on a local display; displays of other machines are taken at their word. */
  private static boolean answers(String display) {
    if (!display.matches("(unix)?:\\d+(\\.\\d+)?")) {
      return true;
    }
    String socket = "X" + display.replaceAll("^(unix)?:", "").replaceAll("\\..*", "");
    Path file = SOCKETS.resolve(socket);
    if (Files.exists(file)) {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        return channel.connect(UnixDomainSocketAddress.of(file));
      } catch (IOException refused) {
        return false;
      }
    }
    try (Stream<String> sockets = Files.lines(UNIX_SOCKETS)) {
      return sockets.anyMatch(line -> line.endsWith("@" + file));
    } catch (IOException unreadable) {
      return true;
    }
  }

  @SuppressWarnings("restricted") // opening a library that JavaFX opens next
  private static Optional<String> libraryObstacle() {
    for (String library : LIBRARIES) {
      try (Arena arena = Arena.ofConfined()) {
        SymbolLookup.libraryLookup(library, arena);
      } catch (IllegalArgumentException missing) {
        return Optional.of(
            "The library %s is missing, which a window needs (on Debian and Ubuntu: apt install libgtk-3-0 libxtst6)".formatted(library));
      }
    }
    return Optional.empty();
  }

  @Override
  public int open(Optional<Path> model, Optional<Path> data) {
    List<String> arguments = new ArrayList<>();
    model.ifPresent(file -> arguments.add("--model=" + file.toAbsolutePath()));
    data.ifPresent(file -> arguments.add("--data=" + file.toAbsolutePath()));
    try {
      Class.forName(APPLICATION).getMethod("main", String[].class).invoke(null, (Object) arguments.toArray(String[]::new));
      return 0;
    } catch (InvocationTargetException failure) {
      throw failure.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failure.getCause());
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
