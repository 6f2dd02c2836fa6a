package io.bitloupe.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Arguments of NNCF's {@code IgnoredScope}: the nodes that stay in float. NNCF finds bits and scales itself. */
public final class NncfFormat implements ReadableFormat {

  @Override
  public String id() {
    return "nncf";
  }

  @Override
  public String title() {
    return "NNCF ignored scope";
  }

  @Override
  public String extension() {
    return "json";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    Model model = request.model();
    LoweredGraph lowered = Lowering.lower(model, request.config());
    Set<String> integer = new HashSet<>();
    for (IntegerStep step : lowered.integerSteps()) {
      integer.add(step.node().output());
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ArrayNode names = document.putArray("names");
    List<Loss> losses = new ArrayList<>(CommonLosses.ofEncodings(request));
    for (Layer layer : model.layers()) {
      if (integer.contains(layer.node().output())) {
        losses.addAll(integerLosses(request, layer));
      } else if (layer.node().name().isEmpty()) {
        losses.add(new Loss(layer.name(), "it stays in float, but its node has no name to ignore it by"));
      } else {
        names.add(layer.node().name());
      }
    }
    document.putArray("patterns");
    document.putArray("types");
    document.putArray("subgraphs");
    document.put("validate", true);
    JsonText.write(document, file);
    return losses;
  }

  private static List<Loss> integerLosses(ExportRequest request, Layer layer) {
    List<Loss> losses = new ArrayList<>();
    losses.add(new Loss(layer.name(), "an ignored scope has no scales; NNCF calibrates this layer itself"));
    layer.weight()
        .flatMap(request.config()::weight)
        .filter(params -> params.format().bits() != 8)
        .ifPresent(params -> losses.add(
            new Loss(layer.name(), "its weights have %d bits, and NNCF will use 8".formatted(params.format().bits()))));
    return losses;
  }

  @Override
  public Imported read(Path file, Model model) {
    ObjectNode document = JsonText.read(file, title());
    if (!document.has("names") && !document.has("patterns") && !document.has("types") && !document.has("subgraphs")) {
      throw new InvalidInputException("%s is no ignored scope: it has neither names nor patterns, types or subgraphs.".formatted(file));
    }
    List<Loss> losses = new ArrayList<>();
    Set<Layer> ignored = new LinkedHashSet<>();
    for (String name : texts(document, "names")) {
      List<Layer> layers = model.layers().stream().filter(layer -> layer.node().name().equals(name)).toList();
      ignored.addAll(layers);
      if (layers.isEmpty()) {
        losses.add(new Loss(name, "the model has no layer of that name"));
      }
    }
    for (String pattern : texts(document, "patterns")) {
      Pattern compiled = compile(pattern, file);
      model.layers().stream().filter(layer -> compiled.matcher(layer.node().name()).matches()).forEach(ignored::add);
    }
    for (String type : texts(document, "types")) {
      model.layers().stream().filter(layer -> layer.node().opType().equals(type)).forEach(ignored::add);
    }
    if (document.path("subgraphs").size() > 0) {
      losses.add(new Loss("subgraphs", "stretches between an input and an output node are not read"));
    }
    QuantConfig config = QuantConfig.defaults();
    for (Layer layer : ignored) {
      config = config.with(layer.weight().orElse(layer.output()), TensorChoice.FLOAT);
    }
    return new Imported(config, losses);
  }

  private static Pattern compile(String pattern, Path file) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException("%s: '%s' is no regular expression.".formatted(file, pattern), e);
    }
  }

  private static List<String> texts(JsonNode document, String field) {
    return document.path(field).valueStream().map(JsonNode::asText).toList();
  }
}
