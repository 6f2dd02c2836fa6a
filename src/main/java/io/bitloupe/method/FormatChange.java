package io.bitloupe.method;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.format.Encoded;
import io.bitloupe.quant.format.FloatZero;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives integer weights a real zero-point, fitted without data: half-quadratic quantization, and the correction of mean and
 * variance. Bits stay; the granularity stays too unless {@code block} says otherwise. Such weights are computed with in float.
 */
final class FormatChange implements Method {

  private static final int LEAST_BITS = 2;

  private final String id;
  private final FloatZero.Fit fit;

  FormatChange(String id, FloatZero.Fit fit) {
    this.id = id;
    this.fit = fit;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Set<String> settings() {
    return Set.of("block");
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    Rounding.refuseAfterRounding(subject, id());
    Optional<Granularity> blocks =
        settings.values().containsKey("block")
            ? Optional.of(new Granularity.PerBlock(settings.whole("block", 1, 1, 1 << 20)))
            : Optional.empty();
    Map<String, TensorChoice> choices = new LinkedHashMap<>();
    List<Effect> effects = new ArrayList<>();
    List<Layer> layers = subject.layers();
    for (int i = 0; i < layers.size(); i++) {
      progress.checkCancelled();
      Layer layer = layers.get(i);
      Optional<Rounding> rounding =
          Rounding.of(subject, layer).filter(found -> found.params().format().bits() >= LEAST_BITS);
      if (rounding.isPresent()) {
        Granularity granularity = blocks.orElse(rounding.get().params().granularity());
        FloatZero format = new FloatZero(rounding.get().params().format().bits(), fit);
        float[] weights = rounding.get().weights();
        Encoded encoded = format.encode(weights, layer.weightShape(), layer.outputChannelAxis(), granularity);
        choices.put(layer.weight().orElseThrow(), new TensorChoice.Coded(format, granularity));
        effects.add(
            new Effect(
                id,
                layer.name(),
                Effect.Quantity.WEIGHT_ERROR,
                Effect.relative(weights, rounding.get().nearest()),
                Effect.relative(weights, encoded.decoded())));
      }
      progress.report(i + 1, layers.size());
    }
    return subject.withChoices(choices).plus(effects);
  }
}
