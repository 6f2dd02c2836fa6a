package io.bitloupe.engine;

import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.TensorQuantizer;
import io.bitloupe.quant.format.Encoded;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Signal-to-noise ratio of quantized weights, computed once for each tensor and choice. Thread-safe. */
final class WeightNoise {

  private record Key(String tensor, QuantParams params) {}

  private final Model model;
  private final Model reference;
  private final Map<Key, Double> known = new ConcurrentHashMap<>();

  /**
   * @param model the model that is quantized
   * @param reference the float model whose weights count as exact
   */
  WeightNoise(Model model, Model reference) {
    this.model = model;
    this.reference = reference;
  }

  /** Decibels; positive infinity where quantization changes nothing. */
  double sqnrDb(Layer layer, QuantParams params) {
    return known.computeIfAbsent(new Key(layer.weight().orElseThrow(), params), key -> compute(layer, key.params()));
  }

  /** Decibels of weights in a format other than integers. */
  double sqnrDb(Layer layer, Encoded encoded) {
    return encoded.sqnrDb(reference.weights(layer).floats());
  }

  private double compute(Layer layer, QuantParams params) {
    Tensor weights = model.weights(layer);
    float[] exact = reference.weights(layer).floats();
    float[] quantized = TensorQuantizer.fakeQuantize(weights.floats(), weights.shape(), params);
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < exact.length; i++) {
      double error = (double) quantized[i] - exact[i];
      signal += (double) exact[i] * exact[i];
      noise += error * error;
    }
    return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
  }
}
