package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.AlignedMemory;
import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;
import java.lang.foreign.MemorySegment;

/**
 * Depthwise convolutions of unsigned codes by weights of 8 bits in machine code, from codes to codes. What it does not take, and
 * accumulators, other kernels compute.
 */
final class MachineDepthwise implements DepthwiseKernel {

  private final DepthwiseKernel others;
  private final NativeCode code = DepthwiseCode.emit();

  MachineDepthwise(DepthwiseKernel others) {
    this.others = others;
  }

  /**
   * Weights for both.
   *
   * @param others what the other kernels packed
   * @param taps number of taps
   * @param interleaved blocks of 64 channels x groups of four taps x channels, interleaved; empty where a weight needs more
   *     than 8 bits or activations are signed
   */
  record Weights(PackedWeights others, int taps, MemorySegment interleaved) implements PackedWeights {
    @Override
    public int k() {
      return others.k();
    }

    @Override
    public int n() {
      return others.n();
    }

    @Override
    public int[] columnSums() {
      return others.columnSums();
    }
  }

  @Override
  public PackedWeights packDepthwise(short[] weights, int taps, int channels, boolean activationsSigned) {
    PackedWeights packed = others.packDepthwise(weights, taps, channels, activationsSigned);
    int groups = Math.ceilDiv(taps, DepthwiseCode.GROUP);
    byte[] interleaved = new byte[Math.ceilDiv(channels, DepthwiseCode.CHANNELS) * groups * DepthwiseCode.GROUP_BYTES];
    for (int tap = 0; tap < taps; tap++) {
      for (int channel = 0; channel < channels; channel++) {
        short weight = weights[tap * channels + channel];
        if (weight != (byte) weight || activationsSigned) {
          return new Weights(packed, taps, MemorySegment.NULL);
        }
        int block = channel / DepthwiseCode.CHANNELS * groups + tap / DepthwiseCode.GROUP;
        int position = DepthwiseCode.position(channel % DepthwiseCode.CHANNELS);
        interleaved[block * DepthwiseCode.GROUP_BYTES + position * DepthwiseCode.GROUP + tap % DepthwiseCode.GROUP] =
            (byte) weight;
      }
    }
    return new Weights(packed, taps, AlignedMemory.copyOf(interleaved));
  }

  @Override
  public void convolve(
      byte[] input, int inputOffset, Window window, int padding, int firstRow, int rows, PackedWeights weights, int[] c,
      Scratch scratch) {
    others.convolve(input, inputOffset, window, padding, firstRow, rows, ((Weights) weights).others(), c, scratch);
  }

  @Override
  public void convolveToCodes(
      byte[] input, int inputOffset, Window window, int padding, int firstRow, int rows, PackedWeights packed, Epilogue epilogue,
      Pointwise pointwise, byte[] codes, int codeOffset, Scratch scratch) {
    Weights weights = (Weights) packed;
    if (weights.interleaved().byteSize() == 0 || !(epilogue.requantizer() instanceof FloatScaleRequantizer requantizer)) {
      others.convolveToCodes(
          input, inputOffset, window, padding, firstRow, rows, weights.others(), epilogue, pointwise, codes, codeOffset, scratch);
      return;
    }
    MemorySegment constants =
        epilogue.laidOut(
            () -> FusedConstants.of(epilogue, requantizer, DepthwiseCode.CHANNELS, DepthwiseCode::position));
    int channels = weights.n();
    PaddedImage image = PaddedImage.of(input, inputOffset, window, channels, padding, firstRow, rows, scratch);
    long[] parameters = parameters(window, channels, rows, image.pitch(), weights.taps());
    int seen =
        (rows - 1) * window.strideY() * image.pitch() + (window.outputWidth() - 1) * window.strideX() * channels
            + (int) parameters[DepthwiseCode.TAPS + weights.taps() - 1];
    for (int block = 0; block * DepthwiseCode.CHANNELS < channels; block++) {
      int channel = block * DepthwiseCode.CHANNELS;
      int width = Math.min(DepthwiseCode.CHANNELS, channels - channel);
      parameters[DepthwiseCode.CHANNEL_MASK] = width == DepthwiseCode.CHANNELS ? -1L : (1L << width) - 1;
      parameters[DepthwiseCode.BLOCK_CONSTANTS] = FusedConstants.blockOffset(block, DepthwiseCode.CHANNELS);
      long blockBytes = parameters[DepthwiseCode.GROUPS] * DepthwiseCode.GROUP_BYTES;
      // Throws where pixels would leave their arrays.
      MemorySegment pixels = MemorySegment.ofArray(image.codes()).asSlice(image.offset() + channel, (long) seen + width);
      MemorySegment out =
          MemorySegment.ofArray(codes)
              .asSlice(codeOffset + channel, ((long) rows * window.outputWidth() - 1) * channels + width);
      code.call(
          pixels, weights.interleaved().asSlice(block * blockBytes, blockBytes), constants, out, constants, parameters);
    }
  }

  private static long[] parameters(Window window, int channels, int rows, int pitch, int taps) {
    int groups = Math.ceilDiv(taps, DepthwiseCode.GROUP);
    // Taps that fill up the last group look at the first one, with weights of 0.
    long[] parameters = new long[DepthwiseCode.TAPS + groups * DepthwiseCode.GROUP];
    parameters[DepthwiseCode.GROUPS] = groups;
    parameters[DepthwiseCode.WIDTH] = window.outputWidth();
    parameters[DepthwiseCode.PIXEL_STRIDE] = (long) window.strideX() * channels;
    parameters[DepthwiseCode.ROWS] = rows;
    parameters[DepthwiseCode.ROW_STRIDE] = (long) window.strideY() * pitch;
    parameters[DepthwiseCode.OUT_STRIDE] = channels;
    for (int tap = 0; tap < taps; tap++) {
      int y = tap / window.kernelWidth() * window.dilationY();
      int x = tap % window.kernelWidth() * window.dilationX();
      parameters[DepthwiseCode.TAPS + tap] = (long) y * pitch + (long) x * channels;
    }
    return parameters;
  }
}
