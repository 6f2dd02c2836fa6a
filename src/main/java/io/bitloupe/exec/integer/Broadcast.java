package io.bitloupe.exec.integer;

import java.util.Arrays;

/**
 * How two operands of an element-wise operator meet (ONNX's multidirectional broadcasting), as runs along the output: within a
 * run, each operand either advances with the output or stays where it is.
 */
final class Broadcast {

  private final int runLength;
  private final boolean advancesA;
  private final boolean advancesB;
  private final int[] startsA;
  private final int[] startsB;

  private Broadcast(int runLength, boolean advancesA, boolean advancesB, int[] startsA, int[] startsB) {
    this.runLength = runLength;
    this.advancesA = advancesA;
    this.advancesB = advancesB;
    this.startsA = startsA;
    this.startsB = startsB;
  }

  /** The runs for operands of the given dimensions, all in memory order and of the output's rank. */
  static Broadcast of(int[] a, int[] b, int[] output) {
    int[] stridesA = strides(a);
    int[] stridesB = strides(b);
    // The innermost axes that both operands cross in the same way make one run.
    int axis = output.length - 1;
    while (axis > 0 && output[axis] == 1) {
      axis--;
    }
    boolean advancesA = axis >= 0 && a[axis] != 1;
    boolean advancesB = axis >= 0 && b[axis] != 1;
    int run = 1;
    while (axis >= 0 && (output[axis] == 1 || ((a[axis] != 1) == advancesA && (b[axis] != 1) == advancesB))) {
      run *= output[axis];
      axis--;
    }
    int runs = 1;
    for (int i = 0; i <= axis; i++) {
      runs *= output[i];
    }
    int[] startsA = new int[runs];
    int[] startsB = new int[runs];
    int[] index = new int[axis + 1];
    for (int i = 0; i < runs; i++) {
      for (int j = 0; j <= axis; j++) {
        startsA[i] += index[j] * stridesA[j];
        startsB[i] += index[j] * stridesB[j];
      }
      for (int j = axis; j >= 0 && ++index[j] == output[j]; j--) {
        index[j] = 0;
      }
    }
    return new Broadcast(run, advancesA, advancesB, startsA, startsB);
  }

  /** Length of a run. */
  int runLength() {
    return runLength;
  }

  /** Number of runs. */
  int runs() {
    return startsA.length;
  }

  /** Whether the first operand advances within a run. */
  boolean advancesA() {
    return advancesA;
  }

  /** Whether the second operand advances within a run. */
  boolean advancesB() {
    return advancesB;
  }

  /** Index of the first operand where a run starts. */
  int startA(int run) {
    return startsA[run];
  }

  /** Index of the second operand where a run starts. */
  int startB(int run) {
    return startsB[run];
  }

  /** Distances between neighbours, 0 along axes of length 1. */
  private static int[] strides(int[] dimensions) {
    int[] strides = new int[dimensions.length];
    int stride = 1;
    for (int axis = dimensions.length - 1; axis >= 0; axis--) {
      strides[axis] = dimensions[axis] == 1 ? 0 : stride;
      stride *= dimensions[axis];
    }
    return strides;
  }

  /** The dimensions with ones put before them up to {@code rank}. */
  static int[] padded(int[] dimensions, int rank) {
    int[] padded = new int[rank];
    Arrays.fill(padded, 1);
    System.arraycopy(dimensions, 0, padded, rank - dimensions.length, dimensions.length);
    return padded;
  }
}
