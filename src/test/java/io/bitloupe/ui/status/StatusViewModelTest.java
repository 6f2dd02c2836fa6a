package io.bitloupe.ui.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.engine.Job;
import io.bitloupe.ui.workspace.Activity;
import io.bitloupe.ui.workspace.Opened;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StatusViewModelTest {
  @Test
  void saysWhatTheEngineDoes() {
    Opened opened = new Opened(false);
    StatusViewModel status = new StatusViewModel(opened.workspace, () -> "vector (512 bits; fastest on this machine)");
    assertThat(status.stateProperty().get()).isEqualTo("No model is open");
    opened.workspace.openModel(Path.of("small.onnx"));
    assertThat(status.stateProperty().get()).isEqualTo("Model open, no data yet");
    opened.workspace.openData(Path.of("images"));
    opened.tasks.advance();
    assertThat(status.stateProperty().get()).isEqualTo("Evaluating step 1");
    opened.engine.last().estimate(372);
    assertThat(status.progressProperty().get()).isEqualTo(0.5);
    assertThat(status.detailProperty().get()).isEqualTo("372 / 744, 4 s left");
    assertThat(status.runtimeProperty().get()).isEqualTo("Runtime integer, 100 % of MACs in integers");
    assertThat(status.islandsProperty().get()).isEqualTo("1 float island: Softmax");
    assertThat(status.kernelProperty().get()).isEqualTo("Kernel vector");
    assertThat(status.kernelReasonProperty().get()).contains("fastest");
    status.cancel();
    assertThat(status.stateProperty().get()).isEqualTo("Ready");
    Job search = new Job("search");
    opened.workspace.beginActivity(Activity.Kind.EXPLORING, search);
    search.report(67, 642);
    opened.tasks.advance();
    assertThat(status.detailProperty().get()).startsWith("10 %");
  }
}
