package io.bitloupe.quant.calibrate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the float model did on the calibration samples.
 *
 * @param activations statistics of every floating-point activation, model inputs included, by tensor name
 * @param samples number of samples
 * @param dataDigest digest of the samples, hexadecimal
 */
public record Calibration(Map<String, TensorStatistics> activations, int samples, String dataDigest) {
  /** Copies the map, keeping its order. */
  public Calibration {
    activations = Collections.unmodifiableMap(new LinkedHashMap<>(activations));
  }
}
