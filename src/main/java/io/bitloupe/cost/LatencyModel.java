package io.bitloupe.cost;

import java.util.Optional;

/** Says how long layers take on some hardware, one sample at a time. */
public sealed interface LatencyModel permits HardwareProfile, LatencyTable {

  /** What it is a model of. */
  String name();

  /** Why the hardware cannot run {@code work}, as one sentence; empty when it can. */
  Optional<String> obstacle(LayerWork work);

  /**
   * Milliseconds for one sample of {@code work}.
   *
   * @throws io.bitloupe.model.InvalidInputException with the obstacle, when the hardware cannot run it
   */
  double milliseconds(LayerWork work);

  /** Milliseconds for one sample outside of all layers. */
  double restMilliseconds();
}
