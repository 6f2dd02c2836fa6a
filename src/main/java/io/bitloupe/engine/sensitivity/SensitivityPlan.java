package io.bitloupe.engine.sensitivity;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which entries a table of sensitivities has.
 *
 * @param base what tensors have that are not changed
 * @param wholes for each width and kind of tensor, the configuration in which all have it; only where that direction is asked for
 * @param cells the entries, widest first for each tensor
 */
public record SensitivityPlan(QuantConfig base, List<QuantConfig> wholes, List<Cell> cells) {

  /** Copies the lists. */
  public SensitivityPlan {
    wholes = List.copyOf(wholes);
    cells = List.copyOf(cells);
  }

  /**
   * The entries for {@code model}.
   *
   * @param base what tensors have that are not changed; what it keeps in float has no entry
   * @param widths widths to try
   * @param targets weights, activations or both
   * @param directions one or both
   */
  public static SensitivityPlan of(
      Model model,
      ConfigResolver resolver,
      QuantConfig base,
      List<Integer> widths,
      Set<Cell.Target> targets,
      Set<Cell.Direction> directions) {
    Map<String, Layer> weights = new LinkedHashMap<>();
    for (Layer layer : model.layers()) {
      layer
          .weight()
          .filter(weight -> base.weightChoice(weight) instanceof TensorChoice.Quantized)
          .ifPresent(weight -> weights.putIfAbsent(weight, layer));
    }
    Map<String, Layer> activations = new LinkedHashMap<>();
    for (String activation : resolver.activations()) {
      if (base.activationChoice(activation) instanceof TensorChoice.Quantized) {
        nearest(model, resolver, activation).ifPresent(layer -> activations.put(activation, layer));
      }
    }
    List<QuantConfig> wholes = new ArrayList<>();
    List<Cell> cells = new ArrayList<>();
    for (Cell.Target target : Cell.Target.values()) {
      if (!targets.contains(target)) {
        continue;
      }
      Map<String, Layer> tensors = target == Cell.Target.WEIGHT ? weights : activations;
      if (directions.contains(Cell.Direction.ONLY_THIS)) {
        tensors.forEach(
            (tensor, layer) ->
                widths.forEach(
                    bits ->
                        cells.add(
                            new Cell(
                                layer,
                                tensor,
                                target,
                                Cell.Direction.ONLY_THIS,
                                bits,
                                base.with(tensor, width(base, target, tensor, bits))))));
      }
      if (directions.contains(Cell.Direction.ALL_BUT_THIS)) {
        for (int bits : widths) {
          Map<String, TensorChoice> all = new LinkedHashMap<>();
          tensors.keySet().forEach(tensor -> all.put(tensor, width(base, target, tensor, bits)));
          QuantConfig whole = base.with(all);
          wholes.add(whole);
          tensors.forEach(
              (tensor, layer) ->
                  cells.add(
                      new Cell(
                          layer,
                          tensor,
                          target,
                          Cell.Direction.ALL_BUT_THIS,
                          bits,
                          whole.with(tensor, choice(base, target, tensor)))));
        }
      }
    }
    return new SensitivityPlan(base, wholes, cells);
  }

  private static TensorChoice choice(QuantConfig config, Cell.Target target, String tensor) {
    return target == Cell.Target.WEIGHT ? config.weightChoice(tensor) : config.activationChoice(tensor);
  }

  private static TensorChoice width(QuantConfig base, Cell.Target target, String tensor, int bits) {
    TensorChoice current = choice(base, target, tensor);
    return Choices.withWidth(current, new BitWidths.Width(bits), current);
  }

  /** The layer that writes {@code activation}, or else the first one that reads it. */
  private static Optional<Layer> nearest(Model model, ConfigResolver resolver, String activation) {
    return model.layers().stream()
        .filter(layer -> resolver.structure().root(layer.output()).equals(activation))
        .findFirst()
        .or(
            () ->
                model.layers().stream()
                    .filter(layer -> resolver.structure().root(layer.input()).equals(activation))
                    .findFirst());
  }
}
