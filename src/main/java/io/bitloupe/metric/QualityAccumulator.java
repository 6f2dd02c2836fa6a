package io.bitloupe.metric;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Adds up how well a run answers. The figures do not depend on the order in which batches are added or merged, nor on how the
 * samples are batched. Not thread-safe.
 */
public final class QualityAccumulator {

  private static final int TOP = 5;

  private final SignalNoise signalNoise = new SignalNoise();
  private final Map<String, SignalNoise> further = new LinkedHashMap<>();
  private final OutcomeRecorder recorder = new OutcomeRecorder();
  private int samples;
  private int labelled;
  private int agreeing;
  private int correct;
  private int correctFloat;
  private int correctTop5;
  private int flippedToWrong;
  private int flippedToRight;

  /**
   * Adds a batch.
   *
   * @param labels class of each sample; empty when there are none
   * @param reference first output of the float model, samples one after the other
   * @param output the same of the run to judge
   * @param count number of samples
   */
  public void add(int[] labels, float[] reference, float[] output, int count) {
    if (labels.length != 0 && labels.length != count) {
      throw new IllegalArgumentException(labels.length + " labels for " + count + " samples");
    }
    signalNoise.add(reference, output, count);
    recorder.add(labels, reference, output, count);
    int classes = output.length / count;
    for (int sample = 0; sample < count; sample++) {
      int from = sample * classes;
      int expected = classes == 0 ? 0 : Ranking.top1(reference, from, classes);
      int actual = classes == 0 ? 0 : Ranking.top1(output, from, classes);
      agreeing += expected == actual ? 1 : 0;
      if (labels.length > 0) {
        judge(labels[sample], expected, actual, labels[sample] < classes && Ranking.rank(output, from, classes, labels[sample]) < TOP);
      }
    }
    samples += count;
    labelled += labels.length;
  }

  /**
   * Adds an output besides the first one, of samples that {@link #add} was told of.
   *
   * @param name its name in the model
   * @param reference the float model's, samples one after the other
   * @param output the same of the run to judge
   * @param count number of samples
   */
  public void addFurther(String name, float[] reference, float[] output, int count) {
    further.computeIfAbsent(name, _ -> new SignalNoise()).add(reference, output, count);
  }

  private void judge(int label, int expected, int actual, boolean amongTop) {
    boolean rightFloat = expected == label;
    boolean right = actual == label;
    correct += right ? 1 : 0;
    correctFloat += rightFloat ? 1 : 0;
    correctTop5 += amongTop ? 1 : 0;
    flippedToWrong += rightFloat && !right ? 1 : 0;
    flippedToRight += right && !rightFloat ? 1 : 0;
  }

  /** Adds what {@code other} has counted. */
  public void merge(QualityAccumulator other) {
    signalNoise.merge(other.signalNoise);
    recorder.merge(other.recorder);
    other.further.forEach((name, more) -> further.computeIfAbsent(name, _ -> new SignalNoise()).merge(more));
    samples += other.samples;
    labelled += other.labelled;
    agreeing += other.agreeing;
    correct += other.correct;
    correctFloat += other.correctFloat;
    correctTop5 += other.correctTop5;
    flippedToWrong += other.flippedToWrong;
    flippedToRight += other.flippedToRight;
  }

  /** Sample by sample, in the order in which they were added and merged; empty when the outputs are no classes. */
  public Optional<Outcomes> outcomes() {
    return recorder.outcomes();
  }

  /** Number of samples so far. */
  public int samples() {
    return samples;
  }

  /** The figures so far; accuracy only when every sample had a label. */
  public Quality snapshot() {
    Optional<Quality.Accuracy> accuracy =
        samples > 0 && labelled == samples
            ? Optional.of(
                new Quality.Accuracy(
                    correct,
                    correctFloat,
                    correctTop5,
                    flippedToWrong,
                    flippedToRight,
                    Intervals.wilson(correct, samples),
                    Intervals.pairedDifference(flippedToRight, flippedToWrong, samples)))
            : Optional.empty();
    return new Quality(
        samples,
        accuracy,
        samples == 0 ? 1 : (double) agreeing / samples,
        Intervals.wilson(agreeing, samples),
        signalNoise.sqnrDb(),
        signalNoise.cosine(),
        further.entrySet().stream()
            .map(output -> new Quality.Output(output.getKey(), output.getValue().sqnrDb(), output.getValue().cosine()))
            .toList());
  }
}
