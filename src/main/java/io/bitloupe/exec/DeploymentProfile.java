package io.bitloupe.exec;

import java.util.List;

/**
 * Where ONNX Runtime spends the time of one run of the exported file, beside the float model, on one thread. Profiling itself takes
 * a little time, so sums are somewhat larger than what a plain run takes.
 *
 * @param samples samples in a run
 * @param runs runs that the medians are of
 * @param quantized nodes of the exported file, the slowest first
 * @param floatModel nodes of the float model, the slowest first
 */
public record DeploymentProfile(int samples, int runs, List<NodeTime> quantized, List<NodeTime> floatModel) {

  /** What a node does. */
  public enum Kind {
    /** Arithmetic on integers, or moving them. */
    INTEGER,
    /** Arithmetic in float. */
    FLOAT,
    /** QuantizeLinear and DequantizeLinear. */
    BORDER
  }

  /**
   * Time of a node.
   *
   * @param name name in the optimized graph
   * @param op its operator there
   * @param kind what it does
   * @param milliseconds median over the runs, for one sample
   */
  public record NodeTime(String name, String op, Kind kind, double milliseconds) {}

  /** Copies the lists. */
  public DeploymentProfile {
    quantized = List.copyOf(quantized);
    floatModel = List.copyOf(floatModel);
  }

  /** Milliseconds for one sample in nodes of {@code kind} of the exported file. */
  public double milliseconds(Kind kind) {
    return sum(quantized.stream().filter(node -> node.kind() == kind).toList());
  }

  /** Milliseconds for one sample in all nodes of the exported file. */
  public double quantizedMilliseconds() {
    return sum(quantized);
  }

  /** Milliseconds for one sample in all nodes of the float model. */
  public double floatMilliseconds() {
    return sum(floatModel);
  }

  private static double sum(List<NodeTime> nodes) {
    return nodes.stream().mapToDouble(NodeTime::milliseconds).sum();
  }
}
