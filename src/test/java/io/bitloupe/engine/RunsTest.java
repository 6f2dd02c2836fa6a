package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {

  private static final Response RESPONSE = new Response(7, Optional.empty(), 7, 0.5, 12);

  @TempDir Path folder;

  private final Model model = ModelLoader.load(Path.of("sample-models/lenet-300-100.onnx"));

  @Test
  void aDirectoryForEachModelThatOneWindowUsesAtATime() {
    Runs runs = Runs.in(folder);
    runs.of(model).journal().record("a", RESPONSE);
    assertThat(runs.of(model).journal().find("a")).hasValue(RESPONSE);
    assertThat(runs.of(model).latency().folder()).isPresent();
    Runs.Run other = Runs.in(folder).of(model);
    assertThat(other.latency().folder()).as("in use: nothing is kept").isEmpty();
    other.journal().record("b", RESPONSE);
    assertThat(other.journal().find("b")).hasValue(RESPONSE);
    assertThat(Runs.inMemory().of(model).journal().find("a")).isEmpty();
  }

  @Test
  void theModelsThatWereUsedLastAreKept() throws IOException {
    for (int i = 0; i < Runs.KEPT + 3; i++) {
      Path old = Files.createDirectory(folder.resolve("model" + i));
      Files.writeString(old.resolve("responses.jsonl"), "");
      Files.setLastModifiedTime(old, FileTime.fromMillis(1_000_000L * (i + 1)));
    }
    Runs.in(folder).of(model);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()).filter(name -> name.startsWith("model")))
          .hasSize(Runs.KEPT - 1)
          .doesNotContain("model0", "model3")
          .contains("model4", "model" + (Runs.KEPT + 2));
    }
  }
}
