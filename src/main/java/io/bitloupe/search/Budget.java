package io.bitloupe.search;

import io.bitloupe.search.solve.Problem;
import java.util.ArrayList;
import java.util.List;

/** Limits on the bytes of a problem, beside all its other limits. */
final class Budget {

  /** Parts of a limit that costs are counted in. */
  static final long STEPS = 10_000;

  private Budget() {}

  /** {@code problem} with at most {@code bytes} bytes, or fewer where its own limit says so. */
  static Problem withBytes(Problem problem, long bytes) {
    List<Long> limits = new ArrayList<>(problem.limits());
    limits.set(Surrogate.BYTES, Math.min(bytes, limits.get(Surrogate.BYTES)));
    return problem.withLimits(limits);
  }

  /** The bytes of {@code problem} at the narrowest. */
  static long least(Problem problem) {
    return problem.units().stream()
        .mapToLong(unit -> unit.alternatives().stream().mapToLong(one -> one.costs().get(Surrogate.BYTES)).min().orElse(0))
        .sum();
  }
}
