package io.bitloupe.exec;

import io.bitloupe.config.ChoiceText;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.quant.Requantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Names why codes differ between the integer runtime and ONNX Runtime, for each step where a difference begins. */
final class DifferenceCauses {

  private final LoweredGraph lowered;
  private final Map<String, String> unfused;

  DifferenceCauses(LoweredGraph lowered, Fusion fusion) {
    this.lowered = lowered;
    this.unfused =
        fusion.unfused().stream()
            .collect(Collectors.toMap(VerificationResult.Unfused::node, VerificationResult.Unfused::reason, (first, _) -> first));
  }

  /**
   * A sentence for each cause.
   *
   * @param steps what was compared step by step
   * @param firstDifference the first step that differs when both run freely
   * @param endToEnd greatest difference at the end
   */
  List<String> of(List<VerificationResult.Step> steps, Optional<String> firstDifference, int endToEnd) {
    List<String> causes = new ArrayList<>();
    for (VerificationResult.Step step : steps) {
      if (step.maxLsb() > 0 && !step.isFault()) {
        causes.add(
            "%s differs by %d on %s of its codes: %s."
                .formatted(step.name(), step.maxLsb(), share(step.differingShare()), cause(step)));
      }
    }
    if (firstDifference.isPresent() && !causes.isEmpty()) {
      causes.add(
          "Running freely these differences pass on from code to code: %s is the first step that reads one%s."
              .formatted(firstDifference.get(), endToEnd == 0 ? "" : ", and %d is what is left of them at the end".formatted(endToEnd)));
    } else if (firstDifference.isPresent() && steps.stream().noneMatch(VerificationResult.Step::isFault)) {
      causes.add(
          ("%s is the first step that differs when both run freely, and no step does that could be compared alone: the difference comes in"
                  + " where the file's codes cannot be seen.")
              .formatted(firstDifference.get()));
    }
    return causes;
  }

  private String cause(VerificationResult.Step step) {
    if (step.op().equals("Float")) {
      return "both compute it in float, ONNX Runtime in another order once it is fused with its neighbours, and a sum at the border of two"
          + " codes rounds to the other one";
    }
    if (lowered.requantization() != Requantization.FLOAT_SCALE) {
      return "its sums are requantized by '%s', and ONNX Runtime multiplies by a float scale"
          .formatted(ChoiceText.format(lowered.requantization()));
    }
    String reason = unfused.get(step.name());
    return reason == null
        ? "ONNX Runtime's own integer %s gives another code".formatted(step.op())
        : "ONNX Runtime computes it in float (%s)".formatted(reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason);
  }

  private static String share(double differing) {
    return differing < 1e-6 ? "less than 0.0001 %" : String.format(Locale.ROOT, "%.4f %%", 100 * differing);
  }
}
