package io.bitloupe.method;

import io.bitloupe.data.ArrayDataset;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.Preprocessing;
import io.bitloupe.data.SyntheticDataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.method.gradient.Backward;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Images distilled from BatchNormalization (ZeroQ, Cai et al. 2020): starting from noise, inputs are changed until the mean and the
 * deviation of every normalized channel are those that the network was trained with ({@link BatchNormLoss}). Adam, whose rate
 * falls along a cosine. The term of the input itself is left out, since it supposes that the pictures were brought to mean 0 and
 * deviation 1.
 */
public final class Distillation {

  private static final double RATE = 0.1;
  private static final int BATCH = 32;

  /** What the activations of a batch may take; their derivatives take about as much again. */
  private static final long BATCH_BYTES = 1L << 30;

  private final Model model;
  private final Map<String, ChannelMoments> wanted;
  private final String input;

  /**
   * Distils images for {@code model}.
   *
   * @throws InvalidInputException when it has no BatchNormalization, or other than one input
   */
  public Distillation(Model model) {
    this.model = model;
    this.wanted = BatchNormMoments.of(model);
    if (wanted.isEmpty() || model.graph().inputs().size() != 1) {
      throw new InvalidInputException(
          "Nothing can be distilled from %s: it has %s."
              .formatted(model.fileName(), wanted.isEmpty() ? "no BatchNormalization left" : "more than one input"));
    }
    this.input = model.graph().inputs().getFirst().name();
  }

  /**
   * What a distillation gave.
   *
   * @param images the inputs
   * @param lossBefore the loss of the noise that it started from, the mean over batches
   * @param lossAfter the loss of the images, the mean over batches
   */
  public record Distilled(Dataset images, double lossBefore, double lossAfter) {}

  /**
   * Distils {@code count} images, in batches of 32, or of fewer where the activations of those are too large.
   *
   * @throws InvalidInputException when an operator cannot be differentiated
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled
   */
  public Distilled run(Optional<Preprocessing> preprocessing, int count, int iterations, Progress progress) {
    Dataset noise = SyntheticDataset.of(SyntheticDataset.Kind.NOISE, model, preprocessing, count);
    Set<String> taps =
        model.tensors().values().stream().map(TensorInfo::name).filter(name -> !name.equals(input)).collect(Collectors.toSet());
    int[] dims = model.tensor(input).shape().toArray();
    int length = Math.toIntExact(model.tensor(input).shape().elements());
    float[] images = new float[length * count];
    double before = 0;
    double after = 0;
    int batchSize = model.batchable() ? Math.clamp(BATCH_BYTES / sampleBytes(), 1, BATCH) : 1;
    try (FloatRuntime runtime = FloatRuntime.unfused(model, taps)) {
      for (int first = 0; first < count; first += batchSize) {
        int size = Math.min(batchSize, count - first);
        Tensor start = Optional.ofNullable(noise.batch(first, size).inputs().get(input)).orElseThrow();
        Descent descent = new Descent(runtime, start, size);
        for (int i = 0; i <= iterations; i++) {
          progress.checkCancelled();
          descent.step(i, iterations);
          progress.report((long) first * iterations + (long) i * size, (long) count * iterations);
        }
        System.arraycopy(descent.best, 0, images, first * length, size * length);
        before += descent.first * size / count;
        after += descent.least * size / count;
      }
    }
    dims[0] *= count;
    Tensor all = Tensor.ofFloats(Shape.of(dims), images);
    return new Distilled(ArrayDataset.made("distilled", model, count, Map.of(input, all)), before, after);
  }

  private long sampleBytes() {
    return model.tensors().values().stream().mapToLong(tensor -> tensor.shape().elements() * Float.BYTES).sum();
  }

  /** One batch on its way from noise to images. */
  private final class Descent {

    private final FloatRuntime runtime;
    private final Backward backward = new Backward(model.graph());
    private final Shape shape;
    private final int samples;
    private final float[] x;
    private final Adam adam;
    private double first = Double.NaN;
    private double least = Double.POSITIVE_INFINITY;
    private float[] best;

    Descent(FloatRuntime runtime, Tensor start, int samples) {
      this.runtime = runtime;
      this.shape = start.shape();
      this.samples = samples;
      this.x = start.floats();
      this.adam = new Adam(x.length);
      this.best = x.clone();
    }

    /** Measures the loss, keeps the images when it is the least so far, and moves them unless this is the last iteration. */
    void step(int iteration, int iterations) {
      Tensor images = Tensor.ofFloats(shape, x);
      Map<String, Tensor> values = new HashMap<>(runtime.run(Map.of(input, images), samples));
      values.put(input, images);
      Map<String, float[]> seeds = new HashMap<>();
      double loss = BatchNormLoss.of(wanted, values, 1, seeds);
      first = iteration == 0 ? loss : first;
      if (loss < least) {
        least = loss;
        best = x.clone();
      }
      if (iteration < iterations) {
        float[] slope = Optional.ofNullable(backward.run(values, seeds).get(input)).orElseThrow();
        double rate = RATE * (1 + Math.cos(Math.PI * iteration / iterations)) / 2;
        adam.begin(iteration);
        for (int k = 0; k < x.length; k++) {
          x[k] -= (float) (rate * adam.direction(k, slope[k]));
        }
      }
    }
  }
}
