package io.bitloupe.exec.integer;

import io.bitloupe.kernel.AccumulatorBound;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import java.util.Arrays;

/**
 * Weights of a product as one K x N matrix for each group of channels.
 *
 * @param groups groups
 * @param k length of a dot product
 * @param n columns of one group; column j of group g is output channel g * n + j
 * @param codes groups x K x N
 * @param signed whether the container is signed
 * @param scales Sw of each output channel
 * @param zeroPoints Zw of each output channel
 */
record ProductWeights(int groups, int k, int n, byte[] codes, boolean signed, float[] scales, int[] zeroPoints) {

  /** Weights of a convolution, M x C/group x kernel in ONNX's layout, with taps outside and channels inside K. */
  static ProductWeights convolution(CodeTensor tensor, int groups) {
    int outputs = tensor.shape().dim(0);
    int channels = tensor.shape().dim(1);
    int taps = tensor.shape().product(2, tensor.shape().rank());
    int k = taps * channels;
    int n = outputs / groups;
    byte[] in = bytes(tensor);
    byte[] codes = new byte[in.length];
    for (int output = 0; output < outputs; output++) {
      int group = output / n;
      for (int channel = 0; channel < channels; channel++) {
        for (int tap = 0; tap < taps; tap++) {
          codes[(group * k + tap * channels + channel) * n + output % n] = in[(output * channels + channel) * taps + tap];
        }
      }
    }
    return of(tensor, groups, k, n, codes);
  }

  /** Weights of 1 that sum up each channel. */
  static ProductWeights ones(int channels, int taps) {
    byte[] codes = new byte[channels * taps];
    Arrays.fill(codes, (byte) 1);
    float[] scales = new float[channels];
    Arrays.fill(scales, 1f);
    return new ProductWeights(channels, taps, 1, codes, true, scales, new int[channels]);
  }

  /** Weights of a matrix product, K x N or, transposed, N x K. */
  static ProductWeights matrix(CodeTensor tensor, boolean transposed) {
    int rows = tensor.shape().dim(0);
    int columns = tensor.shape().dim(1);
    byte[] in = bytes(tensor);
    if (!transposed) {
      return of(tensor, 1, rows, columns, in);
    }
    byte[] codes = new byte[in.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        codes[column * rows + row] = in[row * columns + column];
      }
    }
    return of(tensor, 1, columns, rows, codes);
  }

  /** Number of output channels. */
  int outputs() {
    return groups * n;
  }

  /**
   * Whether int accumulators are enough, whatever the 8-bit input is.
   *
   * @param bias what is added, one for each output channel
   */
  boolean fitsInt(int[] bias) {
    for (int group = 0; group < groups; group++) {
      int from = group * n;
      int[] groupZeroPoints = Arrays.copyOfRange(zeroPoints, from, from + n);
      int[] groupBias = Arrays.copyOfRange(bias, from, from + n);
      if (!AccumulatorBound.fitsInt(group(group), k, n, signed, groupZeroPoints, AccumulatorBound.MAGNITUDE, groupBias)) {
        return false;
      }
    }
    return true;
  }

  /** Whether some zero-point is not 0. */
  boolean asymmetric() {
    return Arrays.stream(zeroPoints).anyMatch(zeroPoint -> zeroPoint != 0);
  }

  /** The K x N matrix of a group. */
  byte[] group(int group) {
    return Arrays.copyOfRange(codes, group * k * n, (group + 1) * k * n);
  }

  /** The code of row {@code i} and column {@code j} of a group. */
  int code(int group, int i, int j) {
    byte code = codes[(group * k + i) * n + j];
    return signed ? code : Byte.toUnsignedInt(code);
  }

  /** The bytes of a tensor of 8-bit codes. */
  static byte[] bytes(CodeTensor tensor) {
    return switch (tensor.codes()) {
      case Codes.Bytes(byte[] values, boolean _) -> values;
      case Codes.Shorts _ -> throw new IllegalArgumentException("weights of more than 8 bits have no integer step");
    };
  }

  private static ProductWeights of(CodeTensor tensor, int groups, int k, int n, byte[] codes) {
    int outputs = groups * n;
    float[] scales = new float[outputs];
    int[] zeroPoints = new int[outputs];
    for (int output = 0; output < outputs; output++) {
      Affine affine = affine(tensor.params(), output, outputs);
      scales[output] = affine.scale();
      zeroPoints[output] = affine.zeroPoint();
    }
    boolean signed = ((Codes.Bytes) tensor.codes()).signed();
    return new ProductWeights(groups, k, n, codes, signed, scales, zeroPoints);
  }

  /** Scale and zero-point of an output channel. */
  static Affine affine(QuantParams params, int channel, int channels) {
    return switch (params.granularity()) {
      case Granularity.PerTensor() -> params.single();
      case Granularity.PerChannel() -> params.affine().get(params.affine().size() == channels ? channel : 0);
      case Granularity.PerChannelGroup(int size) -> params.affine().get(channel / size);
      case Granularity.PerBlock _ ->
          throw new IllegalArgumentException("blocks of weights with scales of their own have no integer step");
    };
  }
}
