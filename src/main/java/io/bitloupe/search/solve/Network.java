package io.bitloupe.search.solve;

import java.util.List;
import java.util.Random;

/** Two hidden layers with ReLU and one output, on batches. */
final class Network {

  private static final double LAST_BOUND = 3e-3;

  private final List<DenseLayer> layers;
  private final boolean squashed;

  /**
   * A network with random weights.
   *
   * @param squashed whether the output goes through a sigmoid
   */
  Network(int inputs, int hidden, boolean squashed, Random random) {
    this.squashed = squashed;
    this.layers =
        List.of(
            new DenseLayer(inputs, hidden, 1 / Math.sqrt(inputs), random),
            new DenseLayer(hidden, hidden, 1 / Math.sqrt(hidden), random),
            new DenseLayer(hidden, 1, LAST_BOUND, random));
  }

  /** What a batch computed, kept for its gradients. */
  record Pass(double[] input, double[] first, double[] second, double[] output, int samples) {}

  Pass forward(double[] input, int samples) {
    double[] first = rectified(layers.get(0).forward(input, samples));
    double[] second = rectified(layers.get(1).forward(first, samples));
    double[] output = layers.get(2).forward(second, samples);
    if (squashed) {
      for (int n = 0; n < samples; n++) {
        output[n] = 1 / (1 + Math.exp(-output[n]));
      }
    }
    return new Pass(input, first, second, output, samples);
  }

  /** Adds the gradients of all weights, and returns those of the input, given those of the output. */
  double[] backward(Pass pass, double[] slopes) {
    double[] last = slopes.clone();
    if (squashed) {
      for (int n = 0; n < last.length; n++) {
        last[n] *= pass.output()[n] * (1 - pass.output()[n]);
      }
    }
    double[] second = gated(layers.get(2).backward(pass.second(), last, pass.samples()), pass.second());
    double[] first = gated(layers.get(1).backward(pass.first(), second, pass.samples()), pass.first());
    return layers.get(0).backward(pass.input(), first, pass.samples());
  }

  void step(double rate) {
    layers.forEach(layer -> layer.step(rate));
  }

  void forgetGradients() {
    layers.forEach(DenseLayer::forgetGradients);
  }

  void follow(Network other, double tau) {
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).follow(other.layers.get(i), tau);
    }
  }

  private static double[] rectified(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i]);
    }
    return values;
  }

  private static double[] gated(double[] slopes, double[] outputs) {
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = outputs[i] > 0 ? slopes[i] : 0;
    }
    return slopes;
  }
}
