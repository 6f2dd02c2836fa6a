package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.data.Batch;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.calibrate.ErrorSplit;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ActivationErrorTest {
  private static final int SAMPLES = 100;

  private static final Model MODEL =
      Lab.model(
          new TestGraph(17).input("x", -1, 8).random("w", 8, 20).node("Gemm", "x,w", "h").node("Relu", "h", "r").random("v", 20, 5)
              .node("Gemm", "r,v", "y").output("y").build());

  private static ErrorSplit error(int threads, String tensor, Affine affine, IntegerFormat format) {
    Dataset data = Lab.random(MODEL, SAMPLES);
    LocalEngine engine = new LocalEngine(threads);
    Workbench bench = engine.calibrate(MODEL, new DataSplit(data, data, data), Progress.NONE);
    return engine.activationError(bench, tensor, affine, format, Progress.NONE);
  }

  /** Every value of every sample, one by one, against the definition of the affine map. */
  @Test
  void everyValueOfTheCalibrationSamplesCounts() {
    IntegerFormat format = IntegerFormat.activations(4);
    Affine affine = Affine.of(new Range(-0.2f, 0.6f), format);
    int[] counts = {0, 0};
    double[] sums = {0, 0};
    Dataset data = Lab.random(MODEL, SAMPLES);
    BatchGrid grid = BatchGrid.of(MODEL, SAMPLES);
    try (FloatRuntime runtime = FloatRuntime.unfused(MODEL, Set.of("y"))) {
      for (int index = 0; index < grid.count(); index++) {
        Batch batch = data.batch(grid.first(index), grid.size(index));
        for (float value : runtime.run(batch.inputs(), batch.size()).get("y").floats()) {
          double code = Math.rint(value / affine.scale()) + affine.zeroPoint();
          double kept = Math.clamp(code, format.quantMin(), format.quantMax());
          double difference = value - affine.scale() * (kept - affine.zeroPoint());
          counts[0]++;
          counts[1] += code == kept ? 0 : 1;
          sums[code == kept ? 1 : 0] += difference * difference;
        }
      }
    }
    ErrorSplit split = error(1, "y", affine, format);
    assertThat(split.count()).isEqualTo(counts[0]).isEqualTo(SAMPLES * 5L);
    assertThat(counts[1]).isPositive();
    assertThat(split.total()).isCloseTo(sums[0] + sums[1], within(1e-6 * (sums[0] + sums[1])));
    assertThat(split.clipping()).isPositive();
  }

  @Test
  void threadsDoNotChangeIt() {
    IntegerFormat format = IntegerFormat.activations(8);
    Affine affine = Affine.of(new Range(0, 1.5f), format);
    for (String tensor : new String[] {"r", "x"}) {
      assertThat(error(3, tensor, affine, format)).isEqualTo(error(1, tensor, affine, format));
      assertThat(error(1, tensor, affine, format).count()).isEqualTo(SAMPLES * (tensor.equals("x") ? 8L : 20L));
    }
  }
}
