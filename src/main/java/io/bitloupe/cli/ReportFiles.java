package io.bitloupe.cli;

import io.bitloupe.report.CsvReport;
import io.bitloupe.report.HtmlReport;
import io.bitloupe.report.JsonReport;
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
    CsvReport.write(report.configurations(), table);
    JsonReport.write(report.model().fileName(), report.configurations(), document);
    return List.of(page, table, document);
  }
}
