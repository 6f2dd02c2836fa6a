package io.bitloupe.ui;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.cost.Cost;
import io.bitloupe.data.Batch;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Experiment;
import io.bitloupe.engine.ExperimentListener;
import io.bitloupe.engine.ExperimentRunner;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Latency;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.Prepared;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.exec.Timings;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.calibrate.Calibration;
import io.bitloupe.quant.calibrate.ErrorSplit;
import io.bitloupe.quant.calibrate.StreamingObserver;
import io.bitloupe.quant.calibrate.TensorStatistics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An engine that answers from a formula: files named {@code broken} are refused, models named {@code quantized} are, data named
 * {@code few} has something to say, samples of data named {@code long} are twice as long as those that the model was tried on; accuracy
 * falls with the bits.
 */
public final class FakeEngine implements Engine {
  /** Samples of the report part. */
  public static final int SAMPLES = 744;

  private final boolean automatic;
  private final List<Run> runs = new CopyOnWriteArrayList<>();
  private final List<QuantConfig> timed = new CopyOnWriteArrayList<>();
  private boolean labelled = true;

  /** Experiments finish as soon as they are submitted, or when told to. */
  public FakeEngine(boolean automatic) {
    this.automatic = automatic;
  }

  /** Data without labels from now on. */
  public void withoutLabels() {
    labelled = false;
  }

  /** Forgets what was submitted so far. */
  public void forget() {
    runs.clear();
  }

  /** What was submitted, in order. */
  public List<Run> runs() {
    return runs;
  }

  /** The last that was submitted. */
  public Run last() {
    return runs.getLast();
  }

  /** A submitted experiment. */
  public final class Run {
    private final Experiment experiment;
    private final ExperimentListener listener;
    private final Job job;
    private final Model model;

    private Run(Experiment experiment, ExperimentListener listener, Job job, Model model) {
      this.experiment = experiment;
      this.listener = listener;
      this.job = job;
      this.model = model;
    }

    /** What was to be measured. */
    public Experiment experiment() {
      return experiment;
    }

    /** To see whether it was cancelled. */
    public Job job() {
      return job;
    }

    /** Reports figures on the first {@code samples} samples. */
    public void estimate(int samples) {
      listener.onEstimate(evaluation(model, experiment.config(), samples, Latency.UNKNOWN, labelled));
    }

    /** Reports the final figures. */
    public void complete() {
      listener.onComplete(evaluation(model, experiment.config(), SAMPLES, latency(), labelled));
    }

    /** Reports a failure. */
    public void fail(String sentence) {
      listener.onFailure(new InvalidInputException(sentence));
    }

    private Latency latency() {
      double bits = meanBits(model, experiment.config());
      return new Latency(OptionalDouble.of(5 + bits / 8), List.of(Timings.of(DeploymentLoad.SINGLE, 3 + 0.02 * bits, 5.7)));
    }
  }

  @Override
  public Model loadModel(Path file) {
    if (file.getFileName().toString().startsWith("broken")) {
      throw new InvalidModelException(file.getFileName() + " is no ONNX model: it ends after 12 bytes.");
    }
    return file.getFileName().toString().startsWith("quantized") ? TestModels.quantized(file) : TestModels.small(file);
  }

  @Override
  public DataSplit openData(Path data, Model model, int calibrationSamples) {
    if (data.getFileName().toString().startsWith("broken")) {
      throw new InvalidInputException(data.getFileName() + " has images of 20 by 20 where the model takes 28 by 28.");
    }
    return DataSplit.of(new Samples(data.getFileName().toString(), labelled), calibrationSamples);
  }

  @Override
  public Workbench calibrate(Model model, DataSplit data, Progress progress) {
    Map<String, TensorStatistics> activations = new LinkedHashMap<>();
    Random random = new Random(7);
    for (String tensor : model.tensors().keySet()) {
      float[] values = new float[5_000];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.max(0, random.nextGaussian());
      }
      StreamingObserver observer = new StreamingObserver();
      observer.accept(values);
      activations.put(tensor, observer.statistics());
    }
    Model fitted = data.calibration().name().startsWith("long") ? twiceAsLong(model) : model;
    return new Workbench(fitted, data, new Calibration(activations, data.calibration().size(), "cd".repeat(32)), List.of());
  }

  private static Model twiceAsLong(Model model) {
    List<Layer> layers =
        model.layers().stream()
            .map(
                it ->
                    new Layer(
                        it.index(), it.name(), it.kind(), it.node(), it.input(), it.weight(), it.bias(), it.output(), it.weightShape(),
                        it.outputChannelAxis(), it.inputShape(), it.outputShape(), it.parameters(), 2 * it.macs()))
            .toList();
    return new Model(
        model.path(), model.sha256(), model.original(), model.graph(), model.tensors(), layers, model.batchable(), model.notes());
  }

  /** That of the histogram, called exact. */
  @Override
  public ErrorSplit activationError(Workbench workbench, String tensor, Affine affine, IntegerFormat format, Progress progress) {
    return ErrorSplit.of(workbench.calibration().activations().get(tensor), affine, format);
  }

  @Override
  public Prepared prepare(Workbench workbench, QuantConfig config, Progress progress) {
    return Prepared.unchanged(workbench);
  }

  /** Runs of configurations with ranges of each sample take one sample. */
  @Override
  public List<DeploymentTiming> time(
      Workbench workbench, QuantConfig config, List<DeploymentLoad> loads, Duration budget, Progress progress) {
    timed.add(config);
    boolean alone = config.activation() instanceof TensorChoice.Quantized quantized && quantized.range() instanceof RangeMethod.Dynamic;
    int most = alone ? 1 : SAMPLES;
    return loads.stream()
        .filter(load -> load.batch() <= most)
        .map(load -> Timings.of(load, 2.0 / load.threads(), 5.0 / load.threads()))
        .toList();
  }

  /** The configurations that were timed, in order. */
  public List<QuantConfig> timed() {
    return timed;
  }

  @Override
  public ExperimentRunner runner(Workbench workbench) {
    return new ExperimentRunner() {
      private Optional<Run> running = Optional.empty();

      @Override
      public Job submit(Experiment experiment, ExperimentListener listener) {
        running.ifPresent(run -> run.job.cancel());
        Job job = new Job(experiment.description());
        Run run = new Run(experiment, listener, job, workbench.model());
        running = Optional.of(run);
        runs.add(run);
        if (automatic) {
          run.complete();
        }
        return job;
      }

      @Override
      public void close() {
        running.ifPresent(run -> run.job.cancel());
      }
    };
  }

  /** Figures that follow from the bits alone. */
  public static Evaluation evaluation(Model model, QuantConfig config, int samples, Latency latency, boolean labelled) {
    double bits = meanBits(model, config);
    double share = Math.max(0.05, 0.886 - 0.9 * Math.pow(2, -bits));
    int correct = (int) Math.round(share * samples);
    int correctFloat = (int) Math.round(0.886 * samples);
    double half = samples == 0 ? 0.5 : 1 / Math.sqrt(samples);
    Interval interval = new Interval(Math.max(0, share - half), Math.min(1, share + half));
    Quality.Accuracy accuracy =
        new Quality.Accuracy(
            correct, correctFloat, samples, 3, 1, interval, new Interval(share - 0.886 - 0.02, share - 0.886 + 0.02));
    Quality quality =
        new Quality(samples, labelled ? Optional.of(accuracy) : Optional.empty(), share, interval, 6 * bits, 0.99, List.of());
    List<LayerResult> layers = new ArrayList<>();
    long bytes = 0;
    for (Layer layer : model.layers()) {
      int weightBits = layer.weight().map(tensor -> config.weightChoice(tensor).bits()).orElse(0);
      long size = layer.weightShape().elements() * weightBits / 8;
      bytes += size;
      layers.add(
          new LayerResult(
              layer.name(),
              layer.kind().title(),
              weightBits,
              8,
              size,
              6 * weightBits,
              OptionalDouble.of(5 * weightBits),
              OptionalDouble.of(0.1)));
    }
    Cost cost = new Cost(bytes, 4 * model.parameters(), model.macs(), model.macs() * 64, 1, List.of("Softmax"));
    return new Evaluation(
        Integer.toHexString(config.hashCode()), RuntimeKind.INTEGER, quality, SAMPLES, cost, latency, layers, samples / 100.0);
  }

  private static double meanBits(Model model, QuantConfig config) {
    return model.layers().stream()
        .filter(layer -> layer.weight().isPresent())
        .mapToInt(layer -> bits(config.weightChoice(layer.weight().orElseThrow())))
        .average()
        .orElse(8);
  }

  private static int bits(TensorChoice choice) {
    return Math.min(16, choice.bits());
  }

  /** Samples that nobody reads. */
  private record Samples(String name, boolean hasLabels) implements Dataset {
    @Override
    public int size() {
      return DataSplit.DEFAULT_CALIBRATION_SAMPLES + SAMPLES * 4 / 3;
    }

    @Override
    public Batch batch(int first, int count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String digest() {
      return "ef".repeat(32);
    }

    @Override
    public List<String> skipped() {
      return List.of();
    }

    @Override
    public List<String> notes() {
      return name.startsWith("few") ? List.of("It has 3 classes where the model has 10.") : List.of();
    }
  }
}
