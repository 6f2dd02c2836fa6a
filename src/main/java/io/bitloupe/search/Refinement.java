package io.bitloupe.search;

import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.exec.Progress;
import io.bitloupe.search.solve.Assignment;
import io.bitloupe.search.solve.Problem;
import io.bitloupe.search.solve.Solver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Looks around the best measured configuration, where losses no longer have to add up: measures one step more and one step less of
 * each dial there, solves again with these losses, and measures what that finds.
 */
final class Refinement {

  private static final int ROUNDS = 3;

  private final ConfigEvaluator evaluator;
  private final ChoiceSpace space;
  private final Measurements measurements;
  private final Solver solver;
  private final Problem problem;

  Refinement(ConfigEvaluator evaluator, ChoiceSpace space, Measurements measurements, Solver solver, Problem problem) {
    this.evaluator = evaluator;
    this.space = space;
    this.measurements = measurements;
    this.solver = solver;
    this.problem = problem;
  }

  /** The most configurations that it may measure: a step to both sides of each dial, and what is solved for, in each round. */
  static int most(ChoiceSpace space, Goal goal) {
    return ROUNDS * (2 * space.dials().size() + goal.attempts());
  }

  /** The best of what is found in a few rounds by {@code goal}, {@code start} among it; it keeps all limits if {@code start} does. */
  MeasuredPoint from(MeasuredPoint start, Goal goal, Progress progress) {
    MeasuredPoint best = start;
    for (int round = 0; round < ROUNDS; round++) {
      MeasuredPoint found = around(best, goal, progress);
      if (!goal.prefers(found, best)) {
        break;
      }
      best = found;
    }
    return best;
  }

  private MeasuredPoint around(MeasuredPoint center, Goal goal, Progress progress) {
    List<Integer> settings = space.settingsOf(center.bits());
    evaluator.base(center.config(), progress.silent());
    List<Assignment> moves = new ArrayList<>();
    for (int dial = 0; dial < settings.size(); dial++) {
      for (int setting : near(dial, settings)) {
        List<Integer> moved = new ArrayList<>(settings);
        moved.set(dial, setting);
        moves.add(problem.assignment(space.picks(moved)));
      }
    }
    List<MeasuredPoint> points = measurements.of(moves, progress);
    double[][] losses = new double[settings.size()][];
    List<MeasuredPoint> candidates = new ArrayList<>(List.of(center));
    int next = 0;
    for (int dial = 0; dial < losses.length; dial++) {
      losses[dial] = new double[space.dials().get(dial).widths().size()];
      double least = 0;
      for (int setting : near(dial, settings)) {
        losses[dial][setting] = points.get(next).tuning().divergence() - center.tuning().divergence();
        least = Math.min(least, losses[dial][setting]);
        if (problem.allows(moves.get(next))) {
          candidates.add(points.get(next));
        }
        next++;
      }
      for (int setting : near(dial, settings)) {
        losses[dial][setting] -= least;
      }
    }
    for (long bytes : goal.sizes(problem, problem.assignment(space.picks(settings)))) {
      solve(settings, losses, bytes).ifPresent(assignment -> candidates.add(measurements.of(assignment, progress)));
    }
    return candidates.stream().filter(goal::accepts).reduce((one, other) -> goal.prefers(other, one) ? other : one).orElse(center);
  }

  /** Where {@code dial} may go: where it is, and one step to both sides. */
  private List<Integer> near(int dial, List<Integer> settings) {
    int now = settings.get(dial);
    return IntStream.range(0, space.dials().get(dial).widths().size()).filter(other -> Math.abs(other - now) <= 1).boxed().toList();
  }

  /** The least sum of {@code losses}, by dial and setting, with no dial further than a step from {@code settings}. */
  private Optional<Assignment> solve(List<Integer> settings, double[][] losses, long bytes) {
    List<Problem.Unit> units = new ArrayList<>();
    List<List<Integer>> picks = new ArrayList<>();
    for (int unit = 0; unit < problem.units().size(); unit++) {
      ChoiceSpace.Group group = space.groups().get(unit);
      List<Problem.Alternative> alternatives = new ArrayList<>();
      List<Integer> near = new ArrayList<>();
      for (int pick = 0; pick < group.combinations().size(); pick++) {
        List<Integer> combination = group.combinations().get(pick);
        if (isNear(group, combination, settings)) {
          List<Long> costs = problem.units().get(unit).alternatives().get(pick).costs();
          alternatives.add(new Problem.Alternative(combination.toString(), Surrogate.loss(group, combination, losses), costs));
          near.add(pick);
        }
      }
      units.add(new Problem.Unit(problem.units().get(unit).name(), alternatives));
      picks.add(near);
    }
    return solver
        .solve(Budget.withBytes(new Problem(units, problem.limits()), bytes).coarsened(Budget.STEPS))
        .map(
            found ->
                problem.assignment(
                    IntStream.range(0, picks.size()).mapToObj(unit -> picks.get(unit).get(found.picks().get(unit))).toList()));
  }

  private static boolean isNear(ChoiceSpace.Group group, List<Integer> combination, List<Integer> settings) {
    return IntStream.range(0, combination.size())
        .allMatch(member -> Math.abs(combination.get(member) - settings.get(group.dials().get(member))) <= 1);
  }
}
