package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.quant.Affine;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Conv, Gemm and MatMul with constant weights where the input or the output has 16-bit codes, or a scale that is found for each
 * sample. A 16-bit code is 256 times its high byte plus its low byte, and so is its accumulator: each plane of bytes is
 * accumulated like an 8-bit input, and their sum needs 64 bits.
 */
final class PlanesOperator implements IntegerOperator {

  private final List<Accumulation> planes;
  private final int[] weightSums;
  private final float[] weightScales;
  private final int[] bias;
  private final float[] realBias;
  private final Optional<Requantizer> requantizer;
  private final RealOutput realOutput;

  /**
   * Builds the operator.
   *
   * @param planes one for 8-bit inputs; the high, then the low bytes for 16-bit ones
   * @param weightScales Sw of each output channel
   * @param bias in steps of Sx * Sw, one for each output channel
   * @param realBias the same in real units, for inputs whose Sx is found at run time
   * @param requantizer how accumulators become codes where all scales are known
   * @param realOutput how real values become codes where they are not
   */
  PlanesOperator(
      List<Accumulation> planes,
      float[] weightScales,
      int[] bias,
      float[] realBias,
      Optional<Requantizer> requantizer,
      RealOutput realOutput) {
    this.planes = List.copyOf(planes);
    this.weightSums = planes.getFirst().weightSums();
    this.weightScales = weightScales;
    this.bias = bias;
    this.realBias = realBias;
    this.requantizer = requantizer;
    this.realOutput = realOutput;
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    Value input = inputs.getFirst();
    int rowsPerSample = planes.getFirst().rowsPerSample();
    int columns = weightSums.length;
    float[] reals = scratch.reals(rowsPerSample * columns);
    float[] scales = new float[columns];
    byte[][] codes = new byte[planes.size()][];
    for (int sample = 0; sample < samples; sample++) {
      Affine affine = input.affine(sample);
      for (int column = 0; column < columns; column++) {
        scales[column] = affine.scale() * weightScales[column];
      }
      int firstRow = sample * rowsPerSample;
      if (planes.size() == 1) {
        codes[0] = input.bytes();
      } else {
        firstRow = 0;
        split(input, sample, codes);
      }
      int first = 0;
      while (first < rowsPerSample) {
        int rows = planes.getFirst().tile(firstRow + first, firstRow + rowsPerSample);
        if (planes.size() == 1 && requantizer.isEmpty()) {
          accumulateReals(codes[0], firstRow + first, rows, input, sample, scales, reals, first * columns, scratch);
        } else {
          long[] sums = new long[rows * columns];
          accumulate(codes, firstRow + first, rows, affine.zeroPoint(), sums, scratch);
          finish(sums, rows, first, input.spec().dynamic(), scales, reals, output, sample);
        }
        first += rows;
      }
      if (requantizer.isEmpty()) {
        realOutput.write(reals, output, sample);
      }
    }
  }

  private void accumulate(byte[][] codes, int firstRow, int rows, int zeroPoint, long[] sums, Scratch scratch) {
    int columns = weightSums.length;
    for (int plane = 0; plane < planes.size(); plane++) {
      int shift = (planes.size() - 1 - plane) * Byte.SIZE;
      int padding = (zeroPoint >> shift) & 0xFF;
      int[] accumulators = scratch.accumulators(rows * columns);
      planes.get(plane).accumulate(codes[plane], firstRow, rows, padding(plane, padding), accumulators, scratch);
      for (int i = 0; i < rows * columns; i++) {
        sums[i] += (long) accumulators[i] << shift;
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        sums[row * columns + column] -= (long) zeroPoint * weightSums[column];
      }
    }
  }

  /** The real values of a tile of an 8-bit input. */
  private void accumulateReals(
      byte[] codes, int firstRow, int rows, Value input, int sample, float[] scales, float[] reals, int at, Scratch scratch) {
    int columns = weightSums.length;
    int zeroPoint = input.affine(sample).zeroPoint();
    int[] accumulators = scratch.accumulators(rows * columns);
    planes.getFirst().accumulate(codes, firstRow, rows, zeroPoint, accumulators, scratch);
    int[] folded = scratch.bias(columns);
    float[] added = input.spec().dynamic() ? realBias : new float[columns];
    for (int column = 0; column < columns; column++) {
      folded[column] = (input.spec().dynamic() ? 0 : bias[column]) - zeroPoint * weightSums[column];
    }
    for (int row = 0; row < rows; row++) {
      int from = row * columns;
      for (int column = 0; column < columns; column++) {
        reals[at + from + column] = (float) (accumulators[from + column] + folded[column]) * scales[column] + added[column];
      }
    }
  }

  /** The code of a padding byte, which the plane reads as signed or not. */
  private int padding(int plane, int unsigned) {
    return planes.get(plane).inputSigned() ? (byte) unsigned : unsigned;
  }

  private void finish(
      long[] sums, int rows, int first, boolean dynamicInput, float[] scales, float[] reals, Value output, int sample) {
    int columns = weightSums.length;
    int at = first * columns;
    int outputStart = sample * output.spec().elements();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        long sum = sums[row * columns + column];
        if (requantizer.isPresent()) {
          output.set(outputStart + at, requantizer.get().requantize(sum + bias[column], column));
        } else if (dynamicInput) {
          reals[at] = (float) sum * scales[column] + realBias[column];
        } else {
          reals[at] = (float) (sum + bias[column]) * scales[column];
        }
        at++;
      }
    }
  }

  /** The high and low bytes of one sample's codes. */
  private static void split(Value input, int sample, byte[][] codes) {
    int length = input.spec().elements();
    if (codes[0] == null) {
      Arrays.setAll(codes, _ -> new byte[length]);
    }
    for (int i = 0; i < length; i++) {
      short code = input.shorts()[sample * length + i];
      codes[0][i] = (byte) (code >> Byte.SIZE);
      codes[1][i] = (byte) code;
    }
  }
}
