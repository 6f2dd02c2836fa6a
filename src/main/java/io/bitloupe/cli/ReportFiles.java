package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.AtomicFile;
import io.bitloupe.report.CsvReport;
import io.bitloupe.report.EvaluationJson;
import io.bitloupe.report.HtmlReport;
import io.bitloupe.report.MeasuredConfig;
import io.bitloupe.report.Report;
import java.nio.file.Path;
import java.util.List;

/** A report as the files that a folder of it holds. */
final class ReportFiles {

  private ReportFiles() {}

  /** Writes the page, the table and the document into {@code folder} and returns the files. */
  static List<Path> write(Report report, Path folder) {
    Path page = folder.resolve("report.html");
    Path table = folder.resolve("configurations.csv");
    Path document = folder.resolve("configurations.json");
    HtmlReport.write(report, page);
    CsvReport.write(report, table);
    AtomicFile.writeText(document, json(report).toPrettyString() + "\n");
    return List.of(page, table, document);
  }

  private static ArrayNode json(Report report) {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (MeasuredConfig row : report.configurations()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("configuration", row.name());
      json.setAll(EvaluationJson.of(report.model().fileName(), row.evaluation()));
      rows.add(json);
    }
    return rows;
  }
}
