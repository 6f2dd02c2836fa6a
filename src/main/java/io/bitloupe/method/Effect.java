package io.bitloupe.method;

/**
 * What a method changed of one layer.
 *
 * @param method its name
 * @param layer the layer's name
 * @param quantity what was compared
 * @param before its value before
 * @param after its value after
 */
public record Effect(String method, String layer, Quantity quantity, double before, double after) {

  /** What is compared. */
  public enum Quantity {
    /** Greatest over least range of the output channels' weights: how unequal a scale for the whole tensor is. */
    CHANNEL_SPREAD("channel spread"),
    /** Mean squared error of the layer's output over its mean square, inputs taken from the float model. */
    OUTPUT_ERROR("relative output error"),
    /** Greatest error of a channel's mean output, in the units of the output. */
    MEAN_ERROR("mean error"),
    /** Greatest magnitude of the input over the mean of its channels' greatest magnitudes. */
    INPUT_SPREAD("input spread"),
    /** Mean squared error of the weights over their mean square. */
    WEIGHT_ERROR("relative weight error"),
    /** Greatest magnitude of the weights. */
    WEIGHT_PEAK("greatest weight"),
    /** Greatest magnitude of the input. */
    INPUT_PEAK("peak of the input"),
    /** Scales that the input of one sample has. */
    SCALES("scales for a sample's input"),
    /** Kurtosis of the input: 3 for a normal density, more with outliers. */
    KURTOSIS("kurtosis of the input"),
    /** Greatest bias. */
    BIAS("greatest bias");

    private final String title;

    Quantity(String title) {
      this.title = title;
    }

    /** The quantity for people. */
    public String title() {
      return title;
    }
  }

  /** Sum of the squared differences over the sum of the squares of {@code exact}; 0 where that is 0. */
  static double relative(float[] exact, float[] other) {
    double error = 0;
    double power = 0;
    for (int i = 0; i < exact.length; i++) {
      double difference = (double) other[i] - exact[i];
      error += difference * difference;
      power += (double) exact[i] * exact[i];
    }
    return power == 0 ? 0 : error / power;
  }
}
