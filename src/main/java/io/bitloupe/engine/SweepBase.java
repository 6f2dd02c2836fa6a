package io.bitloupe.engine;

import io.bitloupe.config.ConfigDigest;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration that others are measured around. Its recipe is applied to the model once, at the widths it has, and others are
 * measured on what came out.
 *
 * @param original the float model as it was opened, with its data
 * @param prepared what the recipe made of it
 * @param whole the configuration with its recipe
 */
public record SweepBase(Workbench original, Prepared prepared, QuantConfig whole) {

  /**
   * Refuses a recipe that leaves no widths to vary.
   *
   * @throws InvalidInputException when it rounds weights for the widths they have
   */
  public SweepBase {
    for (String tensor : prepared.settled().keySet()) {
      if (prepared.workbench().model().graph().isConstant(tensor)) {
        throw new InvalidInputException(
            "The recipe rounds weights for the widths that they have, so no other widths can be tried on them; take those steps out"
                + " and apply them to what is found.");
      }
    }
  }

  /** The base of {@code config}, with its recipe applied by {@code engine}. */
  public static SweepBase of(Engine engine, Workbench workbench, QuantConfig config, Progress progress) {
    return new SweepBase(workbench, engine.prepare(workbench, config, progress), config);
  }

  /** What others differ from: the configuration without its recipe, with what the recipe settled. */
  public QuantConfig config() {
    return swept(whole);
  }

  /** What of {@code whole}, which has the same recipe, is measured on what that recipe made of the model. */
  public QuantConfig swept(QuantConfig whole) {
    return prepared.settled(whole).withRecipe(List.of());
  }

  /** The inverse of {@link #swept}: {@code swept}, which differs from {@link #config()} in some choices, with the recipe. */
  public QuantConfig whole(QuantConfig swept) {
    Map<String, TensorChoice> before = config().tensors();
    Map<String, TensorChoice> changed = new LinkedHashMap<>();
    swept
        .tensors()
        .forEach(
            (tensor, choice) -> {
              if (!choice.equals(before.get(tensor))) {
                changed.put(tensor, choice);
              }
            });
    return whole.with(changed);
  }

  /**
   * Measures configurations around this one on {@code samples}.
   *
   * @param threads threads to compute on
   * @param activationBytes the most bytes of activations that it keeps from one configuration to the next
   * @param journal knows what was measured before, and keeps what is measured
   */
  public ConfigEvaluator evaluator(Dataset samples, int threads, long activationBytes, ResponseJournal journal) {
    FloatReference reference = new FloatReference(original.model(), prepared.reference(), samples);
    String context = whole.recipe().isEmpty() ? "" : ConfigDigest.of(original.model().sha256(), whole);
    return new ConfigEvaluator(prepared.workbench(), reference, samples.digest() + context, threads, activationBytes, journal);
  }
}
