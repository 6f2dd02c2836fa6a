package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.export.StoredConfiguration;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.quant.calibrate.WeightStatistics;
import io.bitloupe.report.Figures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

/** {@code inspect}: what a model is made of. */
@CommandLine.Command(name = "inspect", description = "Show a model's layers, operators, shapes, parameters, MACs and weight statistics.")
final class InspectCommand extends Command {

  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file.")
  private Path modelFile = Path.of("");

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  InspectCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    Model model = ModelLoader.load(modelFile);
    if (json) {
      console().print(document(model));
    } else {
      print(model);
    }
    return ExitStatus.DONE;
  }

  private static Map<String, Long> operators(Model model) {
    return model.graph().nodes().stream().collect(Collectors.groupingBy(Node::opType, TreeMap::new, Collectors.counting()));
  }

  private record Weights(WeightStatistics all, double leastChannel, double greatestChannel) {
    static Weights of(Model model, Layer layer) {
      float[] values = model.weights(layer).floats();
      List<WeightStatistics> channels = WeightStatistics.ofChannels(values, layer.weightShape(), layer.outputChannelAxis());
      return new Weights(
          WeightStatistics.of(values),
          channels.stream().mapToDouble(WeightStatistics::magnitude).min().orElse(0),
          channels.stream().mapToDouble(WeightStatistics::magnitude).max().orElse(0));
    }
  }

  private void print(Model model) {
    console().println("%s: opset %d, SHA-256 %s", model.fileName(), model.graph().opset(), model.sha256());
    model.graph().inputs().forEach(input -> console().println("  input   %s", describe(input)));
    model.graph().outputs().forEach(output -> console().println("  output  %s", describe(output)));
    console()
        .println(
            "  %s, %s parameters (%s), %s MACs for one sample",
            Figures.plural(model.layers().size(), "layer"),
            Figures.count(model.parameters()),
            Figures.bytes(model.parameters() * Float.BYTES),
            Figures.count(model.macs()));
    console()
        .println(
            "  %s",
            operators(model).entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", ")));
    console().println("");
    TextTable table =
        new TextTable()
            .text("layer")
            .text("operator")
            .text("weights")
            .text("output")
            .number("parameters", "")
            .number("MACs", "")
            .number("min", "")
            .number("max", "")
            .number("std", "")
            .number("least channel", "max |w|")
            .number("greatest", "max |w|");
    for (Layer layer : model.layers()) {
      table.row(row(model, layer));
    }
    console().print(table.render());
    model.notes().forEach(note -> console().println("Note: %s", note));
    ModelFile.lost(StoredConfiguration.of(model)).forEach(note -> console().println("Note: %s", note));
  }

  private static List<String> row(Model model, Layer layer) {
    String weights = layer.kind().hasWeights() ? layer.weightShape().toString() : Figures.NONE;
    List<String> statistics = List.of(Figures.NONE, Figures.NONE, Figures.NONE, Figures.NONE, Figures.NONE);
    if (layer.weight().isPresent()) {
      Weights of = Weights.of(model, layer);
      statistics =
          List.of(
              Figures.real(of.all().min()),
              Figures.real(of.all().max()),
              Figures.real(of.all().standardDeviation()),
              Figures.real(of.leastChannel()),
              Figures.real(of.greatestChannel()));
    }
    List<String> cells =
        new ArrayList<>(
            List.of(
                layer.name(),
                layer.kind().title(),
                weights,
                layer.outputShape().toString(),
                Figures.count(layer.parameters()),
                Figures.count(layer.macs())));
    cells.addAll(statistics);
    return cells;
  }

  private static String describe(ValueInfo value) {
    String shape =
        value.dimensions().stream()
            .map(
                dimension ->
                    switch (dimension) {
                      case Dimension.Fixed(int size) -> Integer.toString(size);
                      case Dimension.Symbolic(String name) -> name.isEmpty() ? "?" : name;
                    })
            .collect(Collectors.joining("×"));
    return "%s %s %s".formatted(value.name(), value.type().name().toLowerCase(Locale.ROOT), shape);
  }

  private static ObjectNode document(Model model) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("model", model.fileName());
    document.put("sha256", model.sha256());
    document.put("opset", model.graph().opset());
    model.graph().inputs().forEach(input -> putValue(document.withArray("inputs").addObject(), input));
    model.graph().outputs().forEach(output -> putValue(document.withArray("outputs").addObject(), output));
    document.put("parameters", model.parameters());
    document.put("macs", model.macs());
    document.put("batchable", model.batchable());
    ObjectNode operators = document.putObject("operators");
    operators(model).forEach(operators::put);
    ArrayNode layers = document.putArray("layers");
    model.layers().forEach(layer -> putLayer(layers.addObject(), model, layer));
    ArrayNode notes = document.putArray("notes");
    model.notes().forEach(notes::add);
    return document;
  }

  private static void putValue(ObjectNode json, ValueInfo value) {
    json.put("name", value.name());
    json.put("type", value.type().name().toLowerCase(Locale.ROOT));
    ArrayNode shape = json.putArray("shape");
    for (Dimension dimension : value.dimensions()) {
      switch (dimension) {
        case Dimension.Fixed(int size) -> shape.add(size);
        case Dimension.Symbolic(String name) -> shape.add(name);
      }
    }
  }

  private static void putLayer(ObjectNode json, Model model, Layer layer) {
    json.put("name", layer.name());
    json.put("op", layer.kind().title());
    json.put("input", layer.input());
    json.put("output", layer.output());
    putShape(json.putArray("inputShape"), layer.inputShape());
    putShape(json.putArray("outputShape"), layer.outputShape());
    json.put("parameters", layer.parameters());
    json.put("macs", layer.macs());
    if (layer.weight().isEmpty()) {
      json.putNull("weight");
      return;
    }
    Weights of = Weights.of(model, layer);
    ObjectNode weight = json.putObject("weight");
    weight.put("name", layer.weight().get());
    putShape(weight.putArray("shape"), layer.weightShape());
    weight.put("channels", layer.outputChannels());
    weight.put("min", of.all().min());
    weight.put("max", of.all().max());
    weight.put("mean", of.all().mean());
    weight.put("standardDeviation", of.all().standardDeviation());
    weight.put("zeroShare", of.all().zeroShare());
    weight.put("leastChannelMagnitude", of.leastChannel());
    weight.put("greatestChannelMagnitude", of.greatestChannel());
  }

  private static void putShape(ArrayNode json, Shape shape) {
    for (int dimension : shape.toArray()) {
      json.add(dimension);
    }
  }
}
