package io.bitloupe.engine;

import io.bitloupe.metric.ClassScores;
import io.bitloupe.metric.Divergence;
import io.bitloupe.metric.Ranking;
import io.bitloupe.metric.SignalNoise;
import io.bitloupe.model.Graph;
import java.util.BitSet;
import java.util.Optional;

/** Adds up how one configuration answers; batches arrive in order. Not thread-safe. */
final class ResponseAccumulator {

  private final ClassScores scores;
  private final BitSet right = new BitSet();
  private final SignalNoise noise = new SignalNoise();
  private boolean labelled = true;
  private int samples;
  private int agreeing;
  private double divergence;

  /**
   * For outputs of {@code graph}.
   *
   * @param graph its first output is compared as logits, or as probabilities where a Softmax writes it
   */
  ResponseAccumulator(Graph graph) {
    this.scores = ClassScores.of(graph);
  }

  /**
   * Adds a batch.
   *
   * @param labels class of each sample; empty when there are none
   * @param reference first output of the float model, samples one after the other
   * @param output the same of the configuration
   * @param count number of samples
   */
  void add(int[] labels, float[] reference, float[] output, int count) {
    noise.add(reference, output, count);
    labelled &= labels.length == count;
    int classes = output.length / count;
    float[] expected = scores.logits(reference);
    float[] actual = scores.logits(output);
    for (int sample = 0; sample < count; sample++) {
      int from = sample * classes;
      int answer = Ranking.top1(output, from, classes);
      agreeing += answer == Ranking.top1(reference, from, classes) ? 1 : 0;
      if (labelled) {
        right.set(samples + sample, labels[sample] == answer);
        divergence += Divergence.ofLogits(expected, actual, from, classes);
      }
    }
    samples += count;
  }

  Response response() {
    double sqnr = noise.sqnrDb();
    double loss = labelled ? divergence / Math.max(1, samples) : Math.pow(10, -sqnr / 10);
    return new Response(samples, labelled ? Optional.of(right) : Optional.empty(), agreeing, loss, sqnr);
  }
}
