package io.bitloupe.cli;

import io.bitloupe.exec.ModelLoader;
import io.bitloupe.export.Imported;
import io.bitloupe.export.Loss;
import io.bitloupe.export.StoredConfiguration;
import io.bitloupe.model.Model;
import io.bitloupe.report.Figures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens the model of a command. */
final class ModelFile {

  /** Names that a sentence lists before it only counts. */
  private static final int LISTED = 3;

  private ModelFile() {}

  /** The model in {@code file}; says on standard error what became of a file that is quantized already. */
  static Model open(Console console, Path file) {
    Model model = ModelLoader.load(file);
    if (!model.stored().isEmpty()) {
      model.notes().forEach(console::warn);
      lost(StoredConfiguration.of(model)).forEach(console::warn);
    }
    return model;
  }

  /** What of a quantized file the configuration does not hold, a sentence for each reason. */
  static List<String> lost(Imported imported) {
    List<String> sentences = new ArrayList<>();
    Loss.byReason(imported.losses())
        .forEach(
            (reason, subjects) ->
                sentences.add("Not used of its quantization: %s: %s.".formatted(Figures.listed(subjects, LISTED), reason)));
    return sentences;
  }
}
