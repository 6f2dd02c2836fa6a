package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.ui.bench.Pulses;
import io.bitloupe.ui.bench.WindowBench;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the bench does with the window happens; how long it takes is not looked at. */
@ResourceLock(TestWindow.TOOLKIT)
class WindowBenchTest {
  private TestWindow window;
  private WindowBench bench;

  @BeforeEach
  void open() {
    window = TestWindow.open(new FakeEngine(true));
    bench = new WindowBench(new BitloupeApp.Opened(window.stage, window.shell, window.workspace, window.tasks, Duration.ZERO));
    bench.open(Path.of("small.onnx"), Path.of("images"));
  }

  @AfterEach
  void close() {
    window.close();
  }

  @Test
  void aSweepMakesAStepForEachLayer() {
    Pulses pulses = bench.sweep(3);
    assertThat(pulses.count()).isPositive();
    assertThat(pulses.max()).isGreaterThanOrEqualTo(pulses.p99());
    assertThat(window.current()).isEqualTo(4);
  }

  @Test
  void whatCannotBeOpenedIsSaidAtOnce() {
    assertThatThrownBy(() -> bench.open(Path.of("broken.onnx"), Path.of("images")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("broken.onnx is no ONNX model: it ends after 12 bytes.");
    assertThatThrownBy(() -> bench.open(Path.of("other.onnx"), Path.of("broken.npz")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("20 by 20");
  }

  @Test
  void aDragEndsInAClipOfTheLargestLayer() {
    bench.drag();
    assertThat(window.workspace.config().tensors().values())
        .anyMatch(choice -> choice instanceof TensorChoice.Quantized it && it.range() instanceof RangeMethod.Explicit);
  }
}
