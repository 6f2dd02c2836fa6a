package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.exec.Progress;
import java.util.BitSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However work ends, nothing runs any more and the pool can be used again. */
@Timeout(60)
class WorkerPoolTest {

  private static final int MANY = 100_000;

  private final WorkerPool pool = new WorkerPool(2);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger computed = new AtomicInteger();

  @AfterEach
  void nothingRunsAndThePoolGoesOn() {
    assertThat(running).hasValue(0);
    BitSet done = new BitSet();
    pool.forEach(100, index -> index * 2, (index, twice) -> done.set(twice / 2), Progress.NONE);
    assertThat(done.cardinality()).isEqualTo(100);
    pool.close();
  }

  private int unit(int index) {
    running.incrementAndGet();
    computed.incrementAndGet();
    running.decrementAndGet();
    return index;
  }

  @Test
  void nothingToDoIsDone() {
    pool.forEach(0, this::unit, (index, result) -> computed.incrementAndGet(), Progress.NONE);
    assertThat(computed).hasValue(0);
  }

  /** What hears of results fails at the first: the units after it are not all computed for nothing. */
  @Test
  void aSinkThatFailsEndsTheWork() {
    AtomicBoolean thrown = new AtomicBoolean();
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                pool.forEach(
                    MANY,
                    index -> {
                      // Until the caller has dealt with what was thrown, and waits for the workers to end.
                      while (index > 2 && !(thrown.get() && caller.getState() == Thread.State.WAITING)) {
                        Thread.onSpinWait();
                      }
                      return unit(index);
                    },
                    (index, result) -> {
                      thrown.set(true);
                      throw new IllegalStateException("the disk is full");
                    },
                    Progress.NONE))
        .hasMessage("the disk is full");
    assertThat(computed.get()).as("three units, and one more for each thread").isLessThanOrEqualTo(5);
  }

  @Test
  void aUnitThatFailsEndsTheWork() {
    assertThatThrownBy(
            () ->
                pool.forEach(
                    MANY,
                    index -> {
                      if (index == 3) {
                        throw new IllegalStateException("no");
                      }
                      return unit(index);
                    },
                    (index, result) -> {},
                    Progress.NONE))
        .hasMessage("no");
  }

  @Test
  void errorsAreSentences() {
    assertThatThrownBy(() -> failing(new OutOfMemoryError("Java heap space")))
        .hasMessage("there is not enough memory for this configuration");
    assertThatThrownBy(() -> failing(new StackOverflowError())).hasMessageStartingWith("the engine failed: ");
  }

  private void failing(Error error) {
    pool.forEach(
        4,
        index -> {
          throw error;
        },
        (index, result) -> {},
        Progress.NONE);
  }

  @Test
  void cancelledWorkEnds() {
    Job job = new Job("work");
    assertThatThrownBy(() -> pool.forEach(MANY, this::unit, (index, result) -> job.cancel(), job))
        .isInstanceOf(CancellationException.class);
    assertThat(computed.get()).isLessThan(MANY);
  }
}
