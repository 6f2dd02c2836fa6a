package io.bitloupe.ui.bench;

import io.bitloupe.engine.FewSamples;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.ui.BitloupeApp;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the window, uses it while the engine works, and measures how soon it opened and how evenly it draws. Once in a process. */
public final class UiBench {
  /** Width of the window in pixels. */
  public static final int WIDTH = HeadlessWindow.WIDTH;

  /** Height of the window in pixels. */
  public static final int HEIGHT = HeadlessWindow.HEIGHT;

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
    LocalEngine engine = LocalEngine.besideWindow();
    return HeadlessWindow.use(
        new FewSamples(engine, samples),
        (window, folder) -> measure(window, engine.threads(), folder, model, data, changes, extent, progress));
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
}
