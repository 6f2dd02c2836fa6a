package io.bitloupe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.bitloupe.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code bench} measured, for people: the figures of its JSON document in tables. */
final class BenchTables {

  private static final List<String> KERNELS =
      List.of("scalar", "vector", "best", "bytes", "service", "onnxruntimeFloat", "onnxruntimeInt8");

  private BenchTables() {}

  /** The tables of a document. */
  static String of(JsonNode document) {
    return document.has("shapes") ? kernels(document) : figures(document);
  }

  private static String kernels(JsonNode document) {
    TextTable table = new TextTable().number("M x K x N", "").number("weights x", "activations");
    for (String kernel : List.of("scalar", "portable", "best", "8-bit codes", "service", "ORT float", "ORT int8")) {
      table.number(kernel, "GOP/s");
    }
    table.number("best / ORT int8", "").number("portable / ORT float", "").text("best is");
    for (JsonNode shape : document.path("shapes")) {
      JsonNode gops = shape.path("gops");
      List<String> row = new ArrayList<>();
      row.add("%d x %d x %d".formatted(shape.path("m").asInt(), shape.path("k").asInt(), shape.path("n").asInt()));
      row.add("%d x %d bits".formatted(shape.path("weightBits").asInt(), shape.path("activationBits").asInt()));
      for (String kernel : KERNELS) {
        row.add(gops.path(kernel).isNumber() ? "%.1f".formatted(gops.path(kernel).asDouble()) : Figures.NONE);
      }
      row.add("%.2f".formatted(gops.path("best").asDouble() / gops.path("onnxruntimeInt8").asDouble()));
      row.add("%.2f".formatted(gops.path("vector").asDouble() / gops.path("onnxruntimeFloat").asDouble()));
      row.add(shape.path("bestKernel").asText() + ", " + shape.path("bestReason").asText());
      table.row(row);
    }
    JsonNode machine = document.path("machine");
    return "%s%nkernels: %s%none thread, codes in to codes out%n%n%s"
        .formatted(machine.path("cpu").asText(), machine.path("isa").asText(), table.render());
  }

  private static String figures(JsonNode document) {
    TextTable table = new TextTable().text("figure").number("value", "");
    addFigures(table, "", document);
    return table.render();
  }

  private static void addFigures(TextTable table, String prefix, JsonNode node) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      if (value.isObject()) {
        addFigures(table, prefix + field.getKey() + " ", value);
      } else if (value.isArray()) {
        for (int i = 0; i < value.size(); i++) {
          addFigures(table, "%s%s %d ".formatted(prefix, field.getKey(), i + 1), value.get(i));
        }
      } else {
        table.row(List.of(prefix + field.getKey(), value.isDouble() ? "%.3f".formatted(value.asDouble()) : value.asText()));
      }
    }
  }
}
