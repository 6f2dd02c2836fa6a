package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Kernels;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.quant.Requantization;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * What the plans of one model hand on: the operators of those that were compiled last, so that a change to one layer packs the
 * weights of that layer only, and the memory of runs that have ended. Thread-safe.
 */
public final class OperatorCache {

  /** Operators that are kept, in plans: those of a plan, and as many of the changes that were tried on it. */
  private static final int KEPT_PLANS = 2;

  private final RecentlyUsed<Key, IntegerOperator> kept = new RecentlyUsed<>();
  private final Queue<Room> rooms = new ConcurrentLinkedQueue<>();

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

  /** Memory for a run; {@link #giveBack} it afterwards. There are never more than runs at the same time. */
  Room takeRoom() {
    Room idle = rooms.poll();
    return idle == null ? new Room() : idle;
  }

  /** Takes back what {@link #takeRoom} gave. */
  void giveBack(Room room) {
    rooms.add(room);
  }

  /** How many operators are kept. */
  int size() {
    return kept.size();
  }
}
