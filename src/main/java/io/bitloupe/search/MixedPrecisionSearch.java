package io.bitloupe.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.exec.Progress;
import io.bitloupe.metric.RankCorrelation;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.search.solve.Assignment;
import io.bitloupe.search.solve.Problem;
import io.bitloupe.search.solve.Solver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Finds widths for the weights of each layer: measures every layer alone, solves for the sum of the losses at sizes all along the
 * front, measures what that finds, and then looks again around the best measured configuration, where losses no longer have to
 * add up.
 */
public final class MixedPrecisionSearch {

  private static final int FRONT_POINTS = 12;
  private static final int RANDOM_POLICIES = 30;
  private static final long SEED = 1;
  /** A smallest configuration is looked for to this share of the sizes in question. */
  private static final long SIZES = 2_000;

  private final ConfigEvaluator evaluator;
  private final Surrogate surrogate;
  private final QuantConfig base;
  private final Limits limits;
  private final Strategy strategy;
  private final SearchListener listener;
  private final Measurements measurements;

  /**
   * A search that has not begun.
   *
   * @param evaluator measures on tuning samples
   * @param base what everything but the widths of weights is, and which weights stay in float
   * @param choices what is chosen among
   * @param strategy how it is chosen
   * @param listener hears of each measurement
   */
  public MixedPrecisionSearch(
      ConfigEvaluator evaluator, QuantConfig base, WidthChoices choices, Limits limits, Strategy strategy, SearchListener listener) {
    this.evaluator = evaluator;
    this.base = base;
    this.limits = limits;
    this.strategy = strategy;
    this.listener = listener;
    this.surrogate = new Surrogate(evaluator, base, choices, limits);
    this.measurements = new Measurements(evaluator, surrogate, listener);
  }

  /**
   * Searches.
   *
   * @throws InvalidInputException with one sentence, when nothing keeps the limits
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled; what was measured is in the journal
   */
  public SearchResult run(Progress progress) {
    long start = System.nanoTime();
    Response reference = evaluator.floatResponse(progress.silent());
    Response unchanged = evaluator.base(base, progress.silent());
    Problem problem = surrogate.measure(evaluator, unchanged, listener, progress);
    MeasuredPoint chosen =
        switch (strategy) {
          case Strategy.Solve(Solver solver) -> solved(problem, solver, progress);
          case Strategy.Learn(var agent) ->
              new PolicyLearning(surrogate, measurements, problem, agent).best(goal(), progress).orElseThrow(() -> nothing(problem));
        };
    List<MeasuredPoint> uniform = uniform(problem, progress);
    double additivity = additivity(problem, progress);
    List<MeasuredPoint> all = new ArrayList<>(measurements.all());
    return new SearchResult(
        problem.units().stream().map(Problem.Unit::name).toList(),
        chosen,
        nonDominated(all),
        additivity,
        all.size(),
        reference,
        uniform,
        evaluator.measured(),
        (System.nanoTime() - start) * 1e-9);
  }

  private MeasuredPoint solved(Problem problem, Solver solver, Progress progress) {
    Assignment widest = solve(problem, solver, Problem.NO_LIMIT).orElseThrow(() -> nothing(problem));
    measurements.of(front(problem, solver, widest), progress);
    Refinement refinement = new Refinement(evaluator, surrogate, measurements, solver, problem);
    MeasuredPoint best = measurements.of(widest, progress);
    Goal goal = goal();
    if (goal.accepts(best)) {
      MeasuredPoint first = goal instanceof Goal.Smallest ? smallest(problem, solver, widest, goal, progress) : best;
      return refinement.from(first, goal, progress);
    }
    MeasuredPoint closest = refinement.from(best, new Goal.LeastLoss(), progress);
    if (!goal.accepts(closest)) {
      throw new InvalidInputException(
          ("No choice of widths for %s was found that reaches an accuracy of %.4f on the tuning samples within these limits;"
                  + " the best reached %.4f.")
              .formatted(evaluator.model().fileName(), limits.top1().orElse(0), closest.tuning().headline()));
    }
    return refinement.from(closest, goal, progress);
  }

  private Goal goal() {
    return limits.top1().isPresent() ? new Goal.Smallest(limits.top1().getAsDouble()) : new Goal.LeastLoss();
  }

  private InvalidInputException nothing(Problem problem) {
    List<Integer> narrowest = Collections.nCopies(problem.units().size(), surrogate.widthCount() - 1);
    return new InvalidInputException(
        "No choice of widths for %s keeps these limits; at the narrowest its weights take %d bytes."
            .formatted(evaluator.model().fileName(), surrogate.bytes(problem.assignment(narrowest))));
  }

  /** The least sum of losses with at most {@code bytes} bytes, all other limits kept. */
  private static Optional<Assignment> solve(Problem problem, Solver solver, long bytes) {
    return solver
        .solve(Budget.withBytes(problem, bytes).coarsened(Budget.STEPS))
        .map(found -> problem.assignment(found.picks()));
  }

  /** Solutions at evenly spread sizes up to that of {@code widest}. */
  private static List<Assignment> front(Problem problem, Solver solver, Assignment widest) {
    long least = Budget.least(problem);
    long most = widest.costs().get(Surrogate.BYTES);
    List<Assignment> front = new ArrayList<>(List.of(widest));
    for (int i = 0; i < FRONT_POINTS - 1; i++) {
      solve(problem, solver, least + (most - least) * i / (FRONT_POINTS - 1)).ifPresent(front::add);
    }
    return front;
  }

  /** The smallest solution that is good enough: by bisection over sizes, since accuracy falls with them. */
  private MeasuredPoint smallest(Problem problem, Solver solver, Assignment widest, Goal goal, Progress progress) {
    long low = Budget.least(problem);
    long high = widest.costs().get(Surrogate.BYTES);
    long close = Math.max(1, (high - low) / SIZES);
    MeasuredPoint best = measurements.of(widest, progress);
    while (high - low > close) {
      long middle = low + (high - low) / 2;
      Optional<MeasuredPoint> found = solve(problem, solver, middle).map(assignment -> measurements.of(assignment, progress));
      if (found.filter(goal::accepts).isPresent()) {
        best = found.get();
        high = middle;
      } else {
        low = middle;
      }
    }
    return best;
  }

  private List<MeasuredPoint> uniform(Problem problem, Progress progress) {
    List<Assignment> uniform = new ArrayList<>();
    for (int width = 0; width < surrogate.widthCount(); width++) {
      uniform.add(problem.assignment(Collections.nCopies(problem.units().size(), width)));
    }
    return measurements.of(uniform, progress);
  }

  private double additivity(Problem problem, Progress progress) {
    Random random = new Random(SEED);
    List<Assignment> policies = new ArrayList<>();
    for (int policy = 0; policy < RANDOM_POLICIES; policy++) {
      List<Integer> picks = new ArrayList<>();
      for (int unit = 0; unit < problem.units().size(); unit++) {
        picks.add(random.nextInt(surrogate.widthCount()));
      }
      policies.add(problem.assignment(picks));
    }
    measurements.of(policies, progress);
    List<MeasuredPoint> all = List.copyOf(measurements.all());
    return RankCorrelation.spearman(
        all.stream().mapToDouble(MeasuredPoint::surrogate).toArray(),
        all.stream().mapToDouble(point -> point.tuning().divergence()).toArray());
  }

  private static List<MeasuredPoint> nonDominated(List<MeasuredPoint> all) {
    List<MeasuredPoint> sorted = new ArrayList<>(all);
    sorted.sort(
        Comparator.comparingLong(MeasuredPoint::weightBytes).thenComparingDouble(point -> point.tuning().divergence()));
    List<MeasuredPoint> front = new ArrayList<>();
    for (MeasuredPoint point : sorted) {
      if (front.isEmpty() || point.tuning().divergence() < front.getLast().tuning().divergence()) {
        front.add(point);
      }
    }
    return front;
  }
}
