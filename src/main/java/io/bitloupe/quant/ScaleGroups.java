package io.bitloupe.quant;

import io.bitloupe.model.Shape;

/**
 * Which elements of a row-major tensor share a scale, in the order of {@link QuantParams#affine()}.
 *
 * <p>The tensor is seen as {@code outer × channels × inner}, with the channel axis in the middle; the elements of a channel
 * are taken in row-major order of the remaining axes. A block is a stretch of that order: for a Conv weight O, I, H, W the
 * blocks of an output channel run over I·H·W, for a MatMul weight K, N with channel axis 1 they run over K. Blocks are
 * numbered channel by channel.
 */
public final class ScaleGroups {

  private final int outer;
  private final int channels;
  private final int inner;
  private final int channelsPerGroup;
  private final int blockSize;

  private ScaleGroups(int outer, int channels, int inner, int channelsPerGroup, int blockSize) {
    this.outer = outer;
    this.channels = channels;
    this.inner = inner;
    this.channelsPerGroup = channelsPerGroup;
    this.blockSize = blockSize;
  }

  /**
   * The groups of a tensor.
   *
   * @param axis channel axis; negative axes count from the end; without meaning per tensor
   * @throws IllegalArgumentException when there is no such axis
   */
  public static ScaleGroups of(Shape shape, int axis, Granularity granularity) {
    if (granularity instanceof Granularity.PerTensor) {
      return new ScaleGroups(1, 1, Math.toIntExact(shape.elements()), 1, Integer.MAX_VALUE);
    }
    int positive = axis < 0 ? axis + shape.rank() : axis;
    if (positive < 0 || positive >= shape.rank()) {
      throw new IllegalArgumentException("no axis " + axis + " in the shape " + shape);
    }
    int outer = shape.product(0, positive);
    int channels = shape.dim(positive);
    int inner = shape.product(positive + 1, shape.rank());
    return switch (granularity) {
      case Granularity.PerTensor tensor -> throw new IllegalStateException("handled above");
      case Granularity.PerChannel channel -> new ScaleGroups(outer, channels, inner, 1, Integer.MAX_VALUE);
      case Granularity.PerChannelGroup group ->
          new ScaleGroups(outer, channels, inner, group.channels(), Integer.MAX_VALUE);
      case Granularity.PerBlock block -> new ScaleGroups(outer, channels, inner, 1, block.size());
    };
  }

  /** The groups that {@code params} describes of a tensor of that shape. */
  public static ScaleGroups of(Shape shape, QuantParams params) {
    ScaleGroups groups = of(shape, params.axis(), params.granularity());
    if (groups.count() != params.affine().size()) {
      throw new IllegalArgumentException(
          "%d scales where the shape %s has %d groups".formatted(params.affine().size(), shape, groups.count()));
    }
    return groups;
  }

  /** Number of groups; at least 1. */
  public int count() {
    return Math.max(1, (int) Math.ceilDiv((long) channels * blocksPerChannel(), channelsPerGroup));
  }

  /** Number of blocks of one channel; 1 unless the granularity is per block. */
  public int blocksPerChannel() {
    return Math.max(1, Math.ceilDiv(outer * inner, blockSize));
  }

  /** Number of channels; 1 per tensor. */
  public int channels() {
    return channels;
  }

  /** Channel of the element at {@code index}. */
  public int channelOf(int index) {
    return index / inner % channels;
  }

  /** Group of the element at {@code index}. */
  public int groupOf(int index) {
    int channel = channelOf(index);
    int position = index / (inner * channels) * inner + index % inner;
    return group(channel, position / blockSize);
  }

  private int group(int channel, int block) {
    return channelsPerGroup > 1 ? channel / channelsPerGroup : channel * blocksPerChannel() + block;
  }

  /** Receives stretches of neighbouring elements of one group. */
  @FunctionalInterface
  public interface Run {
    /** Elements {@code from} (inclusive) to {@code to} (exclusive) belong to {@code group}. */
    void accept(int group, int from, int to);
  }

  /** Visits every element once, in memory order. */
  public void forEachRun(Run run) {
    for (int o = 0; o < outer; o++) {
      for (int channel = 0; channel < channels; channel++) {
        int base = (o * channels + channel) * inner;
        visit(run, channel, o * inner, base);
      }
    }
  }

  /** Visits the elements of one channel, in memory order. */
  public void forEachRunOfChannel(int channel, Run run) {
    for (int o = 0; o < outer; o++) {
      visit(run, channel, o * inner, (o * channels + channel) * inner);
    }
  }

  private void visit(Run run, int channel, int position, int base) {
    int from = 0;
    while (from < inner) {
      int block = (position + from) / blockSize;
      int to = (int) Math.min(inner, (block + 1L) * blockSize - position);
      run.accept(group(channel, block), base + from, base + to);
      from = to;
    }
  }

  /** The elements of each group, in memory order, as fresh arrays. */
  public float[][] gather(float[] values) {
    int[] sizes = new int[count()];
    forEachRun((group, from, to) -> sizes[group] += to - from);
    float[][] gathered = new float[sizes.length][];
    for (int group = 0; group < sizes.length; group++) {
      gathered[group] = new float[sizes[group]];
    }
    int[] filled = new int[sizes.length];
    forEachRun(
        (group, from, to) -> {
          System.arraycopy(values, from, gathered[group], filled[group], to - from);
          filled[group] += to - from;
        });
    return gathered;
  }
}
