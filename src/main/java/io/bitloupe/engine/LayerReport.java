package io.bitloupe.engine;

import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.cost.Cost;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.LayerCost;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Puts together what is known of each layer under one configuration. */
final class LayerReport {

  private final Model model;
  private final Cost cost;
  private final List<LayerResult> unmeasured = new ArrayList<>();

  LayerReport(Model model, ResolvedConfig config, CostModel costs, WeightNoise weightNoise) {
    this.model = model;
    this.cost = costs.total();
    for (Layer layer : model.layers()) {
      LayerCost layerCost = costs.of(layer);
      unmeasured.add(
          new LayerResult(
              layer.name(), layer.kind().title(), layerCost.weightBits(), layerCost.activationBits(), layerCost.weightBytes(),
              weightNoise.sqnrDb(layer, config), OptionalDouble.empty(), OptionalDouble.empty()));
    }
  }

  Cost cost() {
    return cost;
  }

  /** The layers without what only a run tells. */
  List<LayerResult> unmeasured() {
    return unmeasured;
  }

  /** The layers with the noise of their outputs and their times. */
  List<LayerResult> results(LayerNoise noise, StepTimes times) {
    List<LayerResult> results = new ArrayList<>();
    for (int i = 0; i < unmeasured.size(); i++) {
      Layer layer = model.layers().get(i);
      results.add(unmeasured.get(i).with(noise.sqnrDb(layer.output()), time(layer, times)));
    }
    return results;
  }

  /** {@code measured} with times. */
  List<LayerResult> withTimes(List<LayerResult> measured, StepTimes times) {
    List<LayerResult> results = new ArrayList<>();
    for (int i = 0; i < measured.size(); i++) {
      results.add(measured.get(i).with(measured.get(i).outputSqnrDb(), time(model.layers().get(i), times)));
    }
    return results;
  }

  private static OptionalDouble time(Layer layer, StepTimes times) {
    return Optional.ofNullable(times.milliseconds().get(layer.node().output()))
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }
}
