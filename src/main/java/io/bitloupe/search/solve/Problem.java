package io.bitloupe.search.solve;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Choose one alternative for each unit so that the sum of losses is least and no sum of costs exceeds its limit: the
 * multiple-choice knapsack that mixed precision comes down to when losses add up (HAWQ-V3, 2011.10680, section 3.4).
 *
 * @param units what is chosen for, in order
 * @param limits the most that each cost may sum up to; {@link #NO_LIMIT} for none
 * @param ties sets of units, by index, that must take the same alternative
 * @param pins units whose alternative is given: unit index to alternative index
 */
public record Problem(List<Unit> units, List<Long> limits, List<Set<Integer>> ties, Map<Integer, Integer> pins) {

  /** A cost that may be anything. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  /**
   * Something that is chosen for: a layer, or a few that belong together.
   *
   * @param name what it is called
   * @param alternatives at least one
   */
  public record Unit(String name, List<Alternative> alternatives) {
    /** Copies the list and refuses an empty one. */
    public Unit {
      alternatives = List.copyOf(alternatives);
      if (alternatives.isEmpty()) {
        throw new IllegalArgumentException(name + " has no alternative");
      }
    }
  }

  /**
   * One way to treat a unit.
   *
   * @param name what it is called, for instance {@code W4}
   * @param loss what it adds to the loss, at least 0
   * @param costs what it adds to each cost, at least 0, in whole units
   */
  public record Alternative(String name, double loss, List<Long> costs) {
    /** Copies the list and refuses what is below 0. */
    public Alternative {
      costs = List.copyOf(costs);
      if (!(loss >= 0 && Double.isFinite(loss)) || costs.stream().anyMatch(cost -> cost < 0)) {
        throw new IllegalArgumentException("%s has the loss %s and the costs %s".formatted(name, loss, costs));
      }
    }
  }

  /** Copies the collections and checks that they fit together. */
  public Problem {
    units = List.copyOf(units);
    limits = List.copyOf(limits);
    ties = ties.stream().<Set<Integer>>map(Set::copyOf).toList();
    pins = Map.copyOf(pins);
    int costs = limits.size();
    for (Unit unit : units) {
      if (unit.alternatives().stream().anyMatch(alternative -> alternative.costs().size() != costs)) {
        throw new IllegalArgumentException(unit.name() + " has not one cost for each of the " + costs + " limits");
      }
    }
    List<Unit> all = units;
    for (Set<Integer> tie : ties) {
      if (tie.stream().mapToInt(unit -> all.get(unit).alternatives().size()).distinct().count() > 1) {
        throw new IllegalArgumentException("tied units have the same number of alternatives");
      }
    }
    pins.forEach(
        (unit, alternative) -> {
          if (alternative < 0 || alternative >= all.get(unit).alternatives().size()) {
            throw new IllegalArgumentException("unit %d has no alternative %d".formatted(unit, alternative));
          }
        });
  }

  /** A problem without ties and pins. */
  public Problem(List<Unit> units, List<Long> limits) {
    this(units, limits, List.of(), Map.of());
  }

  /** This problem with other limits. */
  public Problem withLimits(List<Long> others) {
    return new Problem(units, others, ties, pins);
  }

  /**
   * This problem with each limited cost counted in units of at least its limit's {@code steps}th part, rounded up: what keeps the
   * coarse limits keeps the given ones, and exact algorithms stay fast. Where costs are that few already, nothing changes.
   */
  public Problem coarsened(long steps) {
    long[] unit = limits.stream().mapToLong(limit -> limit == NO_LIMIT ? 1 : Math.max(1, limit / steps)).toArray();
    List<Unit> coarse = new ArrayList<>();
    for (Unit one : units) {
      coarse.add(new Unit(one.name(), one.alternatives().stream().map(alternative -> coarse(alternative, unit)).toList()));
    }
    List<Long> most = new ArrayList<>();
    for (int cost = 0; cost < unit.length; cost++) {
      most.add(unit[cost] == 1 ? limits.get(cost) : Long.valueOf(Math.floorDiv(limits.get(cost), unit[cost])));
    }
    return new Problem(coarse, most, ties, pins);
  }

  private static Alternative coarse(Alternative alternative, long[] unit) {
    List<Long> costs = new ArrayList<>();
    for (int cost = 0; cost < unit.length; cost++) {
      costs.add(Math.ceilDiv(alternative.costs().get(cost), unit[cost]));
    }
    return new Alternative(alternative.name(), alternative.loss(), costs);
  }

  /**
   * What {@code picks} amounts to, whether or not it is allowed.
   *
   * @param picks an alternative for each unit
   */
  public Assignment assignment(List<Integer> picks) {
    double loss = 0;
    long[] costs = new long[limits.size()];
    for (int unit = 0; unit < units.size(); unit++) {
      Alternative alternative = units.get(unit).alternatives().get(picks.get(unit));
      loss += alternative.loss();
      for (int cost = 0; cost < costs.length; cost++) {
        costs[cost] = Math.addExact(costs[cost], alternative.costs().get(cost));
      }
    }
    return new Assignment(picks, loss, java.util.Arrays.stream(costs).boxed().toList());
  }

  /** Whether {@code assignment} keeps all limits, ties and pins. */
  public boolean allows(Assignment assignment) {
    for (int cost = 0; cost < limits.size(); cost++) {
      if (assignment.costs().get(cost) > limits.get(cost)) {
        return false;
      }
    }
    return ties.stream().allMatch(tie -> tie.stream().map(assignment.picks()::get).distinct().count() <= 1)
        && pins.entrySet().stream().allMatch(pin -> assignment.picks().get(pin.getKey()).equals(pin.getValue()));
  }
}
