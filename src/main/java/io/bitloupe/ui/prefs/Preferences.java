package io.bitloupe.ui.prefs;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Settings that outlive the window, as text by name. A system property {@code bitloupe.pref.NAME} overrides what was saved. A folder
 * that cannot be written to costs the settings, never the work.
 */
public final class Preferences {
  private static final Logger LOG = Logger.getLogger(Preferences.class.getName());
  private static final String OVERRIDE = "bitloupe.pref.";

  private final Optional<Path> file;
  private final Properties values = new Properties();

  private Preferences(Optional<Path> file) {
    this.file = file;
  }

  /** Settings that are forgotten at the end. */
  public static Preferences inMemory() {
    return new Preferences(Optional.empty());
  }

  /** The settings in {@code file}, which need not exist. */
  public static Preferences in(Path file) {
    Preferences preferences = new Preferences(Optional.of(file));
    if (Files.isReadable(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        preferences.values.load(reader);
      } catch (IOException | IllegalArgumentException unreadable) {
        LOG.log(Level.INFO, "settings could not be read from " + file, unreadable);
      }
    }
    return preferences;
  }

  /** Where settings live on this system: the folder in {@code bitloupe.settings}, else the user's configuration folder. */
  public static Path defaultFile() {
    String set = System.getProperty("bitloupe.settings", "");
    if (!set.isEmpty()) {
      return Path.of(set, "window.properties");
    }
    String appData = System.getenv("APPDATA");
    String xdg = System.getenv("XDG_CONFIG_HOME");
    Path home = Path.of(System.getProperty("user.home", "."));
    Path folder = appData != null ? Path.of(appData) : xdg != null && !xdg.isBlank() ? Path.of(xdg) : home.resolve(".config");
    return folder.resolve("bitloupe").resolve("window.properties");
  }

  /** The setting {@code name}. */
  public Optional<String> get(String name) {
    Optional<String> override = Optional.ofNullable(System.getProperty(OVERRIDE + name));
    return override.or(() -> Optional.ofNullable(values.getProperty(name)));
  }

  /** Remembers a setting and saves it. */
  public void put(String name, String value) {
    if (!value.equals(values.setProperty(name, value))) {
      file.ifPresent(this::save);
    }
  }

  private void save(Path target) {
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      Path fresh = target.resolveSibling(target.getFileName() + ".new");
      try (Writer writer = Files.newBufferedWriter(fresh, StandardCharsets.UTF_8)) {
        values.store(writer, null);
      }
      Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException readOnly) {
      LOG.log(Level.INFO, "settings could not be saved to " + target, readOnly);
    }
  }
}
