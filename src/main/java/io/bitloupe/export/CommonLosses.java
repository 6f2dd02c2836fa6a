package io.bitloupe.export;

import io.bitloupe.config.ChoiceText;
import io.bitloupe.config.FormatText;
import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.quant.Requantization;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What formats cannot hold, whatever else they can. */
final class CommonLosses {

  private CommonLosses() {}

  /** Of a file that holds the quantized model. */
  static List<Loss> ofModel(ExportRequest request) {
    List<Loss> losses = codedWeights(request, "its codes in the format '%s' are written as the float numbers that they stand for");
    if (request.config().config().requantization() != Requantization.FLOAT_SCALE) {
      losses.add(
          new Loss(
              request.model().fileName(),
              "the requantization '%s' is not in the file, since ONNX Runtime always multiplies by a float scale"
                  .formatted(ChoiceText.format(request.config().config().requantization()))));
    }
    return losses;
  }

  /** Of a file that says how another tool is to quantize the model. */
  static List<Loss> ofEncodings(ExportRequest request) {
    List<Loss> losses = codedWeights(request, "the file has no word for the format '%s'");
    if (request.config().config().requantization() != Requantization.FLOAT_SCALE) {
      losses.add(
          new Loss(
              request.model().fileName(),
              "the requantization '%s' is left to the other tool"
                  .formatted(ChoiceText.format(request.config().config().requantization()))));
    }
    List<RecipeStep> recipe = request.config().config().recipe();
    if (!recipe.isEmpty()) {
      losses.add(
          new Loss(
              request.model().fileName(),
              "the file fits the model as the recipe (%s) leaves it, and does not change the weights; a QDQ file holds those"
                  .formatted(recipe.stream().map(RecipeStep::method).collect(Collectors.joining(", ")))));
    }
    return losses;
  }

  /**
   * Weights in formats other than integers.
   *
   * @param reason what becomes of them, with a place for the name of the format
   */
  static List<Loss> codedWeights(ExportRequest request, String reason) {
    List<Loss> losses = new ArrayList<>();
    for (String weight : request.config().encoded().keySet()) {
      if (request.config().config().weightChoice(weight) instanceof TensorChoice.Coded(var format, var _)) {
        losses.add(new Loss(Encodings.subject(request.model(), weight), reason.formatted(FormatText.format(format))));
      }
    }
    return losses;
  }
}
