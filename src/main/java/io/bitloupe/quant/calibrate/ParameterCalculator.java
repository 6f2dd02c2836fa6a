package io.bitloupe.quant.calibrate;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.ScaleGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Turns a choice of format, granularity and range method into scales and zero-points. */
public final class ParameterCalculator {

  /** Greatest bias of an all-zero channel in accumulator units: what a float32 still holds exactly. */
  public static final double ZERO_CHANNEL_BIAS = 1 << 24;

  /** Greatest bias of any other channel in accumulator units: half of what an int32 accumulator holds. */
  public static final double CHANNEL_BIAS = 1 << 30;

  /** Values whose groups are worth the trouble of several threads. */
  private static final int WORTH_SHARING = 1 << 15;

  private ParameterCalculator() {}

  /** Who computes what can be shared among threads. */
  @FunctionalInterface
  public interface Workers {
    /** The calling thread. */
    Workers CALLER =
        (count, unit) -> {
          for (int i = 0; i < count; i++) {
            unit.accept(i);
          }
        };

    /** Calls {@code unit} with 0 to {@code count - 1}, in any order and on any thread, and returns when all is done. */
    void forEach(int count, IntConsumer unit);
  }

  /** Parameters of an activation, one scale for the tensor. */
  public static QuantParams activation(TensorStatistics statistics, RangeMethod method, IntegerFormat format) {
    return QuantParams.perTensor(format, Affine.of(RangeEstimator.estimate(method, statistics, format), format));
  }

  /**
   * Parameters of weights. All-zero groups get the scale 1.
   *
   * @param values finite weights, row-major
   * @param axis axis that counts output channels; any axis, without meaning per tensor
   * @throws IllegalArgumentException when the shape does not fit the values or has no such axis
   */
  public static QuantParams weights(
      float[] values, Shape shape, int axis, Granularity granularity, RangeMethod method, IntegerFormat format) {
    return weights(values, shape, axis, granularity, method, format, Workers.CALLER);
  }

  /** The same, with groups shared among {@code workers} where that is worth it. */
  public static QuantParams weights(
      float[] values, Shape shape, int axis, Granularity granularity, RangeMethod method, IntegerFormat format, Workers workers) {
    List<Range> ranges = ranges(values, shape, axis, granularity, method, format, workers);
    return new QuantParams(format, granularity, axis, ranges.stream().map(range -> Affine.of(range, format)).toList());
  }

  /** The clipping range of each group of weights, in the order of {@link QuantParams#affine()}. */
  public static List<Range> ranges(
      float[] values, Shape shape, int axis, Granularity granularity, RangeMethod method, IntegerFormat format) {
    return ranges(values, shape, axis, granularity, method, format, Workers.CALLER);
  }

  private static List<Range> ranges(
      float[] values, Shape shape, int axis, Granularity granularity, RangeMethod method, IntegerFormat format, Workers workers) {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(values.length + " values for the shape " + shape);
    }
    ScaleGroups groups = ScaleGroups.of(shape, axis, granularity);
    if (groups.count() == 1) {
      return List.of(RangeEstimator.estimate(method, values, format));
    }
    // Groups have nothing to do with each other, and a change to one layer waits for this.
    float[][] gathered = groups.gather(values);
    Range[] ranges = new Range[gathered.length];
    Workers who = values.length < WORTH_SHARING ? Workers.CALLER : workers;
    who.forEach(gathered.length, group -> ranges[group] = RangeEstimator.estimate(method, gathered[group], format));
    return List.of(ranges);
  }

  /**
   * Raises scales so that every bias fits the accumulator, whose unit is {@code inputScale * Sw}: an all-zero channel can carry
   * a bias, and its own scale says nothing about how large. Channels with weights are touched only where int32 would overflow.
   *
   * @param params symmetric parameters of the weights
   * @param values the weights, row-major
   * @param bias one for each channel of the channel axis; finite
   * @param inputScale scale of the layer's input
   * @return {@code params} itself when nothing had to change
   */
  public static QuantParams withRoomForBias(
      QuantParams params, float[] values, Shape shape, float[] bias, float inputScale) {
    ScaleGroups byChannel = ScaleGroups.of(shape, params.axis(), Granularity.CHANNEL);
    ScaleGroups groups = ScaleGroups.of(shape, params);
    if (byChannel.channels() != bias.length) {
      throw new IllegalArgumentException(bias.length + " biases for " + byChannel.channels() + " channels");
    }
    boolean[] nonZero = new boolean[bias.length];
    byChannel.forEachRun(
        (channel, from, to) -> {
          for (int i = from; i < to && !nonZero[channel]; i++) {
            nonZero[channel] = values[i] != 0;
          }
        });
    double[] least = new double[params.affine().size()];
    for (int channel = 0; channel < bias.length; channel++) {
      double room = nonZero[channel] ? CHANNEL_BIAS : ZERO_CHANNEL_BIAS;
      double needed = Math.abs((double) bias[channel]) / inputScale / room;
      groups.forEachRunOfChannel(groups.channels() == 1 ? 0 : channel, (group, from, to) -> least[group] = Math.max(least[group], needed));
    }
    List<Affine> raised = new ArrayList<>();
    for (int group = 0; group < least.length; group++) {
      Affine affine = params.affine().get(group);
      float scale = (float) least[group];
      float roundedUp = scale < least[group] ? Math.nextUp(scale) : scale;
      raised.add(affine.scale() >= least[group] ? affine : new Affine(roundedUp, affine.zeroPoint()));
    }
    return raised.equals(params.affine())
        ? params
        : new QuantParams(params.format(), params.granularity(), params.axis(), raised);
  }
}
