package io.bitloupe.search.solve;

import java.util.Arrays;
import java.util.Random;

/** {@code y = Wx + b} on batches, with gradients and Adam. Arrays hold one row for each sample. */
final class DenseLayer {

  private static final double MOMENTUM = 0.9;
  private static final double MOMENTUM_OF_SQUARES = 0.999;
  private static final double TINY = 1e-8;

  private final int inputs;
  private final int outputs;
  /** Weights by output, then biases. */
  private final double[] values;

  private final double[] gradients;
  private final double[] means;
  private final double[] squares;
  private int steps;

  /** Weights uniform within {@code +-bound}, biases 0. */
  DenseLayer(int inputs, int outputs, double bound, Random random) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.values = new double[outputs * inputs + outputs];
    for (int i = 0; i < outputs * inputs; i++) {
      values[i] = bound * (2 * random.nextDouble() - 1);
    }
    this.gradients = new double[values.length];
    this.means = new double[values.length];
    this.squares = new double[values.length];
  }

  double[] forward(double[] x, int samples) {
    double[] y = new double[samples * outputs];
    for (int n = 0; n < samples; n++) {
      for (int o = 0; o < outputs; o++) {
        double sum = values[outputs * inputs + o];
        for (int i = 0; i < inputs; i++) {
          sum += values[o * inputs + i] * x[n * inputs + i];
        }
        y[n * outputs + o] = sum;
      }
    }
    return y;
  }

  /** Adds the gradients of the values, and returns those of {@code x}. */
  double[] backward(double[] x, double[] dy, int samples) {
    double[] dx = new double[samples * inputs];
    for (int n = 0; n < samples; n++) {
      for (int o = 0; o < outputs; o++) {
        double slope = dy[n * outputs + o];
        gradients[outputs * inputs + o] += slope;
        for (int i = 0; i < inputs; i++) {
          gradients[o * inputs + i] += slope * x[n * inputs + i];
          dx[n * inputs + i] += slope * values[o * inputs + i];
        }
      }
    }
    return dx;
  }

  /** One step of Adam against the gradients, which are forgotten. */
  void step(double rate) {
    steps++;
    double correction = 1 - Math.pow(MOMENTUM, steps);
    double correctionOfSquares = 1 - Math.pow(MOMENTUM_OF_SQUARES, steps);
    for (int i = 0; i < values.length; i++) {
      means[i] = MOMENTUM * means[i] + (1 - MOMENTUM) * gradients[i];
      squares[i] = MOMENTUM_OF_SQUARES * squares[i] + (1 - MOMENTUM_OF_SQUARES) * gradients[i] * gradients[i];
      values[i] -= rate * (means[i] / correction) / (Math.sqrt(squares[i] / correctionOfSquares) + TINY);
    }
    forgetGradients();
  }

  void forgetGradients() {
    Arrays.fill(gradients, 0);
  }

  /** Moves the values by the share {@code tau} towards those of {@code other}. */
  void follow(DenseLayer other, double tau) {
    for (int i = 0; i < values.length; i++) {
      values[i] += tau * (other.values[i] - values[i]);
    }
  }
}
