package io.bitloupe.ui.bench;

import io.bitloupe.config.TemporaryFolder;
import io.bitloupe.engine.FewSamples;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.ui.BitloupeApp;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Opens the window, uses it while the engine works, and measures. It draws in software without a screen, unless the properties of
 * JavaFX say otherwise. Once in a process: the toolkit cannot be started twice.
 */
public final class UiBench {
  /** Width of the window in pixels. */
  public static final int WIDTH = 1280;

  /** Height of the window in pixels. */
  public static final int HEIGHT = 800;

  /** Layers of the model with many. */
  public static final int LAYERS = 300;

  /** Steps of the history with many. */
  public static final int STEPS = 1000;

  private static final int PICTURES = 600;

  /** What is measured. */
  public enum Extent {
    /** The given model. */
    MODEL,
    /** Also a model with many layers and a long history, and one with a large tensor. */
    WHOLE
  }

  /**
   * What was measured.
   *
   * @param startupMs milliseconds from the start of the process to the first picture of the window
   * @param engineThreads threads that computed meanwhile
   * @param sweep pulses while one layer after the other is changed and measured
   * @param crowded the same with {@link #LAYERS} layers and {@link #STEPS} points; empty where that was not asked for
   * @param drag pulses while a clipping handle is dragged over a large tensor, one move a pulse; empty likewise
   * @param dragValues values of that tensor
   */
  public record Row(
      long startupMs, int engineThreads, Pulses sweep, Optional<Pulses> crowded, Optional<Pulses> drag, int dragValues) {}

  private UiBench() {}

  /**
   * Measures with {@code model} and {@code data}.
   *
   * @param samples samples of the report part that each change is measured on, at most
   * @param changes layers that are changed, one after the other; at least 1
   * @throws InvalidInputException with one sentence, when they cannot be used
   */
  public static Row run(Path model, Path data, int samples, int changes, Extent extent, Progress progress) {
    setDefault("glass.platform", "Headless");
    setDefault("prism.order", "sw");
    setDefault("java.awt.headless", "true");
    CompletableFuture<Row> row = new CompletableFuture<>();
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      LocalEngine engine = LocalEngine.besideWindow();
      BitloupeApp.launchIn(
          folder.path(),
          new FewSamples(engine, samples),
          window -> {
            window.stage().setWidth(WIDTH);
            window.stage().setHeight(HEIGHT);
            window
                .tasks()
                .run(
                    new Job("bench"),
                    () -> measure(window, engine.threads(), folder.path(), model, data, changes, extent, progress),
                    measured -> {
                      row.complete(measured);
                      window.stage().hide();
                    },
                    failure -> {
                      row.completeExceptionally(failure);
                      window.stage().hide();
                    });
          });
      return row.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof InvalidInputException wrong) {
        throw wrong;
      }
      throw failed;
    }
  }

  private static Row measure(
      BitloupeApp.Opened window,
      int threads,
      Path folder,
      Path model,
      Path data,
      int changes,
      Extent extent,
      Progress progress) {
    WindowBench bench = new WindowBench(window);
    int total = extent == Extent.MODEL ? 2 : 4;
    bench.open(model, data);
    progress.report(1, total);
    Pulses sweep = bench.sweep(changes);
    progress.report(2, total);
    long startup = window.afterStart().toMillis();
    if (extent == Extent.MODEL) {
      return new Row(startup, threads, sweep, Optional.empty(), Optional.empty(), 0);
    }
    Path pictures = folder.resolve("noise-images-idx3-ubyte");
    MadeModels.pictures(PICTURES, pictures);
    Path deep = folder.resolve("deep.onnx");
    MadeModels.deep(LAYERS, deep);
    bench.open(deep, pictures);
    bench.fillHistory(STEPS);
    Pulses crowded = bench.sweep(changes);
    progress.report(3, total);
    Path wide = folder.resolve("wide.onnx");
    MadeModels.wide(wide);
    bench.open(wide, pictures);
    Pulses drag = bench.drag();
    progress.report(4, total);
    return new Row(startup, threads, sweep, Optional.of(crowded), Optional.of(drag), MadeModels.WIDE_WEIGHTS);
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
