package io.bitloupe.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.model.Model;
import io.bitloupe.quant.QuantParams;
import java.util.Map;
import java.util.Optional;

/** How one version of AIMET's encodings says what a tensor's codes mean. */
interface AimetSchema {

  /** The version, as the file names it. */
  String version();

  /** Why the weights {@code weight} cannot be said; empty when they can. Called for every weight before {@link #document}. */
  Optional<String> weightProblem(QuantParams params, Model model, String weight);

  /** A document with encodings that were not refused. */
  ObjectNode document(Map<String, QuantParams> activations, Map<String, QuantParams> weights, Model model);

  /**
   * Hands the encodings of {@code document} on.
   *
   * @param file name of the file, for messages
   */
  void read(ObjectNode document, String file, Model model, ConfigCollector into);
}
