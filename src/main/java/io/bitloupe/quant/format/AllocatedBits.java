package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.calibrate.RangeEstimator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Integers whose width follows their channel (Banner et al. 2018, 4.3): a channel of clipping value α has a number of levels in
 * proportion to {@code α^(2/3)}, so that its bits are a constant plus {@code 2/3 log2 α}, 2 to 8, the mean over the channels being
 * given. Each group stores a float32 scale and its width. No integer kernel takes such a tensor: these are weights to compute with
 * in float.
 *
 * @param bits mean bits of a code, 2 to 8
 */
public record AllocatedBits(int bits) implements NumberFormat {

  private static final int LEAST = 2;
  private static final int GREATEST = 8;

  /** What tells one of the widths from 2 to 8. */
  private static final int WIDTH_BITS = 3;

  private static final double LEVELS_EXPONENT = 2.0 / 3;
  private static final int BISECTIONS = 100;

  /** What is as good as a whole number of bits. */
  private static final double TINY = 1e-9;

  /** Refuses widths outside 2 to 8. */
  public AllocatedBits {
    if (bits < LEAST || bits > GREATEST) {
      throw new IllegalArgumentException("integers of " + bits + " bits on average");
    }
  }

  @Override
  public double codeBits() {
    return bits;
  }

  @Override
  public Granularity usualGranularity() {
    return Granularity.CHANNEL;
  }

  @Override
  public Encoded encode(float[] weights, Shape shape, int axis, Granularity granularity) {
    ScaleGroups groups = NumberFormat.groups(weights, shape, axis, granularity);
    float[][] gathered = groups.gather(weights);
    double[] clips =
        Arrays.stream(gathered).mapToDouble(group -> range(new RangeMethod.Aciq(), group, bits).magnitude()).toArray();
    int[] widths = widths(clips, bits);
    List<float[]> levels = new ArrayList<>();
    long stored = (long) gathered.length * (Float.SIZE + WIDTH_BITS);
    for (int group = 0; group < gathered.length; group++) {
      levels.add(levels(range(new RangeMethod.Mse(), gathered[group], widths[group]), widths[group]));
      stored += (long) gathered[group].length * widths[group];
    }
    return Encoded.nearest(weights, groups, levels, stored);
  }

  private static Range range(RangeMethod method, float[] group, int width) {
    return RangeEstimator.estimate(method, group, IntegerFormat.weights(width));
  }

  private static float[] levels(Range range, int width) {
    int greatest = IntegerFormat.weights(width).quantMax();
    float scale = range.magnitude() / greatest;
    float[] levels = new float[2 * greatest + 1];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = scale * (i - greatest) + 0f;
    }
    return levels;
  }

  /**
   * The bits of each channel: a constant plus {@code 2/3 log2 α}, of which the whole part is taken, and the bits that are left of
   * {@code mean} for each channel go to those with the greatest remainders.
   */
  static int[] widths(double[] clips, int mean) {
    int budget = mean * clips.length;
    double[] wanted = wanted(clips, budget);
    int[] widths = Arrays.stream(wanted).mapToInt(width -> (int) Math.floor(width + TINY)).toArray();
    int left = budget - Arrays.stream(widths).sum();
    IntStream.range(0, clips.length)
        .filter(channel -> widths[channel] < GREATEST)
        .boxed()
        .sorted(Comparator.comparingDouble(channel -> widths[channel] - wanted[channel]))
        .limit(Math.max(0, left))
        .forEach(channel -> widths[channel]++);
    return widths;
  }

  /** Real widths that sum up to {@code budget}; all the least ones where no channel has a value. */
  private static double[] wanted(double[] clips, int budget) {
    double low = -1000;
    double high = 1000;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (Arrays.stream(clips).map(clip -> width(clip, middle)).sum() < budget) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double constant = high;
    return Arrays.stream(clips).map(clip -> width(clip, constant)).toArray();
  }

  private static double width(double clip, double constant) {
    return clip <= 0 ? LEAST : Math.clamp(constant + LEVELS_EXPONENT * Math.log(clip) / Math.log(2), LEAST, GREATEST);
  }
}
