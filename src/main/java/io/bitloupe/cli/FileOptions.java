package io.bitloupe.cli;

import io.bitloupe.config.QuantConfig.CalibrationReference;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.export.ExportFormat;
import io.bitloupe.export.ExportFormats;
import io.bitloupe.export.ExportRequest;
import io.bitloupe.export.Loss;
import io.bitloupe.model.Model;
import io.bitloupe.report.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What commands share that write files of other tools: where to, and data for ranges that are not known yet. */
final class FileOptions {

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "The file to write.")
  private Path output = Path.of("");

  @Option(names = "--data", paramLabel = "DATA", description = "Data to set ranges with, where the configuration has none.")
  private Optional<Path> data = Optional.empty();

  @Mixin private final DataOptions dataOptions = new DataOptions();
  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  /** The names of the formats that can be written, for help. */
  static final class Writable implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ExportFormats.all().stream().map(ExportFormat::id).iterator();
    }
  }

  /** The names of the formats that can be read, for help. */
  static final class Readable implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ExportFormats.readable().stream().map(ExportFormat::id).iterator();
    }
  }

  /** Refuses to write over the model or the data, and options that do nothing; asked before long work. */
  void check(Path model) {
    dataOptions.check(data);
    OutputFile.check(output, model, data);
  }

  /** Whether ranges can be set. */
  boolean haveData() {
    return data.isPresent();
  }

  /** The engine to set them with. */
  LocalEngine engine() {
    return engineOptions.engine();
  }

  /** Opens the data and calibrates {@code model} on it. */
  Workbench calibrate(Console console, LocalEngine engine, Model model, Optional<CalibrationReference> earlier) {
    return Setup.open(console, engine, model, data.orElseThrow(), dataOptions, earlier);
  }

  /**
   * Writes {@code request} and says what the file is.
   *
   * @return what it does not hold
   */
  List<Loss> write(Console console, ExportFormat format, ExportRequest request) throws IOException {
    List<Loss> losses = format.write(request, output);
    console.println("%s: %s, %s", output, format.title(), Figures.bytes(Files.size(output)));
    return losses;
  }

  /** Lists {@code losses}: each reason once, with the layers and tensors that it is about. */
  static void print(Console console, String title, List<Loss> losses) {
    Loss.byReason(losses).forEach((reason, subjects) -> console.println("%s: %s (%s)", title, reason, String.join(", ", subjects)));
  }
}
