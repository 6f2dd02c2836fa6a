package io.bitloupe.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Range;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The calibration cache of {@code quantize_static(calibration_cache_path=...)}: the range of every activation, so that ONNX
 * Runtime's quantizer needs no data.
 */
public final class OrtCalibrationFormat implements ReadableFormat {

  private static final String CLASS = "CLS";

  @Override
  public String id() {
    return "ort-calibration";
  }

  @Override
  public String title() {
    return "ONNX Runtime calibration cache";
  }

  @Override
  public String extension() {
    return "json";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    Encodings encodings = Encodings.of(request);
    List<Loss> losses = new ArrayList<>(encodings.dynamicLosses());
    losses.addAll(CommonLosses.ofEncodings(request));
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put(CLASS, "TensorsData");
    ObjectNode data = document.putObject("data");
    encodings.activations().forEach(
        (tensor, params) -> {
          IntegerFormat format = params.format();
          if (format.bits() != 8) {
            losses.add(new Loss(tensor, "the cache has its range but not that it has %d bits".formatted(format.bits())));
          }
          ObjectNode entry = data.putObject(tensor);
          entry.set("lowest", number(params.single().dequantize(format.quantMin())));
          entry.set("highest", number(params.single().dequantize(format.quantMax())));
          entry.put(CLASS, "TensorData");
        });
    document.putObject("calibration_method").put(CLASS, "CalibrationMethod").put("value", "CalibrationMethod.MinMax");
    document.put("smooth_quant", false);
    for (String weight : encodings.weights().keySet()) {
      losses.add(new Loss(Encodings.subject(request.model(), weight),
          "the cache has ranges of activations only; ONNX Runtime finds the scales of weights itself"));
    }
    JsonText.write(document, file);
    return losses;
  }

  private static ObjectNode number(float value) {
    return JsonNodeFactory.instance.objectNode().put("data", value).put("dtype", "float32").put(CLASS, "numpy.array");
  }

  @Override
  public Imported read(Path file, Model model) {
    ObjectNode document = JsonText.read(file, title());
    if (!document.path(CLASS).asText().equals("TensorsData") || !document.path("data").isObject()) {
      throw new InvalidInputException("%s is no calibration cache of ONNX Runtime.".formatted(file));
    }
    ConfigCollector collector = new ConfigCollector(model);
    document.path("data").properties().forEach(
        entry -> {
          String where = "%s: %s".formatted(file, entry.getKey());
          Range range = new Range(bound(entry.getValue(), "lowest", where), bound(entry.getValue(), "highest", where));
          IntegerFormat format = IntegerFormat.activations(8);
          collector.add(entry.getKey(), QuantParams.perTensor(format, Affine.of(range, format)));
        });
    return collector.finish();
  }

  private static float bound(JsonNode entry, String name, String where) {
    JsonNode value = entry.path(name).path("data");
    return JsonText.number(value.isArray() ? value.path(0) : value, where + "." + name);
  }
}
