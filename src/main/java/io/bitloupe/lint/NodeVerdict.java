package io.bitloupe.lint;

/**
 * What ONNX Runtime will make of one node of a file with QuantizeLinear and DequantizeLinear.
 *
 * @param node name of the node
 * @param op its operator
 * @param outcome what becomes of it
 * @param reason why, as a sentence; empty where it runs on integers
 * @param change what would let it run on integers, as a sentence; empty where nothing would or nothing needs to
 */
public record NodeVerdict(String node, String op, Outcome outcome, String reason, String change) {

  /** What becomes of a node. */
  public enum Outcome {
    /** An integer kernel takes it. */
    INTEGER,
    /** Float arithmetic, between DequantizeLinear and QuantizeLinear where it meets codes. */
    FLOAT,
    /** It is fused into a form that the kernel refuses at run time. */
    FAILS
  }

  static NodeVerdict integer(String node, String op) {
    return new NodeVerdict(node, op, Outcome.INTEGER, "", "");
  }
}
