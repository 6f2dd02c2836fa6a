package io.bitloupe.cost;

import io.bitloupe.model.Layer;
import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import java.util.Optional;

/**
 * What one layer computes and moves for one sample.
 *
 * @param layer name of the layer
 * @param macs multiply-accumulates
 * @param weights number of weights; 0 for a product of two activations
 * @param inputs number of activations read
 * @param outputs number of activations written
 * @param weightBits width of the weights, of the second factor where there are none; 32 in float
 * @param inputBits width of the activations read; 32 in float
 * @param outputBits width of the activations written; 32 in float
 * @param granularity which weights share a scale; empty where they are not quantized
 */
public record LayerWork(
    String layer,
    long macs,
    long weights,
    long inputs,
    long outputs,
    int weightBits,
    int inputBits,
    int outputBits,
    Optional<Granularity> granularity) {

  /** The work of {@code layer} at these widths. */
  public static LayerWork of(Layer layer, int weightBits, int inputBits, int outputBits, Optional<Granularity> granularity) {
    Shape weights = layer.weightShape();
    return new LayerWork(
        layer.name(),
        layer.macs(),
        layer.weight().isPresent() ? weights.elements() : 0,
        layer.inputShape().elements(),
        layer.outputShape().elements(),
        weightBits,
        inputBits,
        outputBits,
        granularity);
  }

  /** MACs times both widths. */
  public long bitOps() {
    return macs * weightBits * inputBits;
  }

  /** Bits of the packed weights, without scales. */
  public long weightStorageBits() {
    return weights * weightBits;
  }

  /** Bits of the activations that are read and written. */
  public long activationBits() {
    return inputs * inputBits + outputs * outputBits;
  }

  /** The wider factor of its products. */
  public int widestFactor() {
    return Math.max(weightBits, inputBits);
  }
}
