package io.bitloupe.ui.workspace;

import io.bitloupe.engine.FewSamples;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.ui.task.DirectTasks;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javafx.util.Subscription;

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
    CompletableFuture<Integer> finished = new CompletableFuture<>();
    Subscription following =
        workspace.historyProperty().subscribe(
            history -> {
              if (workspace.isFinished(history.current())) {
                finished.complete(history.current());
              }
            });
    tasks.advance();
    try {
      finished.get(2, TimeUnit.MINUTES);
    } catch (InterruptedException | ExecutionException | TimeoutException failure) {
      throw new AssertionError("the step was not measured", failure);
    }
    following.unsubscribe();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
