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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Depthwise convolutions of unsigned codes by weights of 8 bits in machine code, from codes to codes. What it does not take, and
 * accumulators, other kernels compute.
 */
final class MachineDepthwise implements DepthwiseKernel {

  private final DepthwiseKernel others;

  /** For one pixel at a time, and for two. */
  private final List<Map<Narrowing, NativeCode>> codes = List.of(emit(1), emit(2));

  MachineDepthwise(DepthwiseKernel others) {
    this.others = others;
  }

  private static Map<Narrowing, NativeCode> emit(int pixels) {
    Map<Narrowing, NativeCode> codes = new EnumMap<>(Narrowing.class);
    for (Narrowing narrowing : List.of(Narrowing.CLAMPED, Narrowing.SATURATED)) {
      codes.put(narrowing, DepthwiseCode.emit(pixels, narrowing));
    }
    return codes;
  }

  /**
   * Weights for both.
   *
   * @param others what the other kernels packed
   * @param groups how taps are grouped
   * @param interleaved blocks of 64 channels x groups of four taps x pixels x channels, interleaved; empty where a weight needs
   *     more than 8 bits or activations are signed
   */
  record Weights(PackedWeights others, TapGroups groups, MemorySegment interleaved) implements PackedWeights {
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

    /** Bytes of a block of channels. */
    int blockBytes() {
      return groups.count() * groups.pixels() * DepthwiseCode.GROUP_BYTES;
    }
  }

  @Override
  public PackedWeights packDepthwise(short[] weights, Window window, int channels, boolean activationsSigned) {
    Weights packed =
        new Weights(others.packDepthwise(weights, window, channels, activationsSigned), TapGroups.of(window), MemorySegment.NULL);
    byte[] interleaved = new byte[Math.ceilDiv(channels, DepthwiseCode.CHANNELS) * packed.blockBytes()];
    for (int tap = 0; tap < window.taps(); tap++) {
      for (int channel = 0; channel < channels; channel++) {
        short weight = weights[tap * channels + channel];
        if (weight != (byte) weight || activationsSigned) {
          return packed;
        }
        interleave((byte) weight, tap, channel, packed, interleaved);
      }
    }
    return new Weights(packed.others(), packed.groups(), AlignedMemory.copyOf(interleaved));
  }

  private static void interleave(byte weight, int tap, int channel, Weights packed, byte[] interleaved) {
    TapGroups groups = packed.groups();
    int block = channel / DepthwiseCode.CHANNELS * packed.blockBytes();
    int position = DepthwiseCode.position(channel % DepthwiseCode.CHANNELS) * DepthwiseCode.GROUP;
    for (int pixel = 0; pixel < groups.pixels(); pixel++) {
      int group = groups.group(tap) * groups.pixels() + pixel;
      interleaved[block + group * DepthwiseCode.GROUP_BYTES + position + groups.place(tap, pixel)] = weight;
    }
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
    NativeCode code =
        Objects.requireNonNull(this.codes.get(weights.groups().pixels() - 1).get(FusedConstants.narrowing(constants)));
    int channels = weights.n();
    PaddedImage image = PaddedImage.of(input, inputOffset, window, channels, padding, firstRow, rows, scratch);
    long[] parameters = parameters(weights.groups(), channels, rows, image.pitch());
    int seen =
        ((rows - 1) * window.strideY() + (window.kernelHeight() - 1) * window.dilationY()) * image.pitch()
            + ((window.outputWidth() - 1) * window.strideX() + (window.kernelWidth() - 1) * window.dilationX()) * channels;
    for (int block = 0; block * DepthwiseCode.CHANNELS < channels; block++) {
      int channel = block * DepthwiseCode.CHANNELS;
      int width = Math.min(DepthwiseCode.CHANNELS, channels - channel);
      parameters[DepthwiseCode.CHANNEL_MASK] = width == DepthwiseCode.CHANNELS ? -1L : (1L << width) - 1;
      parameters[DepthwiseCode.BLOCK_CONSTANTS] = FusedConstants.blockOffset(block, DepthwiseCode.CHANNELS);
      // Throws where pixels would leave their arrays.
      MemorySegment pixels = MemorySegment.ofArray(image.codes()).asSlice(image.offset() + channel, (long) seen + width);
      MemorySegment out =
          MemorySegment.ofArray(codes)
              .asSlice(codeOffset + channel, ((long) rows * window.outputWidth() - 1) * channels + width);
      MemorySegment blockWeights = weights.interleaved().asSlice((long) block * weights.blockBytes(), weights.blockBytes());
      code.call(pixels, blockWeights, constants, out, constants, parameters);
    }
  }

  private static long[] parameters(TapGroups groups, int channels, int rows, int pitch) {
    Window window = groups.window();
    int pixels = groups.pixels();
    long[] parameters = new long[DepthwiseCode.TAPS + groups.count() * DepthwiseCode.GROUP];
    parameters[DepthwiseCode.GROUPS] = groups.count();
    parameters[DepthwiseCode.WIDTH] = Math.ceilDiv(window.outputWidth(), pixels);
    parameters[DepthwiseCode.PIXEL_STRIDE] = (long) pixels * window.strideX() * channels;
    parameters[DepthwiseCode.ROWS] = rows;
    parameters[DepthwiseCode.ROW_STRIDE] = (long) window.strideY() * pitch;
    parameters[DepthwiseCode.OUT_STRIDE] = channels;
    parameters[DepthwiseCode.RUN_STRIDE] = (long) pixels * channels;
    parameters[DepthwiseCode.OVERLAP] = -(long) (window.outputWidth() % pixels) * channels;
    for (int group = 0; group < groups.count(); group++) {
      for (int place = 0; place < DepthwiseCode.GROUP; place++) {
        parameters[DepthwiseCode.TAPS + group * DepthwiseCode.GROUP + place] = groups.offset(group, place, pitch, channels);
      }
    }
    return parameters;
  }
}
