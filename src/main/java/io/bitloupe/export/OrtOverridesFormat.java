package io.bitloupe.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Range;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * TensorQuantOverrides of ONNX Runtime's quantizer: a list of scales and zero-points for each tensor. The JSON that
 * {@code static_quantize_runner --tensor_quant_overrides} takes cannot name integer types, so they lie in a second file
 * ({@code .types.json}), and a Python module beside both ({@code .py}) puts them together for {@code quantize_static}.
 */
public final class OrtOverridesFormat implements ReadableFormat {

  private static final String LOADER = "ort_overrides_loader.py";
  private static final String TYPES = ".types.json";

  @Override
  public String id() {
    return "ort-overrides";
  }

  @Override
  public String title() {
    return "ONNX Runtime tensor quantization overrides";
  }

  @Override
  public String extension() {
    return "json";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    Model model = request.model();
    Encodings encodings = Encodings.of(request);
    List<Loss> losses = new ArrayList<>(encodings.dynamicLosses());
    losses.addAll(CommonLosses.ofEncodings(request));
    ObjectNode overrides = JsonNodeFactory.instance.objectNode();
    ObjectNode types = JsonNodeFactory.instance.objectNode();
    encodings.activations().forEach((tensor, params) -> put(overrides, types, tensor, tensor, params, losses));
    List<String> written = new ArrayList<>();
    encodings.weights().forEach(
        (weight, params) -> {
          String subject = Encodings.subject(model, weight);
          if (params.granularity() instanceof Granularity.PerBlock) {
            losses.add(new Loss(subject, "the overrides have no scales by block"));
          } else if (params.format().isBinary()) {
            losses.add(new Loss(subject, OrtTypes.missing(params.format())));
          } else {
            int channels = model.layerOfWeight(weight).orElseThrow().outputChannels();
            put(overrides, types, weight, subject, params.byChannel(channels), losses);
            written.add(weight);
          }
        });
    losses.addAll(Encodings.foldedLosses(model, written));
    JsonText.write(overrides, file);
    JsonText.write(types, beside(file, TYPES));
    AtomicFile.writeText(beside(file, ".py"), loader(file));
    return losses;
  }

  private static void put(
      ObjectNode overrides, ObjectNode types, String tensor, String subject, QuantParams params, List<Loss> losses) {
    Optional<String> type = OrtTypes.of(params.format());
    if (type.isEmpty()) {
      losses.add(new Loss(subject, OrtTypes.missing(params.format())));
      return;
    }
    types.put(tensor, type.get());
    ArrayNode list = overrides.putArray(tensor);
    for (Affine affine : params.affine()) {
      ObjectNode entry = list.addObject().put("scale", affine.scale()).put("zero_point", affine.zeroPoint());
      if (list.size() == 1 && !(params.granularity() instanceof Granularity.PerTensor)) {
        entry.put("axis", params.axis());
      }
    }
  }

  private static String loader(Path file) {
    try (InputStream template = OrtOverridesFormat.class.getResourceAsStream(LOADER)) {
      if (template == null) {
        throw new IllegalStateException("the resource " + LOADER + " is missing");
      }
      return new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@overrides@", String.valueOf(file.getFileName()))
          .replace("@types@", String.valueOf(beside(file, TYPES).getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path beside(Path file, String ending) {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling((name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name) + ending);
  }

  @Override
  public Imported read(Path file, Model model) {
    ObjectNode overrides = JsonText.read(file, title());
    Path typesFile = beside(file, TYPES);
    Map<String, String> types = new TreeMap<>();
    if (Files.exists(typesFile)) {
      JsonText.read(typesFile, "list of integer types").properties().forEach(entry -> types.put(entry.getKey(), entry.getValue().asText()));
    }
    ConfigCollector collector = new ConfigCollector(model);
    overrides.properties().forEach(
        entry -> tensor(entry.getKey(), entry.getValue(), types, "%s: %s".formatted(file, entry.getKey()), collector));
    return collector.finish();
  }

  private static void tensor(String tensor, JsonNode list, Map<String, String> types, String where, ConfigCollector into) {
    if (!list.isArray() || list.isEmpty() || !list.get(0).isObject()) {
      throw new InvalidInputException("%s is %s where a list of overrides belongs.".formatted(where, JsonText.shortened(list)));
    }
    JsonNode first = list.get(0);
    boolean free = list.valueStream().allMatch(entry -> entry.path("zero_point").asInt(0) == 0);
    Optional<Layer> layer = into.layer(tensor);
    String given = first.path("quant_type").asText(types.getOrDefault(tensor, ""));
    boolean negative = list.valueStream().anyMatch(entry -> entry.path("zero_point").asInt(0) < 0);
    String type = given.isEmpty() ? layer.isPresent() || negative ? "QInt8" : "QUInt8" : given;
    Optional<IntegerFormat> format = OrtTypes.parse(type, free);
    if (format.isEmpty()) {
      into.lose(tensor, "its type %s is no integer".formatted(type));
      return;
    }
    if (first.has("convert")) {
      into.lose(tensor, "some of its readers get it in another type (convert), and Bitloupe has one for all");
    }
    List<Affine> affine = new ArrayList<>();
    for (JsonNode entry : list) {
      if (entry.has("scale")) {
        affine.add(JsonText.affine(entry.path("scale"), JsonText.wholeNumber(entry.path("zero_point"), where + ": zero_point"), where));
      } else if (entry.has("rmin") && entry.has("rmax")) {
        Range range = new Range(JsonText.number(entry.path("rmin"), where + ": rmin"),
            JsonText.number(entry.path("rmax"), where + ": rmax"));
        affine.add(Affine.of(range, format.get()));
      } else {
        into.lose(tensor, "it has neither a scale with a zero-point nor a range");
        return;
      }
    }
    boolean byChannel = first.has("axis");
    int axis = layer.map(Layer::outputChannelAxis).orElse(0);
    if (byChannel && first.path("axis").asInt() != axis) {
      into.lose(tensor, "its scales run along axis %s, not along the output channels".formatted(first.path("axis")));
      return;
    }
    into.add(tensor, new QuantParams(format.get(), byChannel ? Granularity.CHANNEL : Granularity.TENSOR, axis, affine));
  }
}
