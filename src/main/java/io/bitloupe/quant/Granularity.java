package io.bitloupe.quant;

/** Which elements of a tensor share one scale (Gholami et al. 2021, III.E). */
public sealed interface Granularity {

  /** One scale for the whole tensor. */
  record PerTensor() implements Granularity {}

  /** One scale for each output channel. */
  record PerChannel() implements Granularity {}

  /**
   * One scale for each group of neighbouring output channels.
   *
   * @param channels channels in a group; the last group may be smaller
   */
  record PerChannelGroup(int channels) implements Granularity {
    /** Refuses groups of no channel. */
    public PerChannelGroup {
      if (channels < 1) {
        throw new IllegalArgumentException("a group of " + channels + " channels");
      }
    }
  }

  /**
   * One scale for each block of weights along the input channels of an output channel.
   *
   * @param size weights in a block; the last block may be smaller
   */
  record PerBlock(int size) implements Granularity {
    /** Refuses empty blocks. */
    public PerBlock {
      if (size < 1) {
        throw new IllegalArgumentException("a block of " + size + " weights");
      }
    }
  }

  /** One scale for the whole tensor. */
  Granularity TENSOR = new PerTensor();

  /** One scale for each output channel. */
  Granularity CHANNEL = new PerChannel();
}
