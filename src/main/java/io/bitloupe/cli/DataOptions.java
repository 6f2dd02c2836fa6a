package io.bitloupe.cli;

import io.bitloupe.config.QuantConfig.CalibrationReference;
import io.bitloupe.data.DataReader;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.DatasetSlice;
import io.bitloupe.data.Preprocessing;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.method.DataFree;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what data is, how it becomes numbers, and which samples set the ranges. */
final class DataOptions {

  private static final int LARGEST_SIDE = 1 << 14;

  @Option(
      names = "--calibration-samples",
      paramLabel = "N",
      description = "Samples that set the ranges, the first ones of the data; default 256.")
  Optional<Integer> calibrationSamples = Optional.empty();

  @Option(
      names = "--calibration-data",
      paramLabel = "DATA",
      description =
          "Take the samples that set the ranges, and that recipes look at, from other data; without any data from noise, leaves (random"
              + " pictures), distilled or generated (images from BatchNormalization).")
  Optional<Path> calibrationData = Optional.empty();

  @Option(names = "--input", paramLabel = "NAME", description = "Preprocessing: the model input that pictures go to.")
  Optional<String> input = Optional.empty();

  @Option(names = "--layout", paramLabel = "LAYOUT", description = "Preprocessing: NCHW or NHWC.")
  Optional<Preprocessing.Layout> layout = Optional.empty();

  @Option(names = "--color", paramLabel = "COLOR", description = "Preprocessing: RGB, BGR or GRAY.")
  Optional<Preprocessing.Color> color = Optional.empty();

  @Option(names = "--resize", paramLabel = "PIXELS", description = "Preprocessing: bring the shorter side to this size.")
  Optional<Integer> resize = Optional.empty();

  @Option(names = "--crop", paramLabel = "PIXELS", description = "Preprocessing: keep the central square of this size.")
  Optional<Integer> crop = Optional.empty();

  @Option(names = "--mean", paramLabel = "M", split = ",", description = "Preprocessing: subtract this (one, or one for each channel).")
  List<Float> mean = new ArrayList<>();

  @Option(names = "--std", paramLabel = "S", split = ",", description = "Preprocessing: then divide by this.")
  List<Float> std = new ArrayList<>();

  @Option(names = "--label-offset", paramLabel = "N", description = "Preprocessing: add this to a class to get the index of the output.")
  Optional<Integer> labelOffset = Optional.empty();

  /** Refuses a choice of calibration data where there is nothing to calibrate for. */
  void check(Optional<Path> data) {
    if (data.isEmpty() && calibrationData.isPresent()) {
      throw new InvalidInputException("--calibration-data needs --data, which takes noise, leaves, distilled and generated itself.");
    }
  }

  /**
   * Opens {@code data} for {@code model} in its three parts. Where no option says how many samples are for calibration, and
   * {@code earlier} ranges come from the same data, it is those.
   *
   * @throws InvalidInputException with one sentence, when the data cannot be used for the model
   */
  DataSplit open(Console console, Path data, Model model, Optional<CalibrationReference> earlier) {
    calibrationSamples
        .filter(samples -> samples < 1)
        .ifPresent(
            samples -> {
              throw new InvalidInputException("--calibration-samples needs at least 1, not %d.".formatted(samples));
            });
    Optional<Preprocessing> preprocessing = preprocessing(model);
    Dataset samples = read(console, data, model, preprocessing, 2);
    if (calibrationData.isEmpty()) {
      return calibrationSamples
          .or(() -> earlier.filter(reference -> reference.data().equals(samples.name())).map(CalibrationReference::samples))
          .map(known -> DataSplit.of(samples, known))
          .orElseGet(() -> DataSplit.upTo(samples, DataSplit.DEFAULT_CALIBRATION_SAMPLES));
    }
    Dataset forRanges = read(console, calibrationData.get(), model, preprocessing, 1);
    int count = calibrationSamples.orElse(Math.min(forRanges.size(), DataSplit.DEFAULT_CALIBRATION_SAMPLES));
    if (count > forRanges.size()) {
      throw new InvalidInputException(
          "%s has %d samples, fewer than the %d asked for.".formatted(calibrationData.get(), forRanges.size(), count));
    }
    int tuning = samples.size() / 4;
    if (samples.size() - tuning < 2) {
      throw new InvalidInputException("%s has %d samples, too few to report on.".formatted(data, samples.size()));
    }
    return new DataSplit(
        new DatasetSlice(forRanges, 0, count),
        new DatasetSlice(samples, 0, tuning),
        new DatasetSlice(samples, tuning, samples.size() - tuning));
  }

  /** The samples in {@code data}, or {@code parts} times as many made ones as calibration takes where it names a way to make them. */
  private Dataset read(Console console, Path data, Model model, Optional<Preprocessing> preprocessing, int parts) {
    Optional<DataFree> made = DataFree.of(data.toString());
    if (made.isEmpty()) {
      return DataReader.open(data, model, preprocessing);
    }
    int count = calibrationSamples.orElse(made.get().usualSamples(DataSplit.DEFAULT_CALIBRATION_SAMPLES));
    try (ConsoleProgress progress = console.progress("making samples")) {
      return made.get().samples(model, preprocessing, parts * count, progress);
    }
  }

  /** What the file beside the model says, with the options over it; empty when neither says anything. */
  private Optional<Preprocessing> preprocessing(Model model) {
    Optional<Preprocessing> beside = PreprocessingReader.beside(model.path());
    boolean any =
        input.isPresent()
            || layout.isPresent()
            || color.isPresent()
            || resize.isPresent()
            || crop.isPresent()
            || !mean.isEmpty()
            || !std.isEmpty()
            || labelOffset.isPresent();
    if (!any) {
      return beside;
    }
    input
        .filter(name -> model.graph().inputs().stream().noneMatch(known -> known.name().equals(name)))
        .ifPresent(
            name -> {
              throw new InvalidInputException("%s has no input '%s'.".formatted(model.fileName(), name));
            });
    Preprocessing.Layout order = layout.or(() -> beside.map(Preprocessing::layout)).orElse(Preprocessing.Layout.NCHW);
    Preprocessing.Color channels = color.or(() -> beside.map(Preprocessing::color)).orElseGet(() -> color(model, order));
    checkSide("--resize", resize);
    checkSide("--crop", crop);
    Optional<Integer> shorter = resize.or(() -> beside.flatMap(Preprocessing::resize));
    Optional<Integer> square = crop.or(() -> beside.flatMap(Preprocessing::crop));
    if (shorter.isPresent() && square.isPresent() && square.get() > shorter.get()) {
      throw new InvalidInputException(
          "A square of %d pixels cannot be cropped from pictures resized to %d.".formatted(square.get(), shorter.get()));
    }
    return Optional.of(
        new Preprocessing(
            input.or(() -> beside.flatMap(Preprocessing::input)),
            order,
            channels,
            shorter,
            square,
            perChannel("--mean", mean, beside.map(Preprocessing::mean), channels, 0f),
            perChannel("--std", std, beside.map(Preprocessing::std), channels, 1f),
            labelOffset.or(() -> beside.map(Preprocessing::labelOffset)).orElse(0)));
  }

  private Preprocessing.Color color(Model model, Preprocessing.Layout order) {
    String name = input.orElse(model.graph().inputs().isEmpty() ? "" : model.graph().inputs().getFirst().name());
    TensorInfo tensor = model.tensors().get(name);
    boolean oneChannel =
        tensor != null
            && tensor.shape().rank() == 4
            && tensor.shape().dim(order == Preprocessing.Layout.NCHW ? 1 : 3) == 1;
    return oneChannel ? Preprocessing.Color.GRAY : Preprocessing.Color.RGB;
  }

  private static void checkSide(String option, Optional<Integer> pixels) {
    pixels
        .filter(size -> size < 1 || size > LARGEST_SIDE)
        .ifPresent(
            size -> {
              throw new InvalidInputException("%s needs a size from 1 to %d, not %d.".formatted(option, LARGEST_SIDE, size));
            });
  }

  private static List<Float> perChannel(
      String option, List<Float> given, Optional<List<Float>> beside, Preprocessing.Color color, float neutral) {
    int channels = color == Preprocessing.Color.GRAY ? 1 : 3;
    List<Float> values = given.isEmpty() ? beside.orElse(List.of(neutral)) : given;
    if (values.size() != 1 && values.size() != channels) {
      throw new InvalidInputException(
          "%s needs %s for %s pictures, not %d.".formatted(option, channels == 1 ? "1 number" : "1 or 3 numbers", color, values.size()));
    }
    boolean usable = values.stream().allMatch(value -> Float.isFinite(value) && (neutral == 0 || value != 0));
    if (!usable) {
      throw new InvalidInputException("%s needs finite numbers%s.".formatted(option, neutral == 0 ? "" : " other than 0"));
    }
    return values.size() == channels ? values : Collections.nCopies(channels, values.getFirst());
  }
}
