package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.exec.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However the work of the pool ends, its caller hears of it once nothing runs any more. */
@Timeout(60)
class WorkerPoolTest {

  private static final int UNITS = 100;

  private final WorkerPool pool = new WorkerPool(2);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void everyUnitIsHeardOfOnce() {
    List<Integer> heard = new ArrayList<>();
    pool.forEach(UNITS, index -> 3 * index, (index, result) -> heard.add(result - 2 * index), Progress.NONE);
    assertThat(heard).hasSize(UNITS).doesNotHaveDuplicates().allMatch(index -> index >= 0 && index < UNITS);
  }

  @Test
  void whatTheSinkThrowsEndsTheWork() {
    int many = 1_000_000;
    CountDownLatch thrown = new CountDownLatch(1);
    AtomicInteger started = new AtomicInteger();
    assertThatThrownBy(
            () ->
                pool.forEach(
                    many,
                    index -> {
                      started.incrementAndGet();
                      if (index > 0) {
                        await(thrown);
                      }
                      return index;
                    },
                    (index, _) -> {
                      thrown.countDown();
                      throw new IllegalStateException("unit " + index);
                    },
                    Progress.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("unit 0");
    int atTheEnd = started.get();
    pool.close();
    assertThat(started).hasValue(atTheEnd).hasValueLessThan(many);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatAUnitThrowsIsThrown() {
    assertThatThrownBy(() -> pool.forEach(UNITS, WorkerPoolTest::refuse, (_, _) -> {}, Progress.NONE)).hasMessage("unit 7");
    assertThatThrownBy(
            () ->
                pool.forEach(
                    UNITS,
                    _ -> {
                      throw new OutOfMemoryError("made up");
                    },
                    (_, _) -> {},
                    Progress.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("made up");
  }

  private static int refuse(int index) {
    if (index == 7) {
      throw new IllegalArgumentException("unit 7");
    }
    return index;
  }

  @Test
  void cancellationEndsTheWork() {
    Job job = new Job("test");
    AtomicInteger heard = new AtomicInteger();
    assertThatThrownBy(
            () ->
                pool.forEach(
                    UNITS,
                    index -> index,
                    (_, _) -> {
                      heard.incrementAndGet();
                      job.cancel();
                    },
                    job))
        .isInstanceOf(CancellationException.class);
    assertThat(heard).hasValue(1);
  }
}
