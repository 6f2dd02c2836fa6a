package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Kernels;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.quant.Requantization;
import io.bitloupe.util.RecentlyUsed;
import java.util.List;
import java.util.function.Supplier;

/**
 * Keeps the operators of the plans that were compiled last for one model, so that a change to one layer packs the weights of
 * that layer only. Thread-safe.
 */
public final class OperatorCache {

  /** Operators that are kept, in plans: those of a plan, and as many of the changes that were tried on it. */
  private static final int KEPT_PLANS = 2;

  private final RecentlyUsed<Key, IntegerOperator> kept = new RecentlyUsed<>();

  /** What an operator is made of. Codes count as equal when they are the same array. */
  record Key(IntegerStep step, List<ValueSpec> inputs, ValueSpec output, Requantization requantization, Kernels kernels) {}

  /** The operator for {@code key}, made by {@code compiler} when it is new. */
  IntegerOperator get(Key key, Supplier<IntegerOperator> compiler) {
    return kept.get(key, _ -> compiler.get());
  }

  /** Forgets what was not used for longest, after a plan of {@code steps} steps was compiled. */
  void trim(int steps) {
    kept.trim(KEPT_PLANS * steps);
  }

  /** How many operators are kept. */
  int size() {
    return kept.size();
  }
}
