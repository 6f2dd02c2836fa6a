package io.bitloupe.ui.channels;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.calibrate.ErrorSplit;
import io.bitloupe.quant.calibrate.RangeEstimator;
import io.bitloupe.quant.calibrate.WeightStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The weights of a layer channel by channel, under one scale for the tensor and under one scale for each channel.
 *
 * @param layer the layer
 * @param format codes that both use
 * @param tensor one scale for the tensor
 * @param separate one scale for each channel
 * @param channels all channels, smallest range first
 */
public record ChannelAnalysis(Layer layer, IntegerFormat format, Variant tensor, Variant separate, List<Channel> channels) {
  /** Weights of a channel that the ridgeline keeps. */
  private static final int SAMPLES = 512;
  private static final double FENCE = 1.5;
  /** How ranges of channels are found where the range of the tensor is fixed. */
  static final RangeMethod OF_CHANNELS = new RangeMethod.MinMax();
  /** Of fewer channels quartiles say nothing. */
  private static final int FEWEST = 8;

  /**
   * One way to share scales.
   *
   * @param leastScale smallest scale
   * @param greatestScale largest scale
   * @param zeroShare share of the weights whose code is that of 0
   * @param medianCodes median over channels of the number of codes within the channel's range
   * @param sqnrDb signal-to-noise ratio of the tensor
   * @param medianSqnrDb median over channels of the signal-to-noise ratio
   */
  public record Variant(
      float leastScale, float greatestScale, double zeroShare, double medianCodes, double sqnrDb, double medianSqnrDb) {}

  /**
   * One channel.
   *
   * @param index its number
   * @param statistics of its weights
   * @param least smallest magnitude other than 0; 0 when all are
   * @param scale its own scale
   * @param codes codes of the tensor's scale that its range reaches
   * @param sqnrDb its signal-to-noise ratio under the tensor's scale
   * @param weights some of its weights, evenly spread over its positions
   */
  public record Channel(
      int index, WeightStatistics statistics, float least, float scale, int codes, double sqnrDb, float[] weights) {
    /** Bits that tell its codes apart when the tensor shares one scale. */
    public double usableBits() {
      return Math.log(codes) / Math.log(2);
    }
  }

  /** Copies the list. */
  public ChannelAnalysis {
    channels = List.copyOf(channels);
  }

  /**
   * Channels whose largest magnitude stands out, the largest first: above Tukey's upper fence of the logarithms of all of them, the
   * third quartile and one and a half times the distance between the quartiles.
   */
  public List<Channel> outliers() {
    double[] sizes =
        channels.stream().mapToDouble(it -> it.statistics().magnitude()).filter(it -> it > 0).map(Math::log).sorted().toArray();
    if (sizes.length < FEWEST) {
      return List.of();
    }
    double lower = sizes[sizes.length / 4];
    double upper = sizes[3 * sizes.length / 4];
    double fence = upper + FENCE * (upper - lower);
    return channels.reversed().stream().filter(it -> Math.log(it.statistics().magnitude()) > fence).toList();
  }

  /** Scale of the tensor when it has one. */
  public float tensorScale() {
    return tensor.greatestScale();
  }

  /**
   * Analyses the weights of {@code layer} in the format of {@code choice}. Scales that it has count where they are for the tensor or
   * for its channels, and a range that it fixes is that of the tensor; all others are found by its method, or from the least to the
   * greatest weight where it has none.
   */
  static ChannelAnalysis of(Model model, Layer layer, TensorChoice.Quantized choice, Progress progress) {
    IntegerFormat format = choice.format();
    List<Affine> ofTensor = choice.granularity() instanceof Granularity.PerTensor ? choice.resolved() : List.of();
    List<Affine> ofChannels = choice.granularity() instanceof Granularity.PerChannel ? choice.resolved() : List.of();
    RangeMethod method = choice.range() instanceof RangeMethod.Explicit ? OF_CHANNELS : choice.range();
    float[] values = model.weights(layer).floats();
    float[][] groups = ScaleGroups.of(layer.weightShape(), layer.outputChannelAxis(), Granularity.CHANNEL).gather(values);
    Affine shared = ofTensor.isEmpty() ? Affine.of(RangeEstimator.estimate(choice.range(), values, format), format) : ofTensor.getFirst();
    List<Channel> channels = new ArrayList<>();
    ErrorSplit together = new ErrorSplit(0, 0, 0, 0, 0);
    ErrorSplit apart = together;
    long zerosTogether = 0;
    long zerosApart = 0;
    double[] sqnrTogether = new double[groups.length];
    double[] sqnrApart = new double[groups.length];
    double[] codesApart = new double[groups.length];
    float least = Float.POSITIVE_INFINITY;
    float greatest = 0;
    for (int i = 0; i < groups.length; i++) {
      progress.checkCancelled();
      float[] group = groups[i];
      Affine own = ofChannels.isEmpty() ? Affine.of(RangeEstimator.estimate(method, group, format), format) : ofChannels.get(i);
      ErrorSplit withShared = ErrorSplit.of(group, shared, format);
      ErrorSplit withOwn = ErrorSplit.of(group, own, format);
      together = together.plus(withShared);
      apart = apart.plus(withOwn);
      zerosTogether += zeros(group, shared, format);
      zerosApart += zeros(group, own, format);
      sqnrTogether[i] = withShared.sqnrDb();
      sqnrApart[i] = withOwn.sqnrDb();
      WeightStatistics statistics = WeightStatistics.of(group);
      // The scale of zeros alone is 1 by convention; zeros are exact under any scale.
      if (statistics.magnitude() > 0) {
        least = Math.min(least, own.scale());
        greatest = Math.max(greatest, own.scale());
      }
      codesApart[i] = codes(statistics, own, format);
      channels.add(
          new Channel(
              i, statistics, leastMagnitude(group), own.scale(), codes(statistics, shared, format), withShared.sqnrDb(), sample(group)));
    }
    channels.sort(Comparator.comparingDouble(channel -> channel.statistics().magnitude()));
    double[] codesTogether = channels.stream().mapToDouble(Channel::codes).toArray();
    double count = Math.max(1, values.length);
    Variant one =
        new Variant(shared.scale(), shared.scale(), zerosTogether / count, median(codesTogether), together.sqnrDb(), median(sqnrTogether));
    Variant each =
        new Variant(Math.min(least, greatest), greatest, zerosApart / count, median(codesApart), apart.sqnrDb(), median(sqnrApart));
    return new ChannelAnalysis(layer, format, one, each, channels);
  }

  /** Codes from that of the least weight to that of the greatest, the range taken as symmetric where the format is. */
  private static int codes(WeightStatistics statistics, Affine affine, IntegerFormat format) {
    if (format.isBinary()) {
      return 2;
    }
    boolean mirrored = affine.zeroPoint() == 0 && format.signed();
    float low = mirrored ? -statistics.magnitude() : Math.min(0, statistics.min());
    float high = mirrored ? statistics.magnitude() : Math.max(0, statistics.max());
    return affine.quantize(high, format) - affine.quantize(low, format) + 1;
  }

  /** How many lose all that they are. */
  private static long zeros(float[] values, Affine affine, IntegerFormat format) {
    long zeros = 0;
    for (float value : values) {
      zeros += value != 0 && affine.quantize(value, format) == affine.zeroPoint() ? 1 : 0;
    }
    return zeros;
  }

  private static float leastMagnitude(float[] values) {
    float least = Float.POSITIVE_INFINITY;
    for (float value : values) {
      least = value == 0 ? least : Math.min(least, Math.abs(value));
    }
    return Float.isFinite(least) ? least : 0;
  }

  private static float[] sample(float[] values) {
    if (values.length <= SAMPLES) {
      return values;
    }
    float[] some = new float[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      some[i] = values[(int) ((long) i * values.length / SAMPLES)];
    }
    return some;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length == 0 ? 0 : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
