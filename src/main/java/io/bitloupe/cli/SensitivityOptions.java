package io.bitloupe.cli;

import io.bitloupe.config.Choices;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.DatasetSlice;
import io.bitloupe.engine.KeptLatency;
import io.bitloupe.engine.ResponseFile;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.model.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What {@code sensitivity} and {@code search} share: widths to try, samples to try them on, and where to keep what was measured. */
final class SensitivityOptions {

  private static final List<Integer> WIDTHS = List.of(8, 6, 4, 3, 2);

  @Option(names = "--bits", paramLabel = "B", split = ",", description = "Widths to try, for instance 2,4,8; default: 2,3,4,6,8.")
  private List<Integer> bits = new ArrayList<>();

  @Option(names = "--samples", paramLabel = "N", description = "Samples of the tuning part to try them on; default: all of it.")
  private Optional<Integer> samples = Optional.empty();

  @Option(
      names = "--run",
      paramLabel = "FOLDER",
      description = "Keep every measurement in this folder; started again with it, the work goes on where it stopped.")
  private Optional<Path> run = Optional.empty();

  /** The widths, the widest first. */
  List<Integer> widths() {
    for (int width : bits) {
      if (!Choices.isWeightBits(width)) {
        throw new InvalidInputException("--bits takes widths from 1 to 8, not %d.".formatted(width));
      }
    }
    return bits.isEmpty() ? WIDTHS : bits.stream().distinct().sorted((a, b) -> b - a).toList();
  }

  /** The samples to try widths on. */
  Dataset samples(DataSplit data) {
    Dataset tuning = data.tuning();
    int count = Math.min(SampleCount.check(samples), tuning.size());
    if (count < 1) {
      throw new InvalidInputException("%s leaves no samples for tuning.".formatted(tuning.name()));
    }
    return new DatasetSlice(tuning, 0, count);
  }

  /**
   * Where measurements are kept, and how to stop keeping them.
   *
   * @param latency what this machine takes, as it was measured when the run began; empty without a run directory
   */
  record Kept(ResponseJournal journal, Optional<ResponseFile> file, KeptLatency latency) implements AutoCloseable {
    @Override
    public void close() {
      file.ifPresent(ResponseFile::close);
    }
  }

  /** The journal of the run directory, or one in memory. */
  Kept journal() {
    Optional<ResponseFile> file = run.map(ResponseFile::open);
    ResponseJournal journal = file.<ResponseJournal>map(it -> it).orElseGet(ResponseJournal::inMemory);
    return new Kept(journal, file, new KeptLatency(run));
  }

  /**
   * Refuses what per-layer widths cannot be measured for.
   *
   * @throws InvalidInputException when {@code config} has no integers for weights
   */
  static void requireIntegers(QuantConfig config) {
    if (!(config.weight() instanceof TensorChoice.Quantized)) {
      throw new InvalidInputException("There are no widths to choose: the weights are no integers.");
    }
  }
}
