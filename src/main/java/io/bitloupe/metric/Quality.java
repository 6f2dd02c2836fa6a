package io.bitloupe.metric;

import java.util.List;
import java.util.Optional;

/**
 * How well a run answered, against labels where there are any and against the float model on the same samples.
 * Shares are 0 to 1, signal-to-noise ratios decibels with positive infinity for no noise.
 *
 * @param samples samples so far
 * @param accuracy figures that need labels; empty without them
 * @param agreementFloat share of samples whose first class is the float model's
 * @param agreementInterval Wilson interval, 95 %
 * @param outputSqnrDb signal-to-noise ratio of the first output
 * @param outputCosine mean cosine of the first output with the float model's
 * @param furtherOutputs the same of every other output, in the order of the model
 */
public record Quality(
    int samples,
    Optional<Accuracy> accuracy,
    double agreementFloat,
    Interval agreementInterval,
    double outputSqnrDb,
    double outputCosine,
    List<Output> furtherOutputs) {

  /** Copies the list. */
  public Quality {
    furtherOutputs = List.copyOf(furtherOutputs);
  }

  /**
   * An output besides the first one.
   *
   * @param name its name in the model
   * @param sqnrDb signal-to-noise ratio in decibels against the float model's
   * @param cosine mean cosine with the float model's
   */
  public record Output(String name, double sqnrDb, double cosine) {}

  /**
   * Figures that need labels.
   *
   * @param correct samples whose first class is right
   * @param correctFloat the same for the float model
   * @param correctTop5 samples whose class is among the first five
   * @param flippedToWrong right in float, wrong here
   * @param flippedToRight wrong in float, right here
   * @param top1Interval Wilson interval of the share of correct samples, 95 %
   * @param deltaInterval paired interval of the difference to float, 95 %
   */
  public record Accuracy(
      int correct,
      int correctFloat,
      int correctTop5,
      int flippedToWrong,
      int flippedToRight,
      Interval top1Interval,
      Interval deltaInterval) {}

  /** Share of samples whose first class is right. */
  public double top1(Accuracy accuracy) {
    return (double) accuracy.correct() / samples;
  }

  /** Share of samples whose first class is right in float. */
  public double top1Float(Accuracy accuracy) {
    return (double) accuracy.correctFloat() / samples;
  }

  /** Difference of {@link #top1} to {@link #top1Float}. */
  public double deltaTop1(Accuracy accuracy) {
    return (double) (accuracy.correct() - accuracy.correctFloat()) / samples;
  }

  /** Share of samples whose first class is right, or agreement with the float model where there are no labels. */
  public double headline() {
    return accuracy.map(this::top1).orElse(agreementFloat);
  }

  /** Interval of {@link #headline()}. */
  public Interval headlineInterval() {
    return accuracy.map(Accuracy::top1Interval).orElse(agreementInterval);
  }
}
