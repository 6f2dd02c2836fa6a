package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.quant.QuantParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A method that rounds the weights of one layer after the other so that its outputs change least, given the second moments of
 * its inputs in the float model. A channel that comes out worse than rounded to nearest stays rounded to nearest.
 */
abstract class LayerRounding implements Method {

  /** Calibration samples that the moments come from. */
  private static final int SAMPLES = 128;

  @Override
  public Set<String> settings() {
    return Set.of("samples");
  }

  @Override
  public boolean needsData(Settings settings) {
    return true;
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    int samples = settings.whole("samples", SAMPLES, 1, 1 << 20);
    List<Rounding> roundings = new ArrayList<>();
    for (Layer layer : subject.layers()) {
      if (InputRows.isKnown(layer)) {
        if (subject.isRounded(layer)) {
          Rounding.refuseAfterRounding(subject, id());
        }
        Rounding.of(subject, layer).ifPresent(roundings::add);
      }
    }
    List<Layer> layers = roundings.stream().map(Rounding::layer).toList();
    Progress silent = progress.silent();
    Map<String, SecondMoments> moments =
        SecondMoments.collect(subject.reference(), layers, subject.samples().orElseThrow(), samples, silent);
    Subject current = subject;
    List<Effect> effects = new ArrayList<>();
    for (int i = 0; i < roundings.size(); i++) {
      Rounding rounding = roundings.get(i);
      SecondMoments inputs = Optional.ofNullable(moments.get(rounding.layer().name())).orElseThrow();
      Rounded settled = settle(rounding, inputs, settings, silent);
      current = place(current, rounding, settled);
      effects.add(
          new Effect(
              id(),
              rounding.layer().name(),
              Effect.Quantity.OUTPUT_ERROR,
              inputs.relativeError(rounding.layout(), rounding.weights(), rounding.nearest()),
              inputs.relativeError(rounding.layout(), rounding.weights(), settled.weights())));
      progress.report(i + 1, roundings.size());
    }
    return current.plus(effects);
  }

  /**
   * Weights and the grid that they lie on.
   *
   * @param params the grid
   * @param weights in memory order
   */
  record Rounded(QuantParams params, float[] weights) {}

  /** Weights on a grid with no more error than rounded to nearest. */
  Rounded settle(Rounding rounding, SecondMoments inputs, Settings settings, Progress progress) {
    return new Rounded(rounding.params(), better(rounding, inputs, round(rounding, inputs, settings, progress), rounding.nearest()));
  }

  /** The subject with what was settled. */
  Subject place(Subject subject, Rounding rounding, Rounded settled) {
    return rounding.on(settled.params()).into(subject, settled.weights());
  }

  /** Weights on the grid of {@code rounding}, in memory order. */
  abstract float[] round(Rounding rounding, SecondMoments inputs, Settings settings, Progress progress);

  /** Of each output channel the rounding with the less error. */
  static float[] better(Rounding rounding, SecondMoments inputs, float[] rounded, float[] nearest) {
    WeightLayout layout = rounding.layout();
    float[] best = rounded.clone();
    for (int o = 0; o < layout.outputs(); o++) {
      float[] exact = layout.row(rounding.weights(), o);
      float[] row = layout.row(nearest, o);
      if (inputs.error(layout.group(o), row, exact) <= inputs.error(layout.group(o), layout.row(rounded, o), exact)) {
        layout.setRow(best, o, row);
      }
    }
    return best;
  }
}
