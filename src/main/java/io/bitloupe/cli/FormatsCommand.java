package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.ChoiceText;
import io.bitloupe.config.FormatText;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.format.Encoded;
import io.bitloupe.quant.format.NumberFormat;
import io.bitloupe.quant.format.Uniform;
import io.bitloupe.report.Figures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code formats}: what the weights of a model cost and lose in every number format. */
@CommandLine.Command(
    name = "formats",
    description = "Encode the weights of a model in every number format: bits for each weight with all overheads, signal to noise.")
final class FormatsCommand extends Command {

  private static final int[] INTEGER_BITS = {2, 3, 4, 5, 6, 8};

  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file.")
  private Path modelFile = Path.of("");

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  FormatsCommand(Context context) {
    super(context);
  }

  /** What the weights are encoded in. */
  private record Candidate(NumberFormat format, Granularity granularity) {}

  /** One line of the table. */
  private record Row(String format, String granularity, double bitsPerWeight, double sqnrDb) {}

  @Override
  public Integer call() {
    Model model = ModelFile.open(console(), modelFile);
    List<Candidate> candidates = candidates();
    List<Row> rows = new ArrayList<>();
    try (ConsoleProgress progress = console().progress("encoding weights")) {
      for (Candidate candidate : candidates) {
        progress.checkCancelled();
        rows.add(row(model, candidate.format(), candidate.granularity()));
        progress.report(rows.size(), candidates.size());
      }
    }
    if (json) {
      ObjectNode document = JsonNodeFactory.instance.objectNode().put("model", model.fileName());
      ArrayNode list = document.putArray("formats");
      rows.forEach(row -> write(row, list.addObject()));
      console().print(document);
      return ExitStatus.DONE;
    }
    TextTable table = new TextTable().text("format").text("granularity").number("bits", "per weight").number("SQNR", "dB");
    rows.forEach(
        row ->
            table.row(row.format(), row.granularity(), Figures.decimal(row.bitsPerWeight(), 3), Figures.decibels(row.sqnrDb())));
    console().println("%s: the weights of all layers, scales and codebooks counted", model.fileName());
    console().print(table.render());
    return ExitStatus.DONE;
  }

  private static List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    for (int bits : INTEGER_BITS) {
      Uniform uniform = new Uniform(IntegerFormat.weights(bits), new RangeMethod.Mse());
      candidates.add(new Candidate(uniform, Granularity.CHANNEL));
      if (bits == 4) {
        candidates.add(new Candidate(uniform, new Granularity.PerBlock(32)));
      }
    }
    for (String name : FormatText.usual()) {
      NumberFormat format = FormatText.parse(name);
      candidates.add(new Candidate(format, format.usualGranularity()));
    }
    return candidates;
  }

  private static void write(Row row, ObjectNode node) {
    node.put("format", row.format()).put("granularity", row.granularity()).put("bitsPerWeight", row.bitsPerWeight());
    if (Double.isFinite(row.sqnrDb())) {
      node.put("sqnrDb", row.sqnrDb());
    } else {
      node.putNull("sqnrDb");
    }
  }

  private static Row row(Model model, NumberFormat format, Granularity granularity) {
    Set<String> seen = new HashSet<>();
    long bits = 0;
    long count = 0;
    double signal = 0;
    double noise = 0;
    for (Layer layer : model.layers()) {
      if (layer.weight().isEmpty() || !seen.add(layer.weight().get())) {
        continue;
      }
      float[] weights = model.weights(layer).floats();
      Encoded encoded = format.encode(weights, layer.weightShape(), layer.outputChannelAxis(), granularity);
      bits += encoded.bits();
      count += weights.length;
      for (int i = 0; i < weights.length; i++) {
        double error = (double) encoded.decoded()[i] - weights[i];
        signal += (double) weights[i] * weights[i];
        noise += error * error;
      }
    }
    return new Row(
        FormatText.format(format),
        ChoiceText.format(granularity),
        (double) bits / Math.max(1, count),
        noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise));
  }
}
