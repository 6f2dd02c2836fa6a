package io.bitloupe.config;

import io.bitloupe.model.Model;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.format.Encoded;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A configuration whose scales and zero-points are all known, for one model. A tensor that is in neither map and not dynamic
 * stays in float.
 *
 * @param config the configuration with every choice spelled out and resolved
 * @param weights parameters of the quantized weights by initializer name
 * @param encoded weights in formats other than integers, by initializer name
 * @param activations parameters of the statically quantized activations by tensor name
 * @param dynamic activations whose range is computed for each sample at run time; they are in {@code activations} as well,
 *     with the range that calibration saw, for sizes and pictures
 */
public record ResolvedConfig(
    QuantConfig config,
    Map<String, QuantParams> weights,
    Map<String, Encoded> encoded,
    Map<String, QuantParams> activations,
    Set<String> dynamic) {

  /** Copies the collections. */
  public ResolvedConfig {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    encoded = Collections.unmodifiableMap(new LinkedHashMap<>(encoded));
    activations = Collections.unmodifiableMap(new LinkedHashMap<>(activations));
    dynamic = Set.copyOf(dynamic);
  }

  /** A configuration without weights in other formats. */
  public ResolvedConfig(
      QuantConfig config, Map<String, QuantParams> weights, Map<String, QuantParams> activations, Set<String> dynamic) {
    this(config, weights, Map.of(), activations, dynamic);
  }

  /**
   * What identifies this configuration of {@code model}: SHA-256, hexadecimal, of the model's digest and the canonical form with
   * every scale. What calibration data decide is in the scales, so it is the same for options with data and for the file that
   * was calibrated with them.
   */
  public String digest(Model model) {
    return ConfigDigest.of(model.sha256(), config);
  }

  /** Parameters of the weight {@code tensor}; empty in float. */
  public Optional<QuantParams> weight(String tensor) {
    return Optional.ofNullable(weights.get(tensor));
  }

  /** The weight {@code tensor} in a format other than integers; empty where it has none. */
  public Optional<Encoded> encoded(String tensor) {
    return Optional.ofNullable(encoded.get(tensor));
  }

  /** Parameters of the activation {@code tensor}; empty in float. */
  public Optional<QuantParams> activation(String tensor) {
    return Optional.ofNullable(activations.get(tensor));
  }
}
