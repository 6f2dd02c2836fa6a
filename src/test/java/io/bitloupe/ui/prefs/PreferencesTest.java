package io.bitloupe.ui.prefs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreferencesTest {
  @Test
  void settingsOutliveTheWindow(@TempDir Path folder) {
    Path file = folder.resolve("deep").resolve("window.properties");
    Preferences.in(file).put("theme", "dark");
    assertThat(Preferences.in(file).get("theme")).contains("dark");
    assertThat(Preferences.in(file).get("other")).isEmpty();
  }

  @Test
  void aSystemPropertyOverrides() {
    Preferences preferences = Preferences.inMemory();
    preferences.put("probe", "saved");
    System.setProperty("bitloupe.pref.probe", "forced");
    try {
      assertThat(preferences.get("probe")).contains("forced");
    } finally {
      System.clearProperty("bitloupe.pref.probe");
    }
  }

  @Test
  void aFolderThatCannotBeWrittenCostsOnlyTheSetting(@TempDir Path folder) throws IOException {
    Path blocked = Files.createFile(folder.resolve("file"));
    Preferences preferences = Preferences.in(blocked.resolve("window.properties"));
    preferences.put("theme", "dark");
    assertThat(preferences.get("theme")).contains("dark");
  }
}
