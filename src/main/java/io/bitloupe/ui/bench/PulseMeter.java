package io.bitloupe.ui.bench;

import java.util.stream.LongStream;
import javafx.animation.AnimationTimer;

/** Notes when pulses come, and keeps them coming while it runs. For the FX thread only. */
final class PulseMeter extends AnimationTimer {
  private final LongStream.Builder intervals = LongStream.builder();
  private int count;
  private Runnable onPulse = () -> {};
  private long last;

  /** Also runs {@code action} at each pulse. */
  void onPulse(Runnable action) {
    onPulse = action;
  }

  /** Intervals so far. */
  int count() {
    return count;
  }

  @Override
  public void handle(long now) {
    // The argument is the same for all timers of a pulse and may be the time it was due; what counts is when it came.
    long here = System.nanoTime();
    if (last != 0) {
      intervals.add(here - last);
      count++;
    }
    last = here;
    onPulse.run();
  }

  /** Stops and gives what was measured. */
  Pulses end() {
    stop();
    return Pulses.of(intervals.build().toArray());
  }
}
