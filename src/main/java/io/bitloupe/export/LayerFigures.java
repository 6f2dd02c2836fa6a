package io.bitloupe.export;

import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.LayerCost;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.metric.SignalNoise;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.TensorQuantizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a graph viewer can show of a layer without data.
 *
 * @param cost bits, bytes and operations
 * @param weightSqnrDb signal-to-noise ratio of the weights in decibels; empty without quantized weights or without noise
 */
record LayerFigures(LayerCost cost, OptionalDouble weightSqnrDb) {

  /** One for each layer of {@code request}, in order. */
  static Map<Layer, LayerFigures> of(ExportRequest request) {
    Model model = request.model();
    CostModel costs = new CostModel(request.config(), Lowering.lower(model, request.config()));
    Map<Layer, LayerFigures> figures = new LinkedHashMap<>();
    for (Layer layer : model.layers()) {
      figures.put(layer, new LayerFigures(costs.of(layer), noise(request, layer)));
    }
    return figures;
  }

  private static OptionalDouble noise(ExportRequest request, Layer layer) {
    var params = layer.weight().flatMap(request.config()::weight);
    if (params.isEmpty()) {
      return OptionalDouble.empty();
    }
    Tensor weights = request.model().weights(layer);
    float[] exact = weights.floats();
    SignalNoise noise = new SignalNoise();
    noise.add(exact, TensorQuantizer.fakeQuantize(exact, weights.shape(), params.get()), 1);
    return Double.isFinite(noise.sqnrDb()) ? OptionalDouble.of(noise.sqnrDb()) : OptionalDouble.empty();
  }
}
