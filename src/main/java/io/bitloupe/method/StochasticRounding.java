package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Stochastic rounding (Gupta et al. 2015): a weight of {@code x} steps becomes {@code ⌊x⌋ + 1} with the probability of its
 * fraction, else {@code ⌊x⌋}, so that its expectation is x and its variance {@code f (1 - f)}; the same seed gives the same
 * weights. As AdaRound's authors show, a draw is worse than rounding to nearest on average, and the best of many is better.
 */
final class StochasticRounding implements Method {

  private static final int SEED = 1;

  @Override
  public String id() {
    return "stochastic-rounding";
  }

  @Override
  public Set<String> settings() {
    return Set.of("seed");
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    Rounding.refuseAfterRounding(subject, id());
    SplittableRandom random = new SplittableRandom(settings.whole("seed", SEED, 0, Integer.MAX_VALUE));
    Subject current = subject;
    List<Effect> effects = new ArrayList<>();
    List<Layer> layers = subject.layers();
    for (int i = 0; i < layers.size(); i++) {
      progress.checkCancelled();
      Optional<Rounding> found = Rounding.of(subject, layers.get(i));
      if (found.isPresent() && !found.get().params().format().isBinary()) {
        Rounding rounding = found.get();
        float[] rounded = round(rounding, random);
        current = rounding.into(current, rounded);
        effects.add(
            new Effect(
                id(),
                layers.get(i).name(),
                Effect.Quantity.WEIGHT_ERROR,
                Effect.relative(rounding.weights(), rounding.nearest()),
                Effect.relative(rounding.weights(), rounded)));
      }
      progress.report(i + 1, layers.size());
    }
    return current.plus(effects);
  }

  private static float[] round(Rounding rounding, SplittableRandom random) {
    Affine[] affine = rounding.affine();
    IntegerFormat format = rounding.params().format();
    float[] rounded = new float[affine.length];
    for (int i = 0; i < rounded.length; i++) {
      double steps = rounding.weights()[i] / (double) affine[i].scale();
      long code = Math.clamp(round(steps, random) + affine[i].zeroPoint(), format.quantMin(), format.quantMax());
      rounded[i] = affine[i].dequantize((int) code);
    }
    return rounded;
  }

  /** {@code ⌊steps⌋}, or one more with the probability of what is left. */
  static long round(double steps, SplittableRandom random) {
    double floor = Math.floor(steps);
    return (long) floor + (random.nextDouble() < steps - floor ? 1 : 0);
  }
}
