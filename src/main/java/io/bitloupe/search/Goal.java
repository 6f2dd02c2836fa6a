package io.bitloupe.search;

import io.bitloupe.search.solve.Assignment;
import io.bitloupe.search.solve.Problem;
import java.util.List;

/** What a search wants, beside keeping the limits on costs. */
sealed interface Goal {

  /** Whether {@code point} may be the answer. */
  boolean accepts(MeasuredPoint point);

  /** Whether {@code one} is a better answer than {@code other}. */
  boolean prefers(MeasuredPoint one, MeasuredPoint other);

  /** Limits on the size to look for better answers under, in bytes of what is chosen for. */
  List<Long> sizes(Problem problem, Assignment present);

  /** The most limits that {@link #sizes} gives. */
  int attempts();

  /** The answers closest to the float model's. */
  record LeastLoss() implements Goal {
    @Override
    public boolean accepts(MeasuredPoint point) {
      return true;
    }

    @Override
    public boolean prefers(MeasuredPoint one, MeasuredPoint other) {
      return one.tuning().divergence() < other.tuning().divergence();
    }

    @Override
    public List<Long> sizes(Problem problem, Assignment present) {
      return List.of(problem.limits().get(Surrogate.BYTES));
    }

    @Override
    public int attempts() {
      return 1;
    }
  }

  /**
   * The fewest bytes that reach an accuracy.
   *
   * @param top1 least share of correct samples
   */
  record Smallest(double top1) implements Goal {
    private static final List<Integer> PERCENT = List.of(99, 97, 94, 90);

    @Override
    public boolean accepts(MeasuredPoint point) {
      return point.tuning().headline() >= top1;
    }

    @Override
    public boolean prefers(MeasuredPoint one, MeasuredPoint other) {
      return accepts(one) && (!accepts(other) || one.weightBytes() < other.weightBytes());
    }

    @Override
    public List<Long> sizes(Problem problem, Assignment present) {
      long bytes = present.costs().get(Surrogate.BYTES);
      return PERCENT.stream().map(percent -> bytes * percent / 100).toList();
    }

    @Override
    public int attempts() {
      return PERCENT.size();
    }
  }
}
