package io.bitloupe.engine;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.NpyWriter;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.ModelRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.exec.StepReuse;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.Lowering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Writes what a model answers to the report part of its data as NumPy arrays, for programs that judge it by their own measure. */
public final class ModelOutputs {

  private static final String LABELS = "labels.npy";

  private final Workbench workbench;
  private final BatchGrid grid;

  /**
   * Of the report part of {@code workbench}.
   *
   * @param samples how many at most
   */
  public ModelOutputs(Workbench workbench, int samples) {
    this.workbench = workbench;
    this.grid = BatchGrid.of(workbench.model(), Math.min(samples, workbench.data().report().size()));
  }

  /** Writes the float model's into {@code folder}; see {@link #write}. */
  public void writeFloat(Path folder, Progress progress) {
    try (ModelRuntime runtime = new FloatRuntime(workbench.model(), Set.of())) {
      write(runtime, folder, progress);
    }
  }

  /** Writes those under {@code config}, as {@code kind} computes them, into {@code folder}; see {@link #write}. */
  public void writeQuantized(Prepared prepared, QuantConfig config, RuntimeKind kind, Path folder, Progress progress) {
    Model model = prepared.workbench().model();
    try (ModelRuntime runtime = EvaluationRun.open(kind, Lowering.lower(model, prepared.resolve(config)), new StepReuse())) {
      write(runtime, folder, progress);
    }
  }

  /**
   * Makes {@code folder} with an array for each output, samples along the leading dimension, and {@code labels.npy} where the data
   * has classes; see {@link #fileNames}.
   */
  private void write(ModelRuntime runtime, Path folder, Progress progress) {
    Dataset data = workbench.data().report();
    List<String> names = workbench.model().graph().outputs().stream().map(ValueInfo::name).toList();
    List<NpyWriter> arrays = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      try {
        List<String> files = fileNames(names);
        for (int output = 0; output < names.size(); output++) {
          arrays.add(new NpyWriter(folder.resolve(files.get(output)), names.get(output)));
        }
        NpyWriter labels = new NpyWriter(folder.resolve(LABELS), "the labels");
        arrays.add(labels);
        for (int i = 0; i < grid.count(); i++) {
          progress.checkCancelled();
          Batch batch = data.batch(grid.first(i), grid.size(i));
          Map<String, Tensor> outputs = runtime.run(batch.inputs(), batch.size());
          for (int output = 0; output < names.size(); output++) {
            arrays.get(output).write(Objects.requireNonNull(outputs.get(names.get(output)), names.get(output)));
          }
          labels.write(Tensor.ofInts(Shape.of(batch.labels().length), batch.labels()));
          progress.report(grid.first(i) + batch.size(), grid.samples());
        }
      } finally {
        close(arrays);
      }
      if (!data.hasLabels()) {
        Files.delete(folder.resolve(LABELS));
      }
    } catch (IOException failure) {
      throw new InvalidInputException("The outputs cannot be written to %s: %s.".formatted(folder, AtomicFile.reason(failure)), failure);
    }
  }

  /** Closes all, whatever goes wrong with some. */
  private static void close(List<NpyWriter> arrays) throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (NpyWriter array : arrays) {
      try {
        array.close();
      } catch (IOException failure) {
        failures.add(failure);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  /**
   * A file for each output: {@code NAME.npy} with all but letters, digits, dot and hyphen in the name made underscores, and a number
   * behind where names meet, in capitals or not, among each other or with the labels.
   */
  static List<String> fileNames(List<String> outputs) {
    Set<String> taken = new HashSet<>(Set.of(LABELS));
    List<String> files = new ArrayList<>();
    for (String output : outputs) {
      String plain = output.replaceAll("[^A-Za-z0-9.-]", "_");
      String file = plain + ".npy";
      for (int number = 2; !taken.add(file.toLowerCase(Locale.ROOT)); number++) {
        file = "%s_%d.npy".formatted(plain, number);
      }
      files.add(file);
    }
    return files;
  }
}
