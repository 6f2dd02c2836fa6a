package io.bitloupe.qdq;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps ONNX Runtime from quantizing what the configuration leaves in float: nodes of an island that stand between DQ and Q. */
final class FusionGuard {

  private final LoweredGraph lowered;
  private final FloatIsland island;
  private final GraphParts parts;
  private final WeightWriter weights;
  private final Model model;
  private final Graph source;

  /** Guards the nodes of {@code island}. */
  FusionGuard(LoweredGraph lowered, FloatIsland island, GraphParts parts, WeightWriter weights) {
    this.lowered = lowered;
    this.island = island;
    this.parts = parts;
    this.weights = weights;
    this.model = lowered.model();
    this.source = model.graph();
  }

  /**
   * A form of {@code renamed} that stays in float; nodes that it needs before it are written.
   *
   * @param node as it is in the model
   * @param renamed as it would be written
   */
  Node guarded(Node node, Node renamed) {
    return keptFromSoftmaxFusion(node, withExactBias(node, renamed));
  }

  /**
   * ONNX Runtime (WeightBiasQuantization) quantizes the float weights of a Conv, ConvTranspose or Gemm between a DQ and a Q, per
   * tensor and unasked, when the bias is a float constant or absent. A bias that comes out of a DQ keeps it from that; codes in
   * units of a power of two lose nothing of it.
   */
  private Node withExactBias(Node node, Node renamed) {
    boolean tempting = node.is("Conv") || node.is("ConvTranspose") || node.is("Gemm");
    if (!tempting || !comesFromCodes(node.inputs().getFirst()) || !leadsToCodes(node.output())) {
      return renamed;
    }
    List<String> inputs = new ArrayList<>(renamed.inputs());
    Optional<String> bias = node.input(2);
    if (bias.isPresent() && (!source.isConstant(bias.get()) || source.constant(bias.get()).type() != DataType.FLOAT)) {
      return renamed;
    }
    int channels = model.tensor(node.output()).shape().dim(1);
    Tensor values =
        bias.map(source::constant).orElseGet(() -> Tensor.ofFloats(Shape.of(channels), new float[channels]));
    if (values.shape().rank() != 1) {
      return renamed;
    }
    GraphParts.setInput(inputs, 2, weights.exactBias(bias.orElse(node.output() + "_no_bias"), values));
    return renamed.withInputs(inputs);
  }

  /**
   * ONNX Runtime makes a QLinearSoftmax of a Softmax between a DQ and a Q, whose 32-bit arithmetic wraps around where an output
   * lies above the range of the codes (and for an axis of size 1), so that a probability of 1 becomes the code 0. A Sum of one
   * term, which changes nothing and which ONNX Runtime leaves alone, keeps it in float.
   */
  private Node keptFromSoftmaxFusion(Node node, Node renamed) {
    boolean tempting = node.is("Softmax") && comesFromCodes(node.inputs().getFirst());
    if (!tempting || !leadsToCodes(node.output())) {
      return renamed;
    }
    String same = parts.freshTensor(node.inputs().getFirst() + "_in_float");
    parts.node(node.name() + "_in_float", "Sum", List.of(renamed.inputs().getFirst()), List.of(same), Map.of());
    return renamed.withInputs(List.of(same));
  }

  /**
   * Whether ONNX Runtime may come to see a DQ right before a node that reads {@code tensor}: it carries Q and DQ through nodes
   * that only move values.
   */
  private boolean comesFromCodes(String tensor) {
    String current = tensor;
    while (!lowered.isCodes(current)) {
      String read = current;
      Optional<Node> writer = island.nodes().stream().filter(node -> node.outputs().contains(read)).findFirst();
      if (writer.isEmpty() || !Moves.OPERATORS.contains(writer.get().opType())) {
        return false;
      }
      current = writer.get().inputs().getFirst();
    }
    return true;
  }

  /** Whether it may come to see a Q right after the node that writes {@code tensor}, perhaps behind Relu and Clip. */
  private boolean leadsToCodes(String tensor) {
    Deque<String> open = new ArrayDeque<>(List.of(tensor));
    while (!open.isEmpty()) {
      String current = open.pop();
      if (lowered.isCodes(current)) {
        return true;
      }
      for (Node node : island.nodes()) {
        boolean transparent = Moves.OPERATORS.contains(node.opType()) || node.is("Relu") || node.is("Clip");
        if (transparent && node.inputs().getFirst().equals(current)) {
          open.add(node.output());
        }
      }
    }
    return false;
  }
}
