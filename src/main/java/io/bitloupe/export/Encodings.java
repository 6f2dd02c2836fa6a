package io.bitloupe.export;

import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.QuantParams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What most tools exchange: scale and zero-point by tensor name. Every tensor that exists as codes is among them, those too that
 * only pass on what another one holds: a target that misses one would calibrate it anew.
 *
 * @param weights parameters by initializer name
 * @param activations parameters by tensor name
 * @param dynamic activations that have no fixed parameters, because they are computed at run time
 */
record Encodings(Map<String, QuantParams> weights, Map<String, QuantParams> activations, List<String> dynamic) {

  /** Copies the collections. */
  Encodings {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    activations = Collections.unmodifiableMap(new LinkedHashMap<>(activations));
    dynamic = List.copyOf(dynamic);
  }

  /** The encodings of {@code request}. */
  static Encodings of(ExportRequest request) {
    LoweredGraph lowered = Lowering.lower(request.model(), request.config());
    Map<String, QuantParams> activations = new LinkedHashMap<>();
    List<String> dynamic = new ArrayList<>();
    lowered.activations().forEach(
        (tensor, params) -> {
          if (lowered.dynamic().contains(tensor)) {
            dynamic.add(tensor);
          } else {
            activations.put(tensor, params);
          }
        });
    return new Encodings(request.config().weights(), activations, dynamic);
  }

  /** A loss for each activation whose range is found at run time, which no file with fixed scales can hold. */
  List<Loss> dynamicLosses() {
    return dynamic.stream()
        .map(tensor -> new Loss(tensor, "its range is computed for each sample at run time, which the format cannot say"))
        .toList();
  }

  /** A name for the weights {@code weight} that says which layer they belong to. */
  static String subject(Model model, String weight) {
    return model.layerOfWeight(weight).map(Layer::name).map(layer -> "%s of %s".formatted(weight, layer)).orElse(weight);
  }

  /** A loss for each weight of the file that is not the one in the user's model, because something was folded into it. */
  static List<Loss> foldedLosses(Model model, Iterable<String> weights) {
    List<Loss> losses = new ArrayList<>();
    for (String weight : weights) {
      boolean same =
          model.original().findConstant(weight).filter(original -> original.buffer().equals(model.graph().constant(weight).buffer()))
              .isPresent();
      if (!same) {
        losses.add(
            new Loss(subject(model, weight), "its scales are for the weights after a BatchNormalization (or a recipe) has changed them"));
      }
    }
    return losses;
  }
}
