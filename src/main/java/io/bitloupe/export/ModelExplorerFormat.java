package io.bitloupe.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;

/** Node data for Model Explorer: the bits of each layer's weights (of its input, where it has none), coloured; found by output tensor. */
public final class ModelExplorerFormat implements ExportFormat {

  @Override
  public String id() {
    return "model-explorer";
  }

  @Override
  public String title() {
    return "Model Explorer node data";
  }

  @Override
  public String extension() {
    return "json";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ObjectNode graph = document.putObject(request.model().graph().name().isEmpty() ? "main" : request.model().graph().name());
    ObjectNode results = graph.putObject("results");
    LayerFigures.of(request).forEach(
        (layer, figures) ->
            results.putObject(layer.node().output())
                .put("value", layer.weight().isPresent() ? figures.cost().weightBits() : figures.cost().activationBits()));
    ArrayNode thresholds = graph.putArray("thresholds");
    threshold(thresholds, 2, "#b2182b");
    threshold(thresholds, 4, "#ef8a62");
    threshold(thresholds, 6, "#fddbc7");
    threshold(thresholds, 8, "#92c5de");
    threshold(thresholds, 16, "#4393c3");
    threshold(thresholds, 32, "#d9d9d9");
    JsonText.write(document, file);
    return List.of();
  }

  private static void threshold(ArrayNode thresholds, int value, String color) {
    thresholds.addObject().put("value", value).put("bgColor", color);
  }
}
