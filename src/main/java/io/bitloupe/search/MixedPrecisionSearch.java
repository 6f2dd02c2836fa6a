package io.bitloupe.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.exec.Progress;
import io.bitloupe.metric.RankCorrelation;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.search.solve.AgentSettings;
import io.bitloupe.search.solve.Assignment;
import io.bitloupe.search.solve.Problem;
import io.bitloupe.search.solve.Solver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/**
 * Finds widths for the weights of each layer, and for the activations that it reads: measures every one alone, solves for the sum
 * of the losses at sizes all along the front, measures what that finds, and then looks again around the best measured configuration,
 * where losses no longer have to add up.
 */
public final class MixedPrecisionSearch {

  private static final int FRONT_POINTS = 12;
  private static final int RANDOM_POLICIES = 30;
  private static final long SEED = 1;
  /** A smallest configuration is looked for to this share of the sizes in question. */
  private static final long SIZES = 2_000;

  private final ConfigEvaluator evaluator;
  private final ChoiceSpace space;
  private final Surrogate surrogate;
  private final QuantConfig base;
  private final WidthChoices choices;
  private final Limits limits;
  private final Strategy strategy;
  private final SearchListener listener;
  private final Outlook outlook;
  private final Measurements measurements;

  /**
   * A search that has not begun.
   *
   * @param evaluator measures on tuning samples
   * @param base what everything but the widths that are chosen is, and what stays in float
   * @param choices what is chosen among
   * @param strategy how it is chosen
   * @param listener hears of each measurement
   */
  public MixedPrecisionSearch(
      ConfigEvaluator evaluator, QuantConfig base, WidthChoices choices, Limits limits, Strategy strategy, SearchListener listener) {
    this.evaluator = evaluator;
    this.base = base;
    this.choices = choices;
    this.limits = limits;
    this.strategy = strategy;
    this.listener = listener;
    this.space = new ChoiceSpace(evaluator.model(), evaluator.resolver(), base, choices);
    this.surrogate = new Surrogate(evaluator, base, space, choices, limits);
    this.outlook = outlook();
    this.measurements = new Measurements(evaluator, surrogate, listener, outlook);
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
    Problem problem = surrogate.measure(evaluator, unchanged, listener, outlook, progress);
    MeasuredPoint chosen =
        switch (strategy) {
          case Strategy.Solve(Solver solver) -> solved(problem, solver, progress);
          case Strategy.Learn(var agent) -> learned(problem, agent, progress);
        };
    List<MeasuredPoint> uniform = uniform(problem, progress);
    double additivity = additivity(problem, progress);
    List<MeasuredPoint> all = new ArrayList<>(measurements.all());
    return new SearchResult(
        space.tensors(Cell.Target.WEIGHT).stream().map(space::name).toList(),
        space.tensors(Cell.Target.ACTIVATION),
        chosen,
        nonDominated(all.stream().filter(point -> isAllowed(point, problem)).toList()),
        additivity,
        all.size(),
        reference,
        uniform,
        evaluator.measured(),
        (System.nanoTime() - start) * 1e-9);
  }

  private Outlook outlook() {
    int alone = space.dials().stream().mapToInt(dial -> dial.widths().size()).sum();
    int most =
        switch (strategy) {
          case Strategy.Solve _ -> FRONT_POINTS + Refinement.most(space, goal());
          case Strategy.Learn(var agent) -> agent.episodes();
        };
    return new Outlook(alone, most + choices.widths().size() + RANDOM_POLICIES);
  }

  private MeasuredPoint solved(Problem problem, Solver solver, Progress progress) {
    Assignment widest = solve(problem, solver, Problem.NO_LIMIT).orElseThrow(() -> nothing(problem));
    measurements.of(front(problem, solver, widest), progress);
    Refinement refinement = new Refinement(evaluator, space, measurements, solver, problem);
    MeasuredPoint best = measurements.of(widest, progress);
    Goal goal = goal();
    if (goal.accepts(best)) {
      MeasuredPoint first = goal instanceof Goal.Smallest ? smallest(problem, solver, widest, goal, progress) : best;
      return refinement.from(first, goal, progress);
    }
    MeasuredPoint closest = refinement.from(best, new Goal.LeastLoss(), progress);
    return refinement.from(accepted(closest), goal, progress);
  }

  private MeasuredPoint learned(Problem problem, AgentSettings agent, Progress progress) {
    return accepted(
        new PolicyLearning(space, measurements, problem, agent).best(goal(), progress).orElseThrow(() -> nothing(problem)));
  }

  private MeasuredPoint accepted(MeasuredPoint best) {
    if (!goal().accepts(best)) {
      throw new InvalidInputException(
          ("No choice of widths for %s was found that reaches an accuracy of %.4f on the tuning samples within these limits;"
                  + " the best reached %.4f.")
              .formatted(evaluator.model().fileName(), limits.top1().orElse(0), best.tuning().headline()));
    }
    return best;
  }

  private Goal goal() {
    return limits.top1().isPresent() ? new Goal.Smallest(limits.top1().getAsDouble()) : new Goal.LeastLoss();
  }

  private InvalidInputException nothing(Problem problem) {
    return new InvalidInputException(
        "No choice of widths for %s keeps these limits%s.".formatted(evaluator.model().fileName(), surrogate.obstacle(problem)));
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

  /** All weights at one width, with activations at their widest, and at the same width where they have it. */
  private List<MeasuredPoint> uniform(Problem problem, Progress progress) {
    List<Assignment> uniform = new ArrayList<>();
    for (int bits : choices.widths()) {
      int same = Math.max(0, choices.activationWidths().indexOf(bits));
      for (int activation : new TreeSet<>(List.of(0, same))) {
        List<Integer> settings =
            space.dials().stream()
                .map(dial -> dial.target() == Cell.Target.WEIGHT ? dial.widths().indexOf(bits) : activation)
                .toList();
        uniform.add(problem.assignment(space.picks(settings)));
      }
    }
    return measurements.of(uniform, progress);
  }

  private double additivity(Problem problem, Progress progress) {
    Random random = new Random(SEED);
    List<Assignment> policies = new ArrayList<>();
    for (int policy = 0; policy < RANDOM_POLICIES; policy++) {
      List<Integer> settings = space.dials().stream().map(dial -> random.nextInt(dial.widths().size())).toList();
      policies.add(problem.assignment(space.picks(settings)));
    }
    measurements.of(policies, progress);
    List<MeasuredPoint> all = List.copyOf(measurements.all());
    return RankCorrelation.spearman(
        all.stream().mapToDouble(MeasuredPoint::surrogate).toArray(),
        all.stream().mapToDouble(point -> point.tuning().divergence()).toArray());
  }

  /** Whether {@code point} keeps all limits but that on bytes, which the front is there to show. */
  private boolean isAllowed(MeasuredPoint point, Problem problem) {
    List<Long> limits = new ArrayList<>(problem.limits());
    limits.set(Surrogate.BYTES, Problem.NO_LIMIT);
    return problem.withLimits(limits).allows(problem.assignment(space.picks(space.settingsOf(point.bits()))));
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
