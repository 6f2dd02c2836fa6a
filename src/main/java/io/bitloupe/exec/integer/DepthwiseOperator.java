package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;
import java.util.List;

/** A convolution with one filter for each channel, computed directly, some output rows at a time. */
final class DepthwiseOperator implements IntegerOperator {

  /** Bytes of accumulators of some output rows. */
  private static final int TILE_BYTES = 1 << 17;

  private final Window window;
  private final int images;
  private final int channels;
  private final PackedWeights packed;
  private final Epilogue epilogue;
  private final int inputZeroPoint;
  private final int tileRows;
  private final Kernels kernels;

  /**
   * Packs weights less their zero-points and folds the input's zero-point into the bias.
   *
   * @param bias in steps of Sx * Sw, one for each channel
   */
  DepthwiseOperator(
      WindowRows rows, ProductWeights weights, int[] bias, ValueSpec input, Requantizer requantizer, Kernels kernels) {
    this.window = rows.window();
    this.images = rows.images();
    this.channels = weights.outputs();
    this.kernels = kernels;
    inputZeroPoint = input.affine().zeroPoint();
    short[] codes = new short[weights.k() * channels];
    for (int tap = 0; tap < weights.k(); tap++) {
      for (int channel = 0; channel < channels; channel++) {
        codes[tap * channels + channel] = (short) (weights.code(channel, tap, 0) - weights.zeroPoints()[channel]);
      }
    }
    packed = kernels.depthwise().packDepthwise(codes, weights.k(), channels, input.signed());
    int[] folded = new int[channels];
    Epilogue.fold(bias, packed.columnSums(), weights.k(), inputZeroPoint, new int[channels], folded);
    epilogue = new Epilogue(folded, requantizer);
    tileRows = Math.clamp(TILE_BYTES / (4 * channels * window.outputWidth()), 1, window.outputHeight());
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    byte[] in = inputs.getFirst().bytes();
    int rowLength = window.outputWidth() * channels;
    for (int image = 0; image < images * samples; image++) {
      for (int first = 0; first < window.outputHeight(); first += tileRows) {
        int count = Math.min(tileRows, window.outputHeight() - first);
        int[] accumulators = scratch.accumulators(tileRows * rowLength);
        kernels
            .depthwise()
            .convolve(
                in, image * window.pixels() * channels, window, inputZeroPoint, first, count, packed, accumulators, scratch);
        int to = (image * window.outputHeight() + first) * rowLength;
        kernels.pointwise().requantize(accumulators, 0, count * window.outputWidth(), epilogue, output.bytes(), to);
      }
    }
  }
}
