package io.bitloupe.ui.workspace;

import static org.assertj.core.api.Assertions.fail;

import io.bitloupe.engine.FewSamples;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.ui.task.DirectTasks;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** A workspace on the real engine with a sample model and some of its images, for view models that look at real samples. */
public final class RealOpened implements AutoCloseable {
  /** Runs things when told to. */
  public final DirectTasks tasks = new DirectTasks();
  /** The workspace. */
  public final Workspace workspace;

  /** Opens the sample model {@code name} with {@code samples} samples to report on; nothing is measured yet. */
  public RealOpened(String name, int samples) {
    workspace = new Workspace(new FewSamples(new LocalEngine(2), samples), tasks, Clock.systemUTC());
    workspace.openModel(Path.of("sample-models", name + ".onnx"));
    workspace.openData(Path.of("sample-models", "t10k-images-idx3-ubyte.gz"));
  }

  /** Measures the current step to the end. */
  public void measure() {
    tasks.advance();
    tasks.runUntil(
        () -> {
          Optional<Notice> failure = workspace.noticeProperty().get().filter(notice -> notice.severity() == Notice.Severity.ERROR);
          failure.ifPresent(notice -> fail("the step was not measured: %s", notice.sentence()));
          return workspace.isFinished(workspace.historyProperty().get().current());
        });
  }

  @Override
  public void close() {
    workspace.close();
  }
}
