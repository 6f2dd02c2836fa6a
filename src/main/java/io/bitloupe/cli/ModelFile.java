package io.bitloupe.cli;

import io.bitloupe.exec.ModelLoader;
import io.bitloupe.export.Imported;
import io.bitloupe.export.Loss;
import io.bitloupe.export.StoredConfiguration;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Opens the model of a command. */
final class ModelFile {

  /** Names that a sentence lists before it only counts. */
  private static final int LISTED = 3;

  private ModelFile() {}

  /** The model in {@code file}; says on standard error what became of a file that is quantized already. */
  static Model open(Console console, Path file) {
    Model model = ModelLoader.load(file);
    if (!model.stored().isEmpty()) {
      model.storedNotes().forEach(console::warn);
      lost(StoredConfiguration.of(model)).forEach(console::warn);
    }
    return model;
  }

  /** What of a quantized file the configuration does not hold, a sentence for each reason. */
  static List<String> lost(Imported imported) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    imported.losses().forEach((Loss loss) -> byReason.computeIfAbsent(loss.reason(), _ -> new ArrayList<>()).add(loss.subject()));
    List<String> sentences = new ArrayList<>();
    byReason.forEach(
        (reason, subjects) -> {
          String listed = String.join(", ", subjects.subList(0, Math.min(LISTED, subjects.size())));
          String more = subjects.size() > LISTED ? " and %d more".formatted(subjects.size() - LISTED) : "";
          sentences.add("Not used of its quantization: %s%s: %s.".formatted(listed, more, reason));
        });
    return sentences;
  }
}
