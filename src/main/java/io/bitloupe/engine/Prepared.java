package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.method.Effect;
import io.bitloupe.model.Model;
import java.util.List;
import java.util.Map;

/**
 * A workbench whose model went through a recipe.
 *
 * @param workbench the transformed model with the data, calibrated anew where the recipe changed activations
 * @param reference the float model whose layers the transformed model's are compared with
 * @param settled choices that the recipe settled, of weights with their scales and of activations, by tensor name
 * @param effects what each step changed
 */
public record Prepared(Workbench workbench, Model reference, Map<String, TensorChoice> settled, List<Effect> effects) {

  /** Copies the collections. */
  public Prepared {
    settled = Map.copyOf(settled);
    effects = List.copyOf(effects);
  }

  /** {@code workbench} without a recipe. */
  public static Prepared unchanged(Workbench workbench) {
    return new Prepared(workbench, workbench.model(), Map.of(), List.of());
  }

  /** {@code config} with all its scales; see {@link Workbench#resolve}. */
  public ResolvedConfig resolve(QuantConfig config) {
    return workbench.resolve(settled(workbench.remembering(config)));
  }

  /** {@code config} with the choices that its recipe settled. */
  public QuantConfig settled(QuantConfig config) {
    return config.with(settled);
  }
}
