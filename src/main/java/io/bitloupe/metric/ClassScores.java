package io.bitloupe.metric;

import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;

/**
 * What a model says of classes: its first output, which holds logits, or probabilities where a Softmax writes it.
 *
 * @param output name of the output
 * @param areProbabilities whether a Softmax writes it
 */
public record ClassScores(String output, boolean areProbabilities) {

  /** Below every probability that float32 says anything of; its logarithm is finite. */
  private static final float LEAST_PROBABILITY = 1e-30f;

  /** Those of {@code graph}. */
  public static ClassScores of(Graph graph) {
    String output = graph.outputs().getFirst().name();
    return new ClassScores(
        output, graph.nodes().stream().filter(node -> node.outputs().contains(output)).map(Node::opType).anyMatch("Softmax"::equals));
  }

  /** Logits for values of the output: the values themselves, or the logarithms of probabilities. */
  public float[] logits(float[] values) {
    if (!areProbabilities) {
      return values;
    }
    float[] logarithms = new float[values.length];
    for (int i = 0; i < logarithms.length; i++) {
      logarithms[i] = (float) Math.log(Math.max(LEAST_PROBABILITY, values[i]));
    }
    return logarithms;
  }
}
