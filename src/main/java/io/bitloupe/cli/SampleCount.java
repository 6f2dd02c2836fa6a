package io.bitloupe.cli;

import io.bitloupe.model.InvalidInputException;
import java.util.Optional;

/** How many samples of the report part a command uses. */
final class SampleCount {

  private SampleCount() {}

  /** The number asked for; more than there can be where none is asked for. */
  static int check(Optional<Integer> samples) {
    int count = samples.orElse(Integer.MAX_VALUE);
    if (count < 1) {
      throw new InvalidInputException("--samples needs at least 1, not %d.".formatted(count));
    }
    return count;
  }
}
