package io.bitloupe.ui.bench;

import io.bitloupe.engine.FewSamples;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.ui.BitloupeApp;
import io.bitloupe.util.ResidentMemory;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;

/** What the process takes while the window is used, beside what it may take: see {@link Row#boundBytes}. */
public final class MemoryBench {

  private static final int WEIGHT_COPIES = 4;

  private MemoryBench() {}

  /**
   * What was measured, in bytes.
   *
   * @param emptyBytes the process with its window open and empty, after a garbage collection
   * @param weightBytes float weights of the model
   * @param dataBytes the samples of the report part as floats
   * @param budgetBytes activations that the engine may keep
   * @param peakBytes the most that the process ever took, heap and all else together
   * @param peakHeapBytes the most that its heap ever held, garbage included
   * @param samples samples of the report part
   */
  public record Row(
      long emptyBytes, long weightBytes, long dataBytes, long budgetBytes, long peakBytes, long peakHeapBytes, int samples) {

    /** What it may take: the empty window, four times the float weights, the data and the budget. */
    public long boundBytes() {
      return emptyBytes + WEIGHT_COPIES * weightBytes + dataBytes + budgetBytes;
    }
  }

  /**
   * Opens {@code model} with {@code data} in a window, measures the default configuration, and changes layers.
   *
   * @param samples samples of the report part that each change is measured on, at most
   * @param changes layers that are changed, one after the other; at least 1
   * @param activationBytes the most bytes of activations that the engine keeps
   * @throws InvalidInputException with one sentence, when they cannot be used, or where the system does not tell of memory
   */
  public static Row run(Path model, Path data, int samples, int changes, long activationBytes, Progress progress) {
    return HeadlessWindow.use(
        new FewSamples(LocalEngine.besideWindow(activationBytes), samples),
        (window, _) -> measure(window, model, data, changes, activationBytes, progress));
  }

  private static Row measure(BitloupeApp.Opened window, Path model, Path data, int changes, long activationBytes, Progress progress) {
    System.gc();
    long empty = told(ResidentMemory.now());
    WindowBench bench = new WindowBench(window);
    bench.open(model, data);
    progress.report(1, 2);
    bench.sweep(changes);
    progress.report(2, 2);
    Workbench workbench = bench.workbench();
    int count = workbench.data().report().size();
    return new Row(
        empty,
        weightBytes(workbench.model()),
        count * inputBytes(workbench.model()),
        activationBytes,
        told(ResidentMemory.peak()),
        peakHeapBytes(),
        count);
  }

  private static long told(OptionalLong bytes) {
    return bytes.orElseThrow(() -> new InvalidInputException("bench memory needs a system that tells what memory a process has: Linux."));
  }

  private static long weightBytes(Model model) {
    return model.graph().initializers().values().stream()
        .filter(tensor -> tensor.type() == DataType.FLOAT)
        .mapToLong(tensor -> tensor.data().limit())
        .sum();
  }

  private static long inputBytes(Model model) {
    return model.graph().inputs().stream()
        .map(ValueInfo::name)
        .map(name -> Objects.requireNonNull(model.tensors().get(name), name))
        .mapToLong(TensorInfo::elements)
        .sum() * Float.BYTES;
  }

  private static long peakHeapBytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
