package io.bitloupe.metric;

/** Kullback-Leibler divergence of class probabilities, in nats. */
public final class Divergence {

  private Divergence() {}

  /** KL(softmax(reference) || softmax(output)) over {@code [from, from + classes)} of both. */
  public static double ofLogits(float[] reference, float[] output, int from, int classes) {
    double referenceLog = logSumExp(reference, from, classes);
    double outputLog = logSumExp(output, from, classes);
    double sum = 0;
    for (int i = from; i < from + classes; i++) {
      double logP = reference[i] - referenceLog;
      double logQ = output[i] - outputLog;
      sum += Math.exp(logP) * (logP - logQ);
    }
    return Math.max(0, sum);
  }

  /** The loss {@code -log softmax} of the class at the index {@code label} over {@code [from, from + classes)}. */
  public static double crossEntropy(float[] logits, int label, int from, int classes) {
    return logSumExp(logits, from, classes) - logits[label];
  }

  /** KL(reference || output) of probabilities; positive infinity where the output rules out what the reference does not. */
  public static double ofProbabilities(float[] reference, float[] output, int from, int classes) {
    double sum = 0;
    for (int i = from; i < from + classes; i++) {
      if (reference[i] > 0) {
        sum += reference[i] * Math.log(reference[i] / (double) output[i]);
      }
    }
    return Math.max(0, sum);
  }

  private static double logSumExp(float[] values, int from, int classes) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + classes; i++) {
      max = Math.max(max, values[i]);
    }
    double sum = 0;
    for (int i = from; i < from + classes; i++) {
      sum += Math.exp(values[i] - max);
    }
    return max + Math.log(sum);
  }
}
