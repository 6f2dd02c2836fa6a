package io.bitloupe.exec.integer;

import io.bitloupe.model.Shape;
import java.util.Arrays;

/**
 * Moves the codes of a sample from where they are to where they should be: output i is input {@code source[i]}, or a fill code
 * where that is negative. Slices, paddings, transpositions and changes of layout are all maps.
 */
final class IndexMap implements MoveOperator.Movement {

  /** Source of an output that is filled in. */
  static final int FILL = -1;

  /** Below this mean length of a run, element by element is faster. */
  private static final int MIN_RUN = 4;

  private final int inputElements;
  private final int outputElements;
  private final int[] source;
  private final int[] runStarts;
  private final float fill;

  private IndexMap(int inputElements, int[] source, float fill) {
    this.inputElements = inputElements;
    this.fill = fill;
    this.outputElements = source.length;
    this.source = source;
    this.runStarts = runs(source);
  }

  /**
   * A map between tensors.
   *
   * @param source for each output element in the graph's order, the input element in the graph's order, or {@link #FILL}
   * @param fill real number that fills
   */
  static IndexMap of(int[] source, float fill, Shape input, Layout inputLayout, Shape output, Layout outputLayout) {
    int[] inputPositions = positions(input, inputLayout);
    int[] outputPositions = positions(output, outputLayout);
    int[] moved = new int[source.length];
    for (int i = 0; i < source.length; i++) {
      moved[outputPositions[i]] = source[i] < 0 ? FILL : inputPositions[source[i]];
    }
    return new IndexMap(inputPositions.length, moved, fill);
  }

  @Override
  public void move(Value input, Value output, int sample) {
    int code = input.affine(sample).quantize(fill, input.spec().format());
    int from = sample * inputElements;
    int to = sample * outputElements;
    boolean byRuns = runStarts.length * (long) MIN_RUN <= outputElements;
    if (output.spec().wide()) {
      move(input.shorts(), from, output.shorts(), to, (short) code);
    } else if (byRuns) {
      moveRuns(input.bytes(), from, output.bytes(), to, (byte) code);
    } else {
      move(input.bytes(), from, output.bytes(), to, (byte) code);
    }
  }

  private void moveRuns(byte[] in, int from, byte[] out, int to, byte fill) {
    for (int run = 0; run < runStarts.length; run++) {
      int start = runStarts[run];
      int end = run + 1 < runStarts.length ? runStarts[run + 1] : outputElements;
      if (source[start] < 0) {
        Arrays.fill(out, to + start, to + end, fill);
      } else {
        System.arraycopy(in, from + source[start], out, to + start, end - start);
      }
    }
  }

  private void move(byte[] in, int from, byte[] out, int to, byte fill) {
    for (int i = 0; i < outputElements; i++) {
      int index = source[i];
      out[to + i] = index < 0 ? fill : in[from + index];
    }
  }

  private void move(short[] in, int from, short[] out, int to, short fill) {
    for (int i = 0; i < outputElements; i++) {
      int index = source[i];
      out[to + i] = index < 0 ? fill : in[from + index];
    }
  }

  /** Where each run of neighbours, or of fills, starts. */
  private static int[] runs(int[] source) {
    int[] starts = new int[source.length];
    int count = 0;
    for (int i = 0; i < source.length; i++) {
      boolean continues =
          i > 0 && (source[i] < 0 ? source[i - 1] < 0 : source[i - 1] >= 0 && source[i] == source[i - 1] + 1);
      if (!continues) {
        starts[count++] = i;
      }
    }
    return Arrays.copyOf(starts, count);
  }

  /** For each element in the graph's order, its place in memory. */
  private static int[] positions(Shape shape, Layout layout) {
    int[] dimensions = shape.toArray();
    int[] strides = memoryStrides(shape, layout);
    int[] positions = new int[Math.toIntExact(shape.elements())];
    int[] index = new int[dimensions.length];
    int position = 0;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position;
      for (int axis = dimensions.length - 1; axis >= 0; axis--) {
        position += strides[axis];
        if (++index[axis] < dimensions[axis]) {
          break;
        }
        position -= strides[axis] * dimensions[axis];
        index[axis] = 0;
      }
    }
    return positions;
  }

  /** For each axis of the graph, the distance in memory between neighbours along it. */
  static int[] memoryStrides(Shape shape, Layout layout) {
    int rank = shape.rank();
    int[] axes = layout.axes(rank);
    int[] strides = new int[rank];
    int stride = 1;
    for (int i = rank - 1; i >= 0; i--) {
      strides[axes[i]] = stride;
      stride *= shape.dim(axes[i]);
    }
    return strides;
  }
}
