package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.DataSplit;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.util.ResidentMemory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A long sweep reuses what it was given: neither the heap nor the process grows. */
@Isolated("it looks at the memory of the process")
class SweepMemoryTest {

  private static final long SEED = 7;
  private static final Path MODELS = Path.of("sample-models");

  @Test
  void aLongSweepDoesNotGrow() throws Exception {
    LocalEngine engine = new LocalEngine(2);
    Model small = engine.loadModel(MODELS.resolve("lenet-300-100.onnx"));
    DataSplit images = engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), small, 32);
    Workbench bench = engine.calibrate(small, images, Progress.NONE);
    Random random = new Random(SEED);
    try (LatestRunner runner = new LatestRunner(bench, new Ledger(), 2, 32L << 20)) {
      // Thousands, as a measurement: -Dsweep=4000.
      int evaluations = Integer.getInteger("sweep", 300);
      long[] heap = new long[4];
      long[] beside = new long[4];
      for (int quarter = 0; quarter < heap.length; quarter++) {
        for (int i = 0; i < evaluations / heap.length; i++) {
          QuantConfig config = QuantConfig.defaults();
          for (Layer layer : small.layers()) {
            config =
                config.with(
                    layer.weight().orElseThrow(),
                    new TensorChoice.Quantized(
                        IntegerFormat.weights(2 + random.nextInt(7)), Granularity.TENSOR, new RangeMethod.MinMax()));
          }
          Measured.run(runner, new Experiment("sweep", config, RuntimeKind.INTEGER, 32 + random.nextInt(2), false));
        }
        heap[quarter] = usedHeap();
        beside[quarter] = residentBytes() - Runtime.getRuntime().totalMemory();
      }
      System.err.println(
          "after each quarter of %d evaluations, bytes: heap %s, process beside it %s"
              .formatted(evaluations, Arrays.toString(heap), Arrays.toString(beside)));
      assertThat(heap[3]).isLessThan(heap[1] + (16L << 20));
      assertThat(beside[3]).isLessThan(beside[1] + (128L << 20));
    }
  }

  /** Memory of this process, on systems that tell; else 0. */
  private static long residentBytes() {
    return ResidentMemory.now().orElse(0);
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
