package io.bitloupe.ui;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a window can be opened here. Touches no JavaFX class, so it can be asked before any is loaded. */
public final class Display {
  private static final Path SOCKETS = Path.of("/tmp/.X11-unix");
  private static final Path UNIX_SOCKETS = Path.of("/proc/net/unix");

  private Display() {}

  /** Why no window can be opened, in one sentence; empty when one can. */
  public static Optional<String> unavailableReason() {
    if (System.getProperty("glass.platform", "").toLowerCase(Locale.ROOT).equals("headless")) {
      return Optional.empty();
    }
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (!system.contains("linux")) {
      return Optional.empty();
    }
    if (isBlank(System.getenv("DISPLAY")) && isBlank(System.getenv("WAYLAND_DISPLAY"))) {
      return Optional.of("No display was found (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window cannot be opened.");
    }
    if (isBlank(System.getenv("DISPLAY"))) {
      return Optional.of("The window needs an X server (on Wayland, Xwayland), and DISPLAY is not set.");
    }
    if (!answers(System.getenv("DISPLAY"))) {
      return Optional.of("The display %s does not answer, so the window cannot be opened.".formatted(System.getenv("DISPLAY")));
    }
    if (!isLoadable("libgtk-3.so.0")) {
      return Optional.of("The window needs GTK 3, and libgtk-3.so.0 was not found; install it (Debian and Ubuntu: libgtk-3-0).");
    }
    return isLoadable("libXtst.so.6")
        ? Optional.empty()
        : Optional.of("The window needs libXtst.so.6, which was not found; install it (Debian and Ubuntu: libxtst6).");
  }

  /** Whether an X server listens on a display of this machine; others are taken at their word. JavaFX would end with a stack trace. */
  private static boolean answers(String display) {
    if (!display.matches("(unix)?:\\d+(\\.\\d+)?")) {
      return true;
    }
    Path socket = SOCKETS.resolve("X" + display.replaceAll("^(unix)?:", "").replaceAll("\\..*", ""));
    if (Files.exists(socket)) {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        return channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException refused) {
        return false;
      }
    }
    try (Stream<String> sockets = Files.lines(UNIX_SOCKETS)) {
      return sockets.anyMatch(line -> line.endsWith("@" + socket));
    } catch (IOException | UncheckedIOException unreadable) {
      return true;
    }
  }

  private static boolean isBlank(@Nullable String value) {
    return value == null || value.isBlank();
  }

  @SuppressWarnings("restricted") // only looks whether the library is there
  private static boolean isLoadable(String library) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(library, arena);
      return true;
    } catch (IllegalArgumentException missing) {
      return false;
    }
  }
}
