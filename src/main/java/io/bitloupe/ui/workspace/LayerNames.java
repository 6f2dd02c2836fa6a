package io.bitloupe.ui.workspace;

import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Short names for layers. Exporters name a node by the path of modules that it is in, each segment repeating the one before, and
 * end with the operator: {@code /body/body.2/f/f.1/f.1.0/Conv} becomes {@code body.2/f.1.0}. Where that would make two layers the
 * same, both keep their names.
 */
public final class LayerNames {
  private static final Set<String> OPERATORS =
      Set.of("Conv", "Conv2D", "Conv1D", "ConvTranspose", "Gemm", "MatMul", "BiasAdd", "DepthwiseConv", "depthwise", "Relu", "Relu6",
          "Clip", "Add");

  private final Map<Integer, String> names = new HashMap<>();

  /** Names of no layer. */
  public LayerNames() {}

  /** Names of the layers of {@code model}. */
  public LayerNames(Model model) {
    this(model.layers().stream().map(Layer::name).toList());
  }

  LayerNames(List<String> full) {
    List<String> brief = full.stream().map(LayerNames::shorten).toList();
    Set<String> twice = repeated(brief);
    for (int i = 0; i < full.size(); i++) {
      names.put(i, twice.contains(brief.get(i)) ? full.get(i) : brief.get(i));
    }
  }

  /** The short name of {@code layer}. */
  public String of(Layer layer) {
    return names.getOrDefault(layer.index(), layer.name());
  }

  static String shorten(String name) {
    List<String> segments = new ArrayList<>(List.of(name.split("/")));
    segments.removeIf(String::isEmpty);
    while (segments.size() > 1 && OPERATORS.contains(segments.getLast())) {
      segments.removeLast();
    }
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < segments.size(); i++) {
      boolean repeated = i + 1 < segments.size() && segments.get(i + 1).startsWith(segments.get(i) + ".");
      if (!repeated) {
        kept.add(segments.get(i));
      }
    }
    return kept.isEmpty() ? name : String.join("/", kept);
  }

  private static Set<String> repeated(Collection<String> values) {
    Set<String> seen = new HashSet<>();
    Set<String> twice = new HashSet<>();
    values.forEach(value -> {
      if (!seen.add(value)) {
        twice.add(value);
      }
    });
    return twice;
  }
}
