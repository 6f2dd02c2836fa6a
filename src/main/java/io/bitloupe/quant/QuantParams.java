package io.bitloupe.quant;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything needed to turn a tensor into codes and back.
 *
 * @param format code range
 * @param granularity which elements share a scale
 * @param axis axis that counts channels; meaningless per tensor
 * @param affine one per tensor, channel, channel group, or (channel-major) block
 */
public record QuantParams(IntegerFormat format, Granularity granularity, int axis, List<Affine> affine) {

  /** Copies the list, which must not be empty. */
  public QuantParams {
    affine = List.copyOf(affine);
    if (affine.isEmpty()) {
      throw new IllegalArgumentException("no scale");
    }
  }

  /** Parameters of a tensor with one scale. */
  public static QuantParams perTensor(IntegerFormat format, Affine affine) {
    return new QuantParams(format, Granularity.TENSOR, 0, List.of(affine));
  }

  /** The one scale and zero-point of a tensor-wise quantized tensor, or the first of several. */
  public Affine single() {
    return affine.getFirst();
  }

  /**
   * The same parameters with channel groups written out channel by channel; other granularities as they are.
   *
   * @param channels number of channels of the tensor
   */
  public QuantParams byChannel(int channels) {
    if (!(granularity instanceof Granularity.PerChannelGroup group)) {
      return this;
    }
    List<Affine> each = new ArrayList<>();
    for (int channel = 0; channel < channels; channel++) {
      each.add(affine.get(channel / group.channels()));
    }
    return new QuantParams(format, Granularity.CHANNEL, axis, each);
  }

  /** Whether all zero-points are 0. */
  public boolean isZeroPointFree() {
    return affine.stream().allMatch(a -> a.zeroPoint() == 0);
  }
}
