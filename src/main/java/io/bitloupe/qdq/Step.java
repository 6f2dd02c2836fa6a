package io.bitloupe.qdq;

/** One unit of a lowered graph: integers in, integers out, or a stretch that stays in float. */
public sealed interface Step permits IntegerStep, FloatIsland {

  /** Unique name for people. */
  String name();
}
