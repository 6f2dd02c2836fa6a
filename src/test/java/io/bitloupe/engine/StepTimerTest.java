package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class StepTimerTest {

  private final Model model =
      Lab.model(
          new TestGraph(17)
              .input("x", -1, 8)
              .random("w", 8, 4)
              .random("v", 4, 3)
              .node("Gemm", "x,w", "h")
              .node("Relu", "h", "r")
              .node("Gemm", "r,v", "y")
              .output("y")
              .build());
  private final LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8));
  private final Map<String, Tensor> sample = Lab.random(model, 1).batch(0, 1).inputs();

  @Test
  void everyStepHasATime() {
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered)) {
      StepTimer timer = new StepTimer(runtime, sample);
      timer.round(2, 2, Long.MAX_VALUE, Progress.NONE);
      timer.round(3, 3, Long.MAX_VALUE, Progress.NONE);
      StepTimes slowest = timer.times(0.99);
      assertThat(slowest.milliseconds())
          .containsOnlyKeys(lowered.integerSteps().stream().map(IntegerStep::node).map(Node::output).toList());
      assertThat(slowest.milliseconds().values()).allMatch(time -> time >= 0);
      StepTimes fastest = timer.times(0);
      assertThat(fastest.totalMilliseconds().orElseThrow()).isLessThanOrEqualTo(slowest.totalMilliseconds().orElseThrow());
      fastest.milliseconds().forEach((step, time) -> assertThat(time).isLessThanOrEqualTo(slowest.milliseconds().get(step)));
    }
  }

  @Test
  void endsWhenCancelled() {
    Job job = new Job("timing");
    job.cancel();
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered)) {
      StepTimer timer = new StepTimer(runtime, sample);
      assertThatThrownBy(() -> timer.warmUp(job)).isInstanceOf(CancellationException.class);
      assertThatThrownBy(() -> timer.round(1, 1, Long.MAX_VALUE, job)).isInstanceOf(CancellationException.class);
    }
  }
}
