package io.bitloupe.ui.bench;

import io.bitloupe.cost.Cost;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Latency;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.Layer;
import io.bitloupe.session.History;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.session.Session;
import io.bitloupe.ui.undo.ConfigEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * A session as after a long day: many steps, each with figures. Only the first step's are measured; those of the others are it with
 * other numbers in it, which is all that drawing them needs.
 */
final class ManySteps {
  private static final long SEED = 1000;
  private static final double HALF_INTERVAL = 0.012;

  private final Random random = new Random(SEED);

  /** {@code first}, which has one measured step, with {@code count} steps that differ in the bits of {@code layers}. */
  Session of(Session first, List<Layer> layers, int count) {
    HistoryStep start = first.history().currentStep().orElseThrow();
    Evaluation measured = start.measured().orElseThrow();
    ConfigEdits edits = new ConfigEdits(Layer::name);
    List<HistoryStep> steps = new ArrayList<>(List.of(start));
    while (steps.size() < count) {
      Layer layer = layers.get(steps.size() % layers.size());
      int bits = 2 + random.nextInt(6);
      steps.add(
          new HistoryStep(
              steps.size() + 1,
              steps.size(),
              edits.weightBits(List.of(layer), bits).description(),
              start.time().plusSeconds(steps.size()),
              edits.weightBits(List.of(layer), bits).edit().apply(steps.getLast().config()),
              Optional.of(varied(measured))));
    }
    History history = new History(steps, steps.size(), List.of());
    return new Session(first.model(), first.modelSha256(), first.data(), history, first.saved(), first.ending());
  }

  private Evaluation varied(Evaluation it) {
    double share = 0.5 + 0.5 * random.nextDouble();
    double accuracy = Math.clamp(0.9 * Math.sqrt(share) + 0.05 * random.nextGaussian(), 0.1, 0.98);
    int samples = it.quality().samples();
    Interval interval = new Interval(accuracy - HALF_INTERVAL, accuracy + HALF_INTERVAL);
    int correct = (int) Math.round(accuracy * samples);
    Quality quality =
        new Quality(
            samples,
            it.quality()
                .accuracy()
                .map(old -> new Quality.Accuracy(correct, old.correctFloat(), samples, 0, 0, interval, old.deltaInterval())),
            accuracy,
            interval,
            it.quality().outputSqnrDb(),
            it.quality().outputCosine(),
            it.quality().furtherOutputs());
    Cost cost = it.cost();
    Cost cheaper =
        new Cost(
            Math.round(cost.weightBytes() * share),
            cost.floatWeightBytes(),
            cost.macs(),
            Math.round(cost.bitOps() * share),
            cost.integerMacShare(),
            cost.islands());
    Latency latency =
        new Latency(
            times(it.latency().integerRuntime(), share),
            it.latency().deployed().stream().map(timing -> varied(timing, share)).toList());
    return new Evaluation(
        it.configDigest() + random.nextInt(), it.runtime(), quality, it.totalSamples(), cheaper, latency, it.layers(), it.seconds());
  }

  private static DeploymentTiming varied(DeploymentTiming it, double share) {
    DeploymentTiming.Spread spread = it.qdq();
    DeploymentTiming.Spread shorter =
        new DeploymentTiming.Spread(spread.lowerQuartile() * share, spread.median() * share, spread.upperQuartile() * share);
    return new DeploymentTiming(it.load(), it.runs(), shorter, it.floatModel());
  }

  private static OptionalDouble times(OptionalDouble milliseconds, double share) {
    return milliseconds.isPresent() ? OptionalDouble.of(milliseconds.getAsDouble() * share) : milliseconds;
  }
}
