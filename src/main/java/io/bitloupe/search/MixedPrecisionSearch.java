package io.bitloupe.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.exec.Progress;
import io.bitloupe.metric.RankCorrelation;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.search.solve.Assignment;
import io.bitloupe.search.solve.ParetoMerge;
import io.bitloupe.search.solve.Problem;
import io.bitloupe.search.solve.Solver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Finds widths for the weights of each layer: measures every layer alone, solves for the sum of the losses, measures what that
 * finds, and then looks again around the best measured configuration, where losses no longer have to add up.
 */
public final class MixedPrecisionSearch {

  private static final int FRONT_POINTS = 12;
  private static final int RANDOM_POLICIES = 30;
  private static final int ROUNDS = 3;
  private static final long SEED = 1;
  private static final long MOST_BYTE_STEPS = 5_000;
  /** Parts of a limit that costs are counted in. */
  private static final long STEPS = 10_000;


  private final ConfigEvaluator evaluator;
  private final Surrogate surrogate;
  private final QuantConfig base;
  private final Limits limits;
  private final Solver solver;
  private final SearchListener listener;
  private final Map<List<Integer>, MeasuredPoint> measured = new LinkedHashMap<>();

  /**
   * A search that has not begun.
   *
   * @param evaluator measures on tuning samples
   * @param base what everything but the widths of weights is, and which weights stay in float
   * @param widths widths to choose from, the widest first
   * @param solver solves for the sum of losses
   * @param listener hears of each measurement
   */
  public MixedPrecisionSearch(
      ConfigEvaluator evaluator,
      QuantConfig base,
      List<Integer> widths,
      Limits limits,
      Solver solver,
      SearchListener listener) {
    this.evaluator = evaluator;
    this.base = base;
    this.limits = limits;
    this.solver = solver;
    this.listener = listener;
    this.surrogate = new Surrogate(evaluator, base, widths, limits);
  }

  /**
   * Searches.
   *
   * @throws InvalidInputException with one sentence, when nothing keeps the limits
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled; what was measured is in the journal
   */
  public SearchResult run(Progress progress) {
    long start = System.nanoTime();
    Response reference = evaluator.floatResponse(Silent.of(progress));
    Response unchanged = evaluator.base(base, Silent.of(progress));
    Problem problem = surrogate.measure(evaluator, unchanged, listener, progress);
    List<Assignment> front = coarseFront(problem);
    measureFront(front, progress);
    MeasuredPoint chosen = limits.top1().isPresent() ? smallest(problem, front, progress) : best(problem, progress);
    chosen = refine(problem, chosen, progress);
    List<MeasuredPoint> uniform = uniform(problem, progress);
    double additivity = additivity(problem, progress);
    List<MeasuredPoint> all = new ArrayList<>(measured.values());
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

  /** The front of size against summed loss, other limits kept, sizes counted in units that keep the number of points in bounds. */
  private List<Assignment> coarseFront(Problem problem) {
    long most = problem.units().stream().mapToLong(unit -> unit.alternatives().getFirst().costs().get(Surrogate.BYTES)).sum();
    long unit = Math.max(1, most / MOST_BYTE_STEPS);
    List<Problem.Unit> units = new ArrayList<>();
    for (Problem.Unit fine : problem.units()) {
      units.add(
          new Problem.Unit(
              fine.name(),
              fine.alternatives().stream()
                  .map(
                      one ->
                          new Problem.Alternative(
                              one.name(),
                              one.loss(),
                              List.of(Math.ceilDiv(one.costs().get(Surrogate.BYTES), unit))))
                  .toList()));
    }
    return new ParetoMerge()
        .front(new Problem(units, List.of(Problem.NO_LIMIT))).stream().map(one -> problem.assignment(one.picks())).toList();
  }

  private void measureFront(List<Assignment> front, Progress progress) {
    for (int i = 0; i < FRONT_POINTS; i++) {
      measure(front.get((int) Math.round(i * (front.size() - 1) / (FRONT_POINTS - 1.0))), progress);
    }
  }

  private MeasuredPoint measure(Assignment assignment, Progress progress) {
    progress.checkCancelled();
    MeasuredPoint known = measured.get(assignment.picks());
    if (known != null) {
      return known;
    }
    QuantConfig config = surrogate.config(assignment.picks());
    MeasuredPoint point =
        new MeasuredPoint(
            config,
            assignment.picks().stream().map(surrogate::bits).toList(),
            surrogate.bytes(assignment),
            surrogate.milliseconds(assignment),
            assignment.loss(),
            evaluator.evaluate(config, Silent.of(progress)));
    measured.put(assignment.picks(), point);
    listener.onMeasured(point);
    return point;
  }

  private MeasuredPoint best(Problem problem, Progress progress) {
    Assignment optimum =
        solver
            .solve(problem.coarsened(STEPS))
            .map(found -> problem.assignment(found.picks()))
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "No choice of widths for %s keeps these limits; at the narrowest its weights take %d bytes."
                            .formatted(evaluator.model().fileName(), narrowest(problem))));
    return measure(optimum, progress);
  }

  private long narrowest(Problem problem) {
    return surrogate.bytes(problem.assignment(Collections.nCopies(problem.units().size(), surrogate.widthCount() - 1)));
  }

  /** The smallest configuration of the front that keeps the accuracy: by bisection, since accuracy falls along the front. */
  private MeasuredPoint smallest(Problem problem, List<Assignment> front, Progress progress) {
    List<Assignment> allowed = front.stream().filter(problem::allows).toList();
    int low = 0;
    int high = allowed.size() - 1;
    if (high < 0 || !reaches(measure(allowed.get(high), progress))) {
      throw new InvalidInputException(
          "No choice of widths for %s reaches an accuracy of %.4f on the tuning samples within these limits."
              .formatted(evaluator.model().fileName(), limits.top1().orElse(0)));
    }
    while (low < high) {
      int middle = (low + high) / 2;
      if (reaches(measure(allowed.get(middle), progress))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return measure(allowed.get(high), progress);
  }

  private boolean reaches(MeasuredPoint point) {
    return limits.top1().isEmpty() || point.tuning().headline() >= limits.top1().getAsDouble();
  }

  /** Looks around the best configuration: one step more or less for each layer, measured there, solved again. */
  private MeasuredPoint refine(Problem problem, MeasuredPoint start, Progress progress) {
    MeasuredPoint best = start;
    for (int round = 0; round < ROUNDS; round++) {
      MeasuredPoint found = around(problem, best, progress);
      if (!betterThan(found, best)) {
        break;
      }
      best = found;
    }
    return best;
  }

  private boolean betterThan(MeasuredPoint one, MeasuredPoint other) {
    return limits.top1().isPresent()
        ? reaches(one) && one.weightBytes() < other.weightBytes()
        : one.tuning().divergence() < other.tuning().divergence();
  }

  private MeasuredPoint around(Problem problem, MeasuredPoint center, Progress progress) {
    List<Integer> picks = picks(center);
    evaluator.base(center.config(), Silent.of(progress));
    int units = picks.size();
    double[][] steps = new double[units][surrogate.widthCount()];
    List<List<Problem.Alternative>> near = new ArrayList<>();
    List<MeasuredPoint> candidates = new ArrayList<>();
    for (int unit = 0; unit < units; unit++) {
      double least = 0;
      List<Integer> allowed = new ArrayList<>();
      for (int pick = Math.max(0, picks.get(unit) - 1); pick <= Math.min(surrogate.widthCount() - 1, picks.get(unit) + 1); pick++) {
        List<Integer> moved = new ArrayList<>(picks);
        moved.set(unit, pick);
        Assignment assignment = problem.assignment(moved);
        MeasuredPoint point = measure(assignment, progress);
        if (problem.allows(assignment)) {
          candidates.add(point);
        }
        steps[unit][pick] = point.tuning().divergence() - center.tuning().divergence();
        least = Math.min(least, steps[unit][pick]);
        allowed.add(pick);
      }
      List<Problem.Alternative> alternatives = new ArrayList<>();
      for (int pick : allowed) {
        Problem.Alternative alternative = problem.units().get(unit).alternatives().get(pick);
        alternatives.add(new Problem.Alternative(String.valueOf(pick), steps[unit][pick] - least, alternative.costs()));
      }
      near.add(alternatives);
    }
    candidates.add(center);
    for (long limit : localLimits(problem, center)) {
      solveNear(problem, near, limit).ifPresent(assignment -> candidates.add(measure(assignment, progress)));
    }
    return candidates.stream().filter(this::reaches).min(order()).orElse(center);
  }

  private Comparator<MeasuredPoint> order() {
    return limits.top1().isPresent()
        ? Comparator.comparingLong(MeasuredPoint::weightBytes)
        : Comparator.comparingDouble(point -> point.tuning().divergence());
  }

  /** With a least accuracy, sizes below the present one to try; else the given limit alone. */
  private List<Long> localLimits(Problem problem, MeasuredPoint center) {
    if (limits.top1().isEmpty()) {
      return List.of(problem.limits().get(Surrogate.BYTES));
    }
    long present = problem.assignment(picks(center)).costs().get(Surrogate.BYTES);
    return List.of(present * 99 / 100, present * 97 / 100, present * 94 / 100, present * 90 / 100);
  }

  private Optional<Assignment> solveNear(Problem problem, List<List<Problem.Alternative>> near, long bytes) {
    List<Problem.Unit> units = new ArrayList<>();
    for (int unit = 0; unit < near.size(); unit++) {
      units.add(new Problem.Unit(problem.units().get(unit).name(), near.get(unit)));
    }
    List<Long> local = new ArrayList<>(problem.limits());
    local.set(Surrogate.BYTES, Math.min(bytes, problem.limits().get(Surrogate.BYTES)));
    return solver
        .solve(new Problem(units, local).coarsened(STEPS))
        .map(
            found -> {
              List<Integer> picks = new ArrayList<>();
              for (int unit = 0; unit < near.size(); unit++) {
                picks.add(Integer.parseInt(near.get(unit).get(found.picks().get(unit)).name()));
              }
              return problem.assignment(picks);
            });
  }

  private List<Integer> picks(MeasuredPoint point) {
    return measured.entrySet().stream().filter(entry -> entry.getValue().equals(point)).findFirst().orElseThrow().getKey();
  }

  private List<MeasuredPoint> uniform(Problem problem, Progress progress) {
    List<MeasuredPoint> points = new ArrayList<>();
    for (int width = 0; width < surrogate.widthCount(); width++) {
      points.add(measure(problem.assignment(Collections.nCopies(problem.units().size(), width)), progress));
    }
    return points;
  }

  private double additivity(Problem problem, Progress progress) {
    Random random = new Random(SEED);
    for (int policy = 0; policy < RANDOM_POLICIES; policy++) {
      List<Integer> picks = new ArrayList<>();
      for (int unit = 0; unit < problem.units().size(); unit++) {
        picks.add(random.nextInt(surrogate.widthCount()));
      }
      measure(problem.assignment(picks), progress);
    }
    List<MeasuredPoint> all = List.copyOf(measured.values());
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
