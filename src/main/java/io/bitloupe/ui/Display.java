package io.bitloupe.ui;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a window can be opened here. Touches no JavaFX class, so it can be asked before any is loaded. */
public final class Display {
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
    return isLoadable("libgtk-3.so.0")
        ? Optional.empty()
        : Optional.of("The window needs GTK 3, and libgtk-3.so.0 was not found; install it (Debian and Ubuntu: libgtk-3-0).");
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
