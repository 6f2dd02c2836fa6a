package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.Lab;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.TestGraph;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class FloatReferenceTest {

  private static final int SAMPLES = 64;

  /** A sample has 8 inputs and 100 outputs: what does not fit is computed again, with the same result. */
  @Test
  void outputsAreKeptWithinTheBudget() {
    Model model = Lab.model(new TestGraph(17).input("x", -1, 8).random("w", 8, 100).node("Gemm", "x,w", "y").output("y").build());
    Dataset data = Lab.random(model, SAMPLES);
    long all = SAMPLES * 108L * Float.BYTES;
    try (FloatReference plenty = new FloatReference(model, model, data, 2 * all);
        FloatReference little = new FloatReference(model, model, data, SAMPLES * 8 * Float.BYTES)) {
      for (int round = 0; round < 2; round++) {
        for (int index = 0; index < plenty.grid().count(); index++) {
          assertThat(little.outputs(index)).isEqualTo(plenty.outputs(index));
        }
      }
      assertThat(plenty.outputs(0)).isSameAs(plenty.outputs(0));
      assertThat(plenty.cachedBytes()).isEqualTo(all);
      assertThat(little.outputs(0)).isNotSameAs(little.outputs(0));
      assertThat(little.cachedBytes()).isBetween(1L, SAMPLES * 8L * Float.BYTES);
    }
  }

  /** Both threads read the batch before either keeps it. */
  @Test
  void whatTwoThreadsComputeAtOnceCountsOnce() throws Exception {
    Model model = Lab.model(new TestGraph(17).input("x", -1, 8).random("w", 8, 100).node("Gemm", "x,w", "y").output("y").build());
    CyclicBarrier barrier = new CyclicBarrier(2);
    Dataset data = new WatchedData(Lab.random(model, SAMPLES), () -> await(barrier));
    try (FloatReference reference = new FloatReference(model, model, data);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Batch>> read = threads.invokeAll(Collections.nCopies(2, () -> reference.batch(0)));
      assertThat(read.getFirst().get()).isSameAs(read.getLast().get());
      assertThat(reference.cachedBytes()).isEqualTo(reference.grid().size(0) * 8L * Float.BYTES);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
