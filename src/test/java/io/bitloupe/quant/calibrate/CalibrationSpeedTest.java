package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What calibration and the window count on, in processor time of one thread. */
@Tag("bench")
class CalibrationSpeedTest {

  private static final Logger LOG = Logger.getLogger(CalibrationSpeedTest.class.getName());
  private static final int VALUES = 1 << 20;

  private static float[] rectified() {
    Random random = new Random(1);
    float[] values = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = Math.max(0, (float) random.nextGaussian());
    }
    return values;
  }

  /** Least milliseconds of several runs. */
  private static double milliseconds(Runnable work) {
    double least = Double.POSITIVE_INFINITY;
    for (int run = 0; run < 50; run++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      work.run();
      least = Math.min(least, (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e6);
    }
    return least;
  }

  @Test
  void observingAndEstimating() {
    float[] values = rectified();
    StreamingObserver observer = new StreamingObserver();
    double observing = VALUES / 1e3 / milliseconds(() -> observer.accept(values));
    TensorStatistics statistics = observer.statistics();
    IntegerFormat format = IntegerFormat.activations(8);
    List<RangeMethod> methods =
        List.of(
            new RangeMethod.MinMax(), new RangeMethod.Percentile(99.99), new RangeMethod.Mse(), new RangeMethod.Entropy(),
            new RangeMethod.Aciq());
    double estimating = milliseconds(() -> methods.forEach(method -> RangeEstimator.estimate(method, statistics, format)));
    double splitting = milliseconds(() -> ErrorSplit.of(statistics, new Range(0, 2), format));
    LOG.info("observed %.0f million values a second; five ranges %.2f ms; error split %.3f ms".formatted(observing, estimating, splitting));
    assertThat(observing).isGreaterThan(300);
    assertThat(estimating).isLessThan(10);
    assertThat(splitting).isLessThan(1);
  }
}
