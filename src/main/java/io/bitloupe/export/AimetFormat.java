package io.bitloupe.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.QuantParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Encodings of AIMET, Qualcomm's quantization tool, which QNN and Qualcomm AI Hub take: scale and offset by tensor name. */
public final class AimetFormat implements ReadableFormat {

  private final AimetSchema schema;

  private AimetFormat(AimetSchema schema) {
    this.schema = schema;
  }

  /** The three versions, the oldest first. */
  static List<ExportFormat> versions() {
    return List.of(new AimetFormat(new Aimet061()), new AimetFormat(new Aimet100()), new AimetFormat(new Aimet200()));
  }

  @Override
  public String id() {
    return "aimet-" + schema.version();
  }

  @Override
  public String title() {
    return "AIMET encodings " + schema.version();
  }

  @Override
  public String extension() {
    return "encodings";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    Model model = request.model();
    Encodings encodings = Encodings.of(request);
    List<Loss> losses = new ArrayList<>(encodings.dynamicLosses());
    Map<String, QuantParams> weights = new LinkedHashMap<>();
    encodings.weights().forEach(
        (weight, params) -> {
          Optional<String> problem = binaryProblem(params).or(() -> schema.weightProblem(params, model, weight));
          problem.ifPresentOrElse(
              reason -> losses.add(new Loss(Encodings.subject(model, weight), reason)), () -> weights.put(weight, params));
        });
    losses.addAll(Encodings.foldedLosses(model, weights.keySet()));
    JsonText.write(schema.document(encodings.activations(), weights, model), file);
    losses.addAll(CommonLosses.ofEncodings(request));
    return losses;
  }

  private static Optional<String> binaryProblem(QuantParams params) {
    return params.format().isBinary()
        ? Optional.of("codes of 1 bit that stand for -1 and +1 have no code for 0, which an AIMET encoding always has")
        : Optional.empty();
  }

  @Override
  public Imported read(Path file, Model model) {
    ObjectNode document = JsonText.read(file, title());
    String version = document.path("version").asText();
    if (!version.equals(schema.version())) {
      throw new InvalidInputException(
          "%s holds %s, not version %s.".formatted(
              file, version.isEmpty() ? "no version of AIMET encodings" : "version " + version, schema.version()));
    }
    ConfigCollector collector = new ConfigCollector(model);
    schema.read(document, file.toString(), model, collector);
    return collector.finish();
  }
}
