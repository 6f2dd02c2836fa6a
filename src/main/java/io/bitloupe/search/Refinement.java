package io.bitloupe.search;

import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.exec.Progress;
import io.bitloupe.search.solve.Assignment;
import io.bitloupe.search.solve.Problem;
import io.bitloupe.search.solve.Solver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks around the best measured configuration, where losses no longer have to add up: measures one step more and one step less for
 * each layer there, solves again with these losses, and measures what that finds.
 */
final class Refinement {

  private static final int ROUNDS = 3;

  private final ConfigEvaluator evaluator;
  private final Surrogate surrogate;
  private final Measurements measurements;
  private final Solver solver;
  private final Problem problem;

  Refinement(ConfigEvaluator evaluator, Surrogate surrogate, Measurements measurements, Solver solver, Problem problem) {
    this.evaluator = evaluator;
    this.surrogate = surrogate;
    this.measurements = measurements;
    this.solver = solver;
    this.problem = problem;
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
    List<Integer> picks = surrogate.picks(center.bits());
    evaluator.base(center.config(), progress.silent());
    List<Set<Integer>> groups = groups();
    List<Assignment> moves = new ArrayList<>();
    List<List<Integer>> near = new ArrayList<>();
    for (int unit = 0; unit < picks.size(); unit++) {
      near.add(near(picks.get(unit)));
    }
    for (Set<Integer> group : groups) {
      for (int pick : near.get(group.iterator().next())) {
        moves.add(problem.assignment(moved(picks, group, pick)));
      }
    }
    List<MeasuredPoint> points = measurements.of(moves, progress);
    double[][] losses = new double[picks.size()][surrogate.widthCount()];
    List<MeasuredPoint> candidates = new ArrayList<>(List.of(center));
    int next = 0;
    for (Set<Integer> group : groups) {
      double least = 0;
      List<Integer> around = near.get(group.iterator().next());
      for (int pick : around) {
        double step = points.get(next).tuning().divergence() - center.tuning().divergence();
        if (problem.allows(moves.get(next))) {
          candidates.add(points.get(next));
        }
        group.forEach(unit -> losses[unit][pick] = step / group.size());
        least = Math.min(least, step);
        next++;
      }
      for (int unit : group) {
        for (int pick : around) {
          losses[unit][pick] -= least / group.size();
        }
      }
    }
    for (long bytes : goal.sizes(problem, problem.assignment(picks))) {
      solve(near, losses, bytes).ifPresent(assignment -> candidates.add(measurements.of(assignment, progress)));
    }
    return candidates.stream().filter(goal::accepts).reduce((one, other) -> goal.prefers(other, one) ? other : one).orElse(center);
  }

  /** Units that move together, and those that move alone. */
  private List<Set<Integer>> groups() {
    List<Set<Integer>> groups = new ArrayList<>(problem.ties());
    for (int unit = 0; unit < problem.units().size(); unit++) {
      int alone = unit;
      if (problem.ties().stream().noneMatch(tie -> tie.contains(alone))) {
        groups.add(Set.of(unit));
      }
    }
    return groups;
  }

  private List<Integer> near(int pick) {
    List<Integer> near = new ArrayList<>();
    for (int other = Math.max(0, pick - 1); other <= Math.min(surrogate.widthCount() - 1, pick + 1); other++) {
      near.add(other);
    }
    return near;
  }

  private static List<Integer> moved(List<Integer> picks, Set<Integer> group, int pick) {
    List<Integer> moved = new ArrayList<>(picks);
    group.forEach(unit -> moved.set(unit, pick));
    return moved;
  }

  private Optional<Assignment> solve(List<List<Integer>> near, double[][] losses, long bytes) {
    List<Problem.Unit> units = new ArrayList<>();
    for (int unit = 0; unit < near.size(); unit++) {
      List<Problem.Alternative> alternatives = new ArrayList<>();
      for (int pick : near.get(unit)) {
        List<Long> costs = problem.units().get(unit).alternatives().get(pick).costs();
        alternatives.add(new Problem.Alternative(String.valueOf(pick), losses[unit][pick], costs));
      }
      units.add(new Problem.Unit(problem.units().get(unit).name(), alternatives));
    }
    Problem local = new Problem(units, problem.limits(), problem.ties(), java.util.Map.of());
    return solver
        .solve(Budget.withBytes(local, bytes).coarsened(Budget.STEPS))
        .map(
            found -> {
              List<Integer> picks = new ArrayList<>(Collections.nCopies(near.size(), 0));
              for (int unit = 0; unit < near.size(); unit++) {
                picks.set(unit, near.get(unit).get(found.picks().get(unit)));
              }
              return problem.assignment(picks);
            });
  }
}
