package io.bitloupe.method;

import io.bitloupe.data.ArrayDataset;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.Preprocessing;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.method.gradient.Backward;
import io.bitloupe.metric.Ranking;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Images from a generator that is trained without data (GDFQ, Xu et al. 2020): noise z and a class y become an image G(z, y) such
 * that the network sees y in it and its normalized channels have the moments that BatchNormalization tells,
 * {@code CE(M(G(z, y)), y) + 0.1 L_BNS}. The generator is a network of one hidden layer, {@code σ(B relu(A z + E_y) + b)}; Adam,
 * whose rate falls along a cosine. Training a student on the images is not part of this.
 */
public final class ImageGenerator {

  private static final int NOISE = 32;
  private static final int HIDDEN = 128;
  private static final int BATCH = 32;
  private static final double RATE = 0.02;
  private static final double MOMENTS_SHARE = 0.1;
  private static final long SEED = 20200303;

  private final Model model;
  private final Map<String, ChannelMoments> wanted;
  private final TensorInfo input;
  private final String output;
  private final int classes;

  /**
   * Generates images for {@code model}.
   *
   * @throws InvalidInputException when it has no BatchNormalization, or is no classifier of pictures
   */
  public ImageGenerator(Model model) {
    this.model = model;
    this.wanted = BatchNormMoments.of(model);
    this.input = model.tensor(model.graph().inputs().getFirst().name());
    this.output = model.graph().outputs().getFirst().name();
    Shape scores = model.tensor(output).shape();
    boolean classifier = model.graph().inputs().size() == 1 && input.shape().rank() == 4 && scores.rank() == 2 && model.batchable();
    if (wanted.isEmpty() || !classifier) {
      throw new InvalidInputException(
          "Nothing can be generated for %s: it %s."
              .formatted(model.fileName(), classifier ? "has no BatchNormalization left" : "is no classifier of pictures in batches"));
    }
    this.classes = scores.dim(1);
  }

  /**
   * What a generator gave.
   *
   * @param images the inputs, their classes in turns
   * @param recognized share of them that the network sees the class in that they were made for
   */
  public record Generated(Dataset images, double recognized) {}

  /**
   * Trains a generator and draws {@code count} images from it; always the same ones.
   *
   * @throws InvalidInputException when an operator cannot be differentiated
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled
   */
  public Generated run(Optional<Preprocessing> preprocessing, int count, int iterations, Progress progress) {
    Set<String> taps =
        model.tensors().values().stream().map(TensorInfo::name).filter(name -> !name.equals(input.name())).collect(Collectors.toSet());
    Network network = new Network(preprocessing.orElseGet(Preprocessing::unit));
    Random random = new Random(SEED);
    try (FloatRuntime runtime = FloatRuntime.unfused(model, taps)) {
      for (int i = 0; i < iterations; i++) {
        progress.checkCancelled();
        double rate = RATE * (1 + Math.cos(Math.PI * i / iterations)) / 2;
        train(network, runtime, draw(random, BATCH, i * BATCH), i, rate);
        progress.report(i + 1, iterations);
      }
      int length = network.pixels;
      float[] images = new float[length * count];
      int recognized = 0;
      for (int first = 0; first < count; first += BATCH) {
        int size = Math.min(BATCH, count - first);
        Draw draw = draw(random, size, first);
        float[] made = network.images(draw);
        System.arraycopy(made, 0, images, first * length, made.length);
        recognized += recognized(scores(runtime.run(Map.of(input.name(), tensor(made, size)), size)), draw.classes());
      }
      Dataset all = ArrayDataset.made("generated", model, count, Map.of(input.name(), tensor(images, count)));
      return new Generated(all, (double) recognized / count);
    }
  }

  /** Noise and classes of a batch: samples x {@link #NOISE}, and a class for each sample. */
  private record Draw(float[] noise, int[] classes) {}

  private Draw draw(Random random, int samples, int first) {
    float[] noise = new float[samples * NOISE];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    int[] labels = new int[samples];
    Arrays.setAll(labels, i -> (first + i) % classes);
    return new Draw(noise, labels);
  }

  private Tensor tensor(float[] images, int samples) {
    int[] dims = input.shape().toArray();
    dims[0] *= samples;
    return Tensor.ofFloats(Shape.of(dims), images);
  }

  private float[] scores(Map<String, Tensor> values) {
    return Optional.ofNullable(values.get(output)).orElseThrow().floats();
  }

  private int recognized(float[] scores, int[] labels) {
    int count = 0;
    for (int n = 0; n < labels.length; n++) {
      count += Ranking.top1(scores, n * classes, classes) == labels[n] ? 1 : 0;
    }
    return count;
  }

  private void train(Network network, FloatRuntime runtime, Draw draw, int iteration, double rate) {
    int samples = draw.classes().length;
    Tensor images = tensor(network.images(draw), samples);
    Map<String, Tensor> values = new HashMap<>(runtime.run(Map.of(input.name(), images), samples));
    values.put(input.name(), images);
    Map<String, float[]> seeds = new HashMap<>();
    BatchNormLoss.of(wanted, values, MOMENTS_SHARE, seeds);
    float[] ofScores = crossEntropySlope(scores(values), draw.classes());
    seeds.put(output, ofScores);
    float[] slope = Optional.ofNullable(new Backward(model.graph()).run(values, seeds).get(input.name())).orElseThrow();
    network.learn(draw, slope, iteration, rate);
  }

  /** The derivatives of the mean cross-entropy by the scores: softmax less one for the class. */
  private float[] crossEntropySlope(float[] scores, int[] labels) {
    float[] slope = new float[scores.length];
    for (int n = 0; n < labels.length; n++) {
      double greatest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        greatest = Math.max(greatest, scores[n * classes + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(scores[n * classes + c] - greatest);
      }
      for (int c = 0; c < classes; c++) {
        double share = Math.exp(scores[n * classes + c] - greatest) / sum;
        slope[n * classes + c] = (float) ((share - (c == labels[n] ? 1 : 0)) / labels.length);
      }
    }
    return slope;
  }

  /** The generator: {@code pixel = σ(B relu(A z + E_y) + b)}, preprocessed as pictures are. */
  private final class Network {

    private final int pixels = Math.toIntExact(input.shape().elements());
    private final float[] mean = new float[pixels];
    private final float[] deviation = new float[pixels];
    private final Weights ofNoise = new Weights(HIDDEN, NOISE, 1 / Math.sqrt(NOISE));
    private final Weights ofClass = new Weights(classes, HIDDEN, 1);
    private final Weights ofHidden = new Weights(pixels, HIDDEN, 1 / Math.sqrt(HIDDEN));
    private final Weights bias = new Weights(pixels, 1, 0);

    Network(Preprocessing preprocessing) {
      int channels = input.shape().dim(1);
      for (int i = 0; i < pixels; i++) {
        int channel = i / (pixels / channels);
        mean[i] = preprocessing.mean().get(channel % preprocessing.mean().size());
        deviation[i] = preprocessing.std().get(channel % preprocessing.std().size());
      }
    }

    /** The images of {@code draw}, one after the other. */
    float[] images(Draw draw) {
      float[] images = new float[draw.classes().length * pixels];
      for (int n = 0; n < draw.classes().length; n++) {
        float[] hidden = hidden(draw, n);
        for (int i = 0; i < pixels; i++) {
          images[n * pixels + i] = (float) ((pixel(hidden, i) - mean[i]) / deviation[i]);
        }
      }
      return images;
    }

    private float[] hidden(Draw draw, int sample) {
      float[] hidden = new float[HIDDEN];
      for (int h = 0; h < HIDDEN; h++) {
        double sum = ofClass.values[draw.classes()[sample] * HIDDEN + h];
        for (int k = 0; k < NOISE; k++) {
          sum += (double) ofNoise.values[h * NOISE + k] * draw.noise()[sample * NOISE + k];
        }
        hidden[h] = (float) Math.max(0, sum);
      }
      return hidden;
    }

    private double pixel(float[] hidden, int i) {
      double sum = bias.values[i];
      for (int h = 0; h < HIDDEN; h++) {
        sum += ofHidden.values[i * HIDDEN + h] * hidden[h];
      }
      return 1 / (1 + Math.exp(-sum));
    }

    /** One step against {@code slope}, the derivatives of the loss by the images of {@code draw}. */
    void learn(Draw draw, float[] slope, int iteration, double rate) {
      for (int n = 0; n < draw.classes().length; n++) {
        float[] hidden = hidden(draw, n);
        double[] ofOutput = new double[HIDDEN];
        for (int i = 0; i < pixels; i++) {
          double value = pixel(hidden, i);
          double own = slope[n * pixels + i] / deviation[i] * value * (1 - value);
          bias.slopes[i] += (float) own;
          for (int h = 0; h < HIDDEN; h++) {
            ofHidden.slopes[i * HIDDEN + h] += (float) (own * hidden[h]);
            ofOutput[h] += own * ofHidden.values[i * HIDDEN + h];
          }
        }
        for (int h = 0; h < HIDDEN; h++) {
          if (hidden[h] > 0) {
            ofClass.slopes[draw.classes()[n] * HIDDEN + h] += (float) ofOutput[h];
            for (int k = 0; k < NOISE; k++) {
              ofNoise.slopes[h * NOISE + k] += (float) (ofOutput[h] * draw.noise()[n * NOISE + k]);
            }
          }
        }
      }
      for (Weights weights : new Weights[] {ofNoise, ofClass, ofHidden, bias}) {
        weights.step(iteration, rate);
      }
    }
  }

  /** Numbers that are learned. */
  private static final class Weights {

    private final float[] values;
    private final float[] slopes;
    private final Adam adam;

    Weights(int rows, int columns, double deviation) {
      values = new float[rows * columns];
      slopes = new float[values.length];
      adam = new Adam(values.length);
      Random random = new Random(SEED + columns);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
    }

    void step(int iteration, double rate) {
      adam.begin(iteration);
      for (int i = 0; i < values.length; i++) {
        values[i] -= (float) (rate * adam.direction(i, slopes[i]));
        slopes[i] = 0;
      }
    }
  }
}
