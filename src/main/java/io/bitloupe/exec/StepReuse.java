package io.bitloupe.exec;

import io.bitloupe.exec.integer.OperatorCache;
import io.bitloupe.qdq.Step;
import io.bitloupe.util.RecentlyUsed;

/**
 * What runtimes of one model hand on to the next one, since most steps stay as they are from one configuration to another:
 * compiled operators, and digests of what steps are made of. Thread-safe.
 */
public final class StepReuse {

  private final OperatorCache operators = new OperatorCache();
  private final RecentlyUsed<Step, String> digests = new RecentlyUsed<>();

  OperatorCache operators() {
    return operators;
  }

  /** By step, the digest of its constants and attributes; codes count as equal when they are the same array. */
  RecentlyUsed<Step, String> digests() {
    return digests;
  }
}
