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
}
