package io.bitloupe.search;

import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.search.solve.AgentSettings;
import io.bitloupe.search.solve.PolicyAgent;
import io.bitloupe.search.solve.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Lets an agent try policies whose reward is what they measure (Wang et al. 2019, HAQ, 1811.08886). */
final class PolicyLearning {

  /** HAQ's weight of a percentage point. */
  private static final double REWARD_OF_A_POINT = 0.1;

  private final ChoiceSpace space;
  private final Measurements measurements;
  private final Problem problem;
  private final AgentSettings settings;

  PolicyLearning(ChoiceSpace space, Measurements measurements, Problem problem, AgentSettings settings) {
    this.space = space;
    this.measurements = measurements;
    this.problem = problem;
    this.settings = settings;
  }

  /**
   * Of the policies that were tried the one that {@code goal} prefers, or the most accurate where it accepts none; empty where no
   * widths keep the limits. The agent's reward is accuracy, as in the paper.
   */
  Optional<MeasuredPoint> best(Goal goal, Progress progress) {
    double[][] features = new double[problem.units().size()][];
    for (int unit = 0; unit < features.length; unit++) {
      features[unit] = features(space.groups().get(unit).layers().getFirst());
    }
    long most = problem.units().stream()
        .mapToLong(unit -> unit.alternatives().stream().mapToLong(one -> one.costs().get(Surrogate.BYTES)).max().orElse(0))
        .sum();
    List<MeasuredPoint> tried = new ArrayList<>();
    new PolicyAgent(settings)
        .learn(
            problem,
            features,
            assignment -> {
              MeasuredPoint point = measurements.of(assignment, progress);
              tried.add(point);
              return switch (goal) {
                case Goal.LeastLoss _ -> 100 * REWARD_OF_A_POINT * point.tuning().headline();
                case Goal.Smallest _ ->
                    goal.accepts(point)
                        ? 2 - assignment.costs().get(Surrogate.BYTES) / (double) most
                        : point.tuning().headline();
              };
            });
    return tried.stream()
        .filter(goal::accepts)
        .reduce((one, other) -> goal.prefers(other, one) ? other : one)
        .or(() -> tried.stream().max(Comparator.comparingDouble(point -> point.tuning().headline())));
  }

  /** What HAQ tells its agent of a layer: kind, channels, stride, kernel, weights and the size of its feature map, 0 to 1. */
  private static double[] features(Layer layer) {
    int[] weights = layer.weightShape().toArray();
    boolean windowed = weights.length > 2;
    int[] strides = layer.node().intsAttribute("strides", 1);
    int pixels = 1;
    for (int axis = 1; windowed && axis + 1 < layer.outputShape().rank(); axis++) {
      pixels *= layer.outputShape().dim(axis + 1);
    }
    return new double[] {
      layer.node().intAttribute("group", 1) > 1 ? 1 : 0,
      windowed ? 1 : 0,
      logarithmic(layer.outputChannels()),
      logarithmic((double) layer.weightShape().elements() / Math.max(1.0, layer.outputChannels())),
      Math.min(1, strides[0] / 4.0),
      windowed ? Math.min(1, weights[weights.length - 1] / 7.0) : 0,
      logarithmic((double) layer.weightShape().elements()),
      logarithmic(pixels)
    };
  }

  /** 0 for 1 to 1 for a million. */
  private static double logarithmic(double count) {
    return Math.clamp(Math.log10(Math.max(1, count)) / 6, 0, 1);
  }
}
