package io.bitloupe.ui.prefs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecentFilesTest {
  @TempDir private Path folder;

  @Test
  void theLastOneIsFirstAndEachIsThereOnce() throws IOException {
    Preferences preferences = Preferences.inMemory();
    RecentFiles recent = new RecentFiles(preferences, "recent");
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < RecentFiles.KEPT + 2; i++) {
      files.add(Files.createFile(folder.resolve("model " + i + ".onnx")));
      recent.add(files.getLast());
    }
    recent.add(files.get(5));
    List<Path> shown = recent.existing();
    assertThat(shown).hasSize(RecentFiles.KEPT).doesNotHaveDuplicates().startsWith(files.get(5), files.getLast());
    Files.delete(files.getLast());
    assertThat(recent.existing()).as("what is gone is not offered").hasSize(RecentFiles.KEPT - 1).doesNotContain(files.getLast());
    assertThat(new RecentFiles(preferences, "recent").existing()).as("the next window knows them").isEqualTo(recent.existing());
  }
}
