package io.bitloupe.search.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;
import org.ojalgo.optimisation.integer.IntegerStrategy;
import org.ojalgo.type.context.NumberContext;

/**
 * A binary variable for each alternative, one of each item, any number of limits, solved by branch and bound (HAWQ-V3, 2011.10680,
 * section 3.4). Only what the solver calls optimal is taken.
 */
public final class IntegerProgram extends Solver {

  private static final int DIGITS = 12;

  /** Costs are whole, so half a unit above the limit changes nothing but keeps the limit clear of the solver's tolerance. */
  private static final double HALF_A_UNIT = 0.5;

  private static final double LARGEST_COEFFICIENT = 1e5;
  private static final int MOST_CUTS = 100;
  private static final double ROUNDING = 1e-9;
  private static final double LARGEST_WEIGHT = 1000;

  /** Integer programming. */
  public IntegerProgram() {
    super("integer programming", true);
  }

  @Override
  Optional<int[]> pick(Knapsack knapsack) {
    if (knapsack.cheapest().isEmpty()) {
      return Optional.empty();
    }
    Optional<int[]> simple = new Greedy().pick(knapsack);
    Formulation formulation = new Formulation(knapsack, HALF_A_UNIT);
    for (int cut = 0; cut < MOST_CUTS; cut++) {
      Optimisation.Result result = formulation.model.minimise();
      if (result.getState().isFailure()) {
        if (simple.isPresent()) {
          throw new IllegalStateException("the solver calls a program infeasible that has a solution");
        }
        return Optional.empty();
      }
      if (!result.getState().isOptimal()) {
        throw new IllegalStateException("the solver stopped at " + result.getState());
      }
      int[] picks = formulation.picks();
      if (knapsack.feasible(picks)) {
        double loss = knapsack.loss(picks);
        if (simple.filter(other -> knapsack.loss(other) < loss * (1 - ROUNDING)).isPresent()) {
          throw new IllegalStateException("the solver's optimum is worse than what greedy found");
        }
        return Optional.of(picks);
      }
      formulation.exclude(picks);
    }
    throw new IllegalStateException("the solver's optima all exceed a limit by less than its tolerance");
  }

  /** The optimum when alternatives may be mixed: no assignment has a lower loss. Empty when even that exceeds a limit. */
  public OptionalDouble relaxedBound(Problem problem) {
    Formulation formulation = new Formulation(Knapsack.of(problem), 0);
    formulation.model.relax();
    Optimisation.Result result = formulation.model.minimise();
    return result.getState().isOptimal() ? OptionalDouble.of(result.getValue() / formulation.scale) : OptionalDouble.empty();
  }

  /** The variables and constraints, losses scaled to a size that suits the solver's tolerances. */
  private static final class Formulation {

    private final ExpressionsBasedModel model = new ExpressionsBasedModel();
    private final List<List<Optional<Variable>>> variables = new ArrayList<>();
    private final double scale;

    Formulation(Knapsack knapsack, double slack) {
      // One worker: the same optimum every time, also where several are equally good. The primal simplex: the dual one of
      // this version calls some feasible programs infeasible.
      model.options.integer(
          IntegerStrategy.newConfigurable().withParallelism(() -> 1).withGapTolerance(NumberContext.of(DIGITS)));
      model.options.linear(model.options.linear().primal());
      double bound = new Greedy().pick(knapsack).map(knapsack::loss).orElseGet(() -> mostLoss(knapsack));
      scale = bound > 0 ? LARGEST_WEIGHT / bound : 1;
      for (int item = 0; item < knapsack.items(); item++) {
        List<Optional<Variable>> ofItem = new ArrayList<>();
        Expression one = model.newExpression("one of " + item).level(1);
        for (int j = 0; j < knapsack.alternatives(item); j++) {
          if (knapsack.loss(item, j) > bound * (1 + ROUNDING)) {
            // Loses more alone than a whole solution does: leaving it out keeps the objective in proportion.
            ofItem.add(Optional.empty());
            continue;
          }
          Variable variable = model.newVariable("x%d_%d".formatted(item, j)).binary().weight(knapsack.loss(item, j) * scale);
          ofItem.add(Optional.of(variable));
          one.set(variable, 1);
        }
        variables.add(ofItem);
      }
      for (int cost = 0; cost < knapsack.costCount(); cost++) {
        if (knapsack.limited(cost)) {
          limit(knapsack, cost, slack);
        }
      }
    }

    private void limit(Knapsack knapsack, int cost, double slack) {
      long divisor = 0;
      long largest = 0;
      for (int item = 0; item < knapsack.items(); item++) {
        for (int j = 0; j < knapsack.alternatives(item); j++) {
          divisor = gcd(divisor, knapsack.cost(item, j, cost));
          largest = Math.max(largest, knapsack.cost(item, j, cost));
        }
      }
      long unit = Math.max(1, divisor);
      double scaled = Math.min(1, LARGEST_COEFFICIENT * unit / Math.max(1, largest));
      Expression sum = model.newExpression("cost " + cost).upper(Math.floorDiv(knapsack.limit(cost), unit) * scaled + slack * scaled);
      for (int item = 0; item < knapsack.items(); item++) {
        for (int j = 0; j < knapsack.alternatives(item); j++) {
          long units = knapsack.cost(item, j, cost) / unit;
          double coefficient = (double) units * scaled;
          variables.get(item).get(j).ifPresent(variable -> sum.set(variable, coefficient));
        }
      }
    }

    private static double mostLoss(Knapsack knapsack) {
      double sum = 0;
      for (int item = 0; item < knapsack.items(); item++) {
        double most = 0;
        for (int j = 0; j < knapsack.alternatives(item); j++) {
          most = Math.max(most, knapsack.loss(item, j));
        }
        sum += most;
      }
      return sum;
    }

    /** The alternatives that the last solution chose. */
    int[] picks() {
      int[] picks = new int[variables.size()];
      for (int item = 0; item < picks.length; item++) {
        for (int j = 0; j < variables.get(item).size(); j++) {
          if (variables.get(item).get(j).filter(variable -> variable.getValue().doubleValue() > 0.5).isPresent()) {
            picks[item] = j;
          }
        }
      }
      return picks;
    }

    /** Forbids one combination: it exceeds a limit by less than the solver can tell. */
    void exclude(int[] picks) {
      Expression cut = model.newExpression("not " + Arrays.toString(picks)).upper(picks.length - 1);
      for (int item = 0; item < picks.length; item++) {
        variables.get(item).get(picks[item]).ifPresent(variable -> cut.set(variable, 1));
      }
    }

    private static long gcd(long a, long b) {
      return b == 0 ? a : gcd(b, a % b);
    }
  }
}
