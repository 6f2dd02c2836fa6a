package io.bitloupe.engine;

import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.metric.SignalNoise;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.TensorQuantizer;
import io.bitloupe.quant.format.Encoded;
import io.bitloupe.util.RecentlyUsed;

/** Signal-to-noise ratio of quantized weights, computed once for each tensor and choice. Thread-safe. */
final class WeightNoise {

  private record Key(String tensor, TensorChoice choice) {}

  private static final int KEPT_CONFIGURATIONS = 8;

  private final Model model;
  private final Model reference;
  private final RecentlyUsed<Key, Double> known = new RecentlyUsed<>();

  /**
   * @param model the model that is quantized
   * @param reference the float model whose weights count as exact
   */
  WeightNoise(Model model, Model reference) {
    this.model = model;
    this.reference = reference;
  }

  /** Decibels of the weights of {@code layer}; positive infinity where quantization changes nothing, and without weights. */
  double sqnrDb(Layer layer, ResolvedConfig config) {
    return layer.weight().map(weight -> known(layer, weight, config)).orElse(Double.POSITIVE_INFINITY);
  }

  private double known(Layer layer, String weight, ResolvedConfig config) {
    // The choice is spelled out: all scales are in it.
    double decibels = known.get(new Key(weight, config.config().weightChoice(weight)), _ -> compute(layer, weight, config));
    known.trim(KEPT_CONFIGURATIONS * model.layers().size());
    return decibels;
  }

  private double compute(Layer layer, String weight, ResolvedConfig config) {
    float[] quantized =
        config
            .weight(weight)
            .map(params -> fakeQuantized(layer, params))
            .or(() -> config.encoded(weight).map(Encoded::decoded))
            .orElseGet(() -> model.weights(layer).floats());
    SignalNoise noise = new SignalNoise();
    noise.add(reference.weights(layer).floats(), quantized, 1);
    return noise.sqnrDb();
  }

  private float[] fakeQuantized(Layer layer, QuantParams params) {
    Tensor weights = model.weights(layer);
    return TensorQuantizer.fakeQuantize(weights.floats(), weights.shape(), params);
  }
}
