package io.bitloupe.ui.prefs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Files that were opened lately, the last one first, remembered in the settings. */
public final class RecentFiles {
  /** How many are remembered. */
  public static final int KEPT = 8;

  private static final String SEPARATOR = "\n";

  private final Preferences preferences;
  private final String name;

  /** Remembers in the setting {@code name}. */
  public RecentFiles(Preferences preferences, String name) {
    this.preferences = preferences;
    this.name = name;
  }

  /** Puts {@code file} first. */
  public void add(Path file) {
    List<String> kept = new ArrayList<>();
    kept.add(file.toAbsolutePath().normalize().toString());
    all().stream().filter(other -> !kept.contains(other)).limit(KEPT - 1).forEach(kept::add);
    preferences.put(name, String.join(SEPARATOR, kept));
  }

  /** Those that still exist. */
  public List<Path> existing() {
    return all().stream().map(Path::of).filter(Files::exists).toList();
  }

  private List<String> all() {
    return preferences.get(name).stream().flatMap(text -> Arrays.stream(text.split(SEPARATOR))).filter(text -> !text.isBlank()).toList();
  }
}
