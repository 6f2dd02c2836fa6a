package io.bitloupe.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.ChoiceText;
import io.bitloupe.model.Layer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An attachment for Netron: dropped onto the open model, it shows bits, scales and noise beside nodes and weights. */
public final class NetronFormat implements ExportFormat {

  @Override
  public String id() {
    return "netron";
  }

  @Override
  public String title() {
    return "Netron attachment";
  }

  @Override
  public String extension() {
    return "json";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("signature", "netron:attachment");
    ArrayNode metadata = document.putArray("metadata");
    ArrayNode metrics = document.putArray("metrics");
    List<Loss> losses = new ArrayList<>();
    LayerFigures.of(request).forEach(
        (layer, figures) -> {
          if (layer.node().name().isEmpty()) {
            losses.add(new Loss(layer.name(), "its node has no name that Netron could find it by"));
            return;
          }
          put(metadata, "node", layer.node().name(), "activation bits").put("value", figures.cost().activationBits());
          put(metadata, "node", layer.node().name(), "runs on integers").put("value", figures.cost().integer());
          layer.weight().ifPresent(_ -> put(metadata, "node", layer.node().name(), "weight bits")
              .put("value", figures.cost().weightBits()));
          put(metrics, "node", layer.node().name(), "bytes").put("value", figures.cost().weightBytes());
          put(metrics, "node", layer.node().name(), "MACs").put("value", layer.macs());
          put(metrics, "node", layer.node().name(), "BitOps").put("value", figures.cost().bitOps());
          figures.weightSqnrDb().ifPresent(db -> put(metrics, "node", layer.node().name(), "weight SQNR (dB)").put("value", db));
          weight(request, layer, metadata);
        });
    Encodings.of(request).activations().forEach(
        (tensor, params) -> {
          put(metadata, "value", tensor, "bits").put("value", params.format().bits());
          put(metadata, "value", tensor, "scale").put("value", params.single().scale());
          put(metadata, "value", tensor, "zero-point").put("value", params.single().zeroPoint());
        });
    JsonText.write(document, file);
    return losses;
  }

  private static void weight(ExportRequest request, Layer layer, ArrayNode metadata) {
    layer.weight().flatMap(request.config()::weight).ifPresent(
        params -> {
          String name = layer.weight().orElseThrow();
          put(metadata, "tensor", name, "bits").put("value", params.format().bits());
          put(metadata, "tensor", name, "granularity").put("value", ChoiceText.format(params.granularity()));
        });
  }

  private static ObjectNode put(ArrayNode list, String kind, String target, String name) {
    return list.addObject().put("kind", kind).put("target", target).put("name", name);
  }
}
