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

  /** For one output row at a time, and for two. */
  private final List<Map<Narrowing, NativeCode>> codes = List.of(emit(1), emit(2));

  MachineDepthwise(DepthwiseKernel others) {
    this.others = others;
  }

  private static Map<Narrowing, NativeCode> emit(int outputRows) {
    Map<Narrowing, NativeCode> codes = new EnumMap<>(Narrowing.class);
    for (Narrowing narrowing : List.of(Narrowing.CLAMPED, Narrowing.SATURATED)) {
      codes.put(narrowing, DepthwiseCode.emit(outputRows, narrowing));
    }
    return codes;
  }

  /**
   * Weights for both.
   *
   * @param others what the other kernels packed
   * @param groups how taps are grouped
   * @param lanes how channels fill blocks
   * @param interleaved blocks of 64 lanes x groups of four taps x output rows x lanes, interleaved; empty where a weight needs
   *     more than 8 bits or activations are signed
   */
  record Weights(PackedWeights others, TapGroups groups, Lanes lanes, MemorySegment interleaved) implements PackedWeights {
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

    /** Bytes of a block of lanes. */
    int blockBytes() {
      return groups.count() * groups.outputRows() * DepthwiseCode.GROUP_BYTES;
    }
  }

  @Override
  public PackedWeights packDepthwise(short[] weights, Window window, int channels, boolean activationsSigned) {
    TapGroups groups = TapGroups.of(window);
    Lanes lanes = Lanes.of(window, channels);
    Weights packed =
        new Weights(others.packDepthwise(weights, window, channels, activationsSigned), groups, lanes, MemorySegment.NULL);
    byte[] interleaved = new byte[lanes.blocks() * packed.blockBytes()];
    for (int tap = 0; tap < window.taps(); tap++) {
      for (int lane = 0; lane < lanes.count(); lane++) {
        short weight = weights[tap * channels + lane % channels];
        if (weight != (byte) weight || activationsSigned) {
          return packed;
        }
        interleave((byte) weight, tap, lane, packed, interleaved);
      }
    }
    return new Weights(packed.others(), groups, lanes, AlignedMemory.copyOf(interleaved));
  }

  private static void interleave(byte weight, int tap, int lane, Weights packed, byte[] interleaved) {
    TapGroups groups = packed.groups();
    int block = lane / DepthwiseCode.LANES * packed.blockBytes();
    int position = DepthwiseCode.position(lane % DepthwiseCode.LANES) * DepthwiseCode.GROUP;
    for (int row = 0; row < groups.outputRows(); row++) {
      int group = groups.group(tap) * groups.outputRows() + row;
      interleaved[block + group * DepthwiseCode.GROUP_BYTES + position + groups.place(tap, row)] = weight;
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
    Lanes lanes = weights.lanes();
    MemorySegment constants =
        epilogue.laidOut(
            () ->
                FusedConstants.of(
                    epilogue, requantizer, lanes.pixels(), DepthwiseCode.LANES, DepthwiseCode::position));
    PaddedImage image = PaddedImage.of(input, inputOffset, window, lanes.channels(), padding, firstRow, rows, scratch);
    int lastRun = window.outputWidth() - lanes.pixels();
    long seen =
        (long) ((rows - 1) * window.strideY() + (window.kernelHeight() - 1) * window.dilationY()) * image.pitch()
            + (long) (lastRun * window.strideX() + (window.kernelWidth() - 1) * window.dilationX()) * lanes.channels();
    long written = (long) ((rows - 1) * window.outputWidth() + lastRun) * lanes.channels();
    // Throws where pixels would leave their arrays.
    MemorySegment pixels = MemorySegment.ofArray(image.codes()).asSlice(image.offset(), seen + lanes.count());
    MemorySegment out = MemorySegment.ofArray(codes).asSlice(codeOffset, written + lanes.count());
    Objects.requireNonNull(this.codes.get(weights.groups().outputRows() - 1).get(FusedConstants.narrowing(constants)))
        .call(pixels, weights.interleaved(), constants, out, constants, parameters(weights, rows, image.pitch()));
  }

  private static long[] parameters(Weights weights, int rows, int pitch) {
    TapGroups groups = weights.groups();
    Window window = groups.window();
    Lanes lanes = weights.lanes();
    int together = Math.min(groups.outputRows(), rows);
    int sets = Math.ceilDiv(rows, together);
    int runs = lanes.runs(window);
    int masks = DepthwiseCode.TAPS + groups.count() * DepthwiseCode.GROUP;
    long outRow = (long) window.outputWidth() * lanes.channels();
    long[] parameters = new long[masks + 2 * lanes.blocks()];
    parameters[DepthwiseCode.GROUPS] = groups.count();
    parameters[DepthwiseCode.BLOCKS] = lanes.blocks();
    parameters[DepthwiseCode.BLOCK_BYTES] = weights.blockBytes();
    parameters[DepthwiseCode.MASKS] = NativeCode.offset(masks);
    parameters[DepthwiseCode.RUNS] = runs;
    parameters[DepthwiseCode.RUN_STRIDE] = (long) window.strideX() * lanes.count();
    parameters[DepthwiseCode.RUN_OVERLAP] = -(long) (runs * lanes.pixels() - window.outputWidth()) * lanes.channels();
    parameters[DepthwiseCode.ROWS] = sets;
    parameters[DepthwiseCode.ROW_STRIDE] = (long) together * window.strideY() * pitch;
    parameters[DepthwiseCode.ROW_OVERLAP] = -(long) (sets * together - rows) * window.strideY() * pitch;
    parameters[DepthwiseCode.OUT_RUN_STRIDE] = lanes.count();
    parameters[DepthwiseCode.OUT_ROW_STRIDE] = outRow;
    parameters[DepthwiseCode.OUT_ROW_OVERLAP] = -(sets * together - rows) * outRow;
    for (int group = 0; group < groups.count(); group++) {
      for (int place = 0; place < DepthwiseCode.GROUP; place++) {
        parameters[DepthwiseCode.TAPS + group * DepthwiseCode.GROUP + place] =
            groups.offset(group, place, together, pitch, lanes.channels());
      }
    }
    for (int block = 0; block < lanes.blocks(); block++) {
      int width = Math.min(DepthwiseCode.LANES, lanes.count() - block * DepthwiseCode.LANES);
      long mask = width == DepthwiseCode.LANES ? -1L : (1L << width) - 1;
      parameters[masks + 2 * block] = mask;
      parameters[masks + 2 * block + 1] = together > 1 ? mask : 0;
    }
    return parameters;
  }
}
