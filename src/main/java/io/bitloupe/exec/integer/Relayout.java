package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Scratch;
import io.bitloupe.model.Shape;
import java.util.List;

/** Brings a tensor from one layout into the other: for each image, the transposition of a channels x pixels matrix. */
final class Relayout implements IntegerOperator {

  /** Pixels that are transposed together, so that both sides stay in the cache. */
  private static final int BLOCK = 32;

  private static final int COLORS = 3;

  static final Relayout INSTANCE = new Relayout();

  private Relayout() {}

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    copy(inputs.getFirst(), output, samples);
  }

  /** Copies codes and, for dynamic tensors, scales. */
  static void copy(Value input, Value output, int samples) {
    Shape shape = output.spec().shape();
    int length = output.spec().elements() * samples;
    if (input.spec().layout() == output.spec().layout() || Layout.coincide(shape)) {
      if (output.spec().wide()) {
        System.arraycopy(input.shorts(), 0, output.shorts(), 0, length);
      } else {
        System.arraycopy(input.bytes(), 0, output.bytes(), 0, length);
      }
    } else {
      int images = shape.dim(0) * samples;
      int channels = shape.dim(1);
      int pixels = shape.product(2, shape.rank());
      boolean toChannelsLast = output.spec().layout() == Layout.CHANNELS_LAST;
      int rows = toChannelsLast ? channels : pixels;
      int columns = toChannelsLast ? pixels : channels;
      for (int image = 0; image < images; image++) {
        if (output.spec().wide()) {
          transpose(input.shorts(), output.shorts(), image * rows * columns, rows, columns);
        } else {
          transpose(input.bytes(), output.bytes(), image * rows * columns, rows, columns);
        }
      }
    }
    output.takeAffines(input, samples);
  }

  private static void transpose(byte[] in, byte[] out, int offset, int rows, int columns) {
    if (rows == COLORS) {
      interleave(in, out, offset, columns);
      return;
    }
    for (int firstRow = 0; firstRow < rows; firstRow += BLOCK) {
      int lastRow = Math.min(rows, firstRow + BLOCK);
      for (int column = 0; column < columns; column++) {
        int to = offset + column * rows;
        for (int row = firstRow; row < lastRow; row++) {
          out[to + row] = in[offset + row * columns + column];
        }
      }
    }
  }

  /** Planes of three colours become pixels. */
  private static void interleave(byte[] in, byte[] out, int offset, int pixels) {
    int to = offset;
    for (int pixel = offset; pixel < offset + pixels; pixel++) {
      out[to] = in[pixel];
      out[to + 1] = in[pixel + pixels];
      out[to + 2] = in[pixel + 2 * pixels];
      to += COLORS;
    }
  }

  private static void transpose(short[] in, short[] out, int offset, int rows, int columns) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        out[offset + column * rows + row] = in[offset + row * columns + column];
      }
    }
  }
}
