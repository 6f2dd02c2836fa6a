package io.bitloupe.export;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.StoredCodes;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Scheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The configuration that a model starts with: that of its file where it is quantized already, else the usual one. */
public final class StoredConfiguration {

  private StoredConfiguration() {}

  /** The configuration of {@code model}, and what of its file it does not hold. */
  public static Imported of(Model model) {
    if (model.stored().isEmpty()) {
      return new Imported(QuantConfig.defaults().forModel(new QuantConfig.ModelReference(model.fileName(), model.sha256())), List.of());
    }
    ConfigCollector collector = new ConfigCollector(model);
    Map<String, StoredCodes> stored = new LinkedHashMap<>(model.stored());
    model.stored().forEach((tensor, codes) -> {
      if (!model.graph().isConstant(tensor)) {
        // What is only passed on has the scale of where it comes from, which the file may say in one of the two places only.
        String root = collector.root(tensor);
        if (!root.equals(tensor) && stored.computeIfAbsent(root, _ -> codes).sharesStepsWith(codes)) {
          stored.remove(tensor);
        }
      }
    });
    stored.forEach((tensor, codes) -> add(collector, tensor, codes, model));
    return collector.finish();
  }

  private static void add(ConfigCollector collector, String tensor, StoredCodes codes, Model model) {
    Optional<Layer> layer = collector.layer(tensor);
    if (layer.isPresent() && codes.axis() >= 0 && codes.axis() != layer.get().outputChannelAxis()) {
      collector.lose(layer.get().name(), "its scales are by axis %d, and its output channels are not".formatted(codes.axis()));
    } else if (model.graph().isConstant(tensor) && layer.isEmpty()) {
      collector.lose(tensor, "it is a table or another constant that no product reads, and stays in float with the values of its codes");
    } else if (codes.isDynamic()) {
      collector.addDynamic(tensor, format(codes));
    } else {
      collector.add(tensor, params(codes));
    }
  }

  private static IntegerFormat format(StoredCodes codes) {
    return new IntegerFormat(codes.bits(), codes.signed(), codes.symmetric() ? Scheme.SYMMETRIC : Scheme.ASYMMETRIC);
  }

  private static QuantParams params(StoredCodes codes) {
    List<Affine> affine = new ArrayList<>();
    for (int i = 0; i < codes.scales().size(); i++) {
      affine.add(new Affine(codes.scales().get(i), codes.zeroPoints().get(i)));
    }
    Granularity granularity =
        codes.blockSize() > 0 ? new Granularity.PerBlock(codes.blockSize()) : codes.axis() < 0 ? Granularity.TENSOR : Granularity.CHANNEL;
    return new QuantParams(format(codes), granularity, Math.max(0, codes.axis()), affine);
  }
}
