package io.bitloupe.method;

/** The directions of Adam (Kingma and Ba 2015) for many numbers, each with its own moments. */
final class Adam {

  private static final double MOMENTUM = 0.9;
  private static final double MOMENTUM_OF_SQUARES = 0.999;
  private static final double TINY = 1e-8;

  private final double[] mean;
  private final double[] square;

  private double correction = 1;
  private double correctionOfSquares = 1;

  Adam(int numbers) {
    mean = new double[numbers];
    square = new double[numbers];
  }

  /** Begins an iteration, counted from 0. */
  void begin(int iteration) {
    correction = 1 - Math.pow(MOMENTUM, iteration + 1.0);
    correctionOfSquares = 1 - Math.pow(MOMENTUM_OF_SQUARES, iteration + 1.0);
  }

  /** What number {@code at} is to be lowered by, in units of the rate, when its derivative is {@code slope}. */
  double direction(int at, double slope) {
    mean[at] = MOMENTUM * mean[at] + (1 - MOMENTUM) * slope;
    square[at] = MOMENTUM_OF_SQUARES * square[at] + (1 - MOMENTUM_OF_SQUARES) * slope * slope;
    return mean[at] / correction / (Math.sqrt(square[at] / correctionOfSquares) + TINY);
  }
}
