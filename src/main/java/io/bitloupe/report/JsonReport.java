package io.bitloupe.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.AtomicFile;
import java.nio.file.Path;
import java.util.List;

/** The table of configurations as a JSON array: what {@code evaluate --json} says of each, its layers among it, and its name. */
public final class JsonReport {

  private JsonReport() {}

  /**
   * Writes {@code rows} to {@code file}, as a whole or not at all.
   *
   * @param model name of the model's file
   */
  public static void write(String model, List<MeasuredConfig> rows, Path file) {
    AtomicFile.writeText(file, json(model, rows).toPrettyString() + "\n");
  }

  static ArrayNode json(String model, List<MeasuredConfig> rows) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (MeasuredConfig row : rows) {
      ObjectNode json = array.addObject();
      json.put("configuration", row.name());
      json.setAll(EvaluationJson.of(model, row.evaluation()));
    }
    return array;
  }
}
