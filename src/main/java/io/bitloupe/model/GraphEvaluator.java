package io.bitloupe.model;

import java.util.List;
import java.util.Map;

/**
 * Computes tensors of a graph by a reference implementation. Folding constants, inferring shapes and checking an upgrade
 * all ask the same runtime that later judges accuracy, instead of a second implementation of every operator.
 */
public interface GraphEvaluator {

  /**
   * Runs {@code graph}.
   *
   * @param inputs a tensor for each input
   * @param outputs tensors to return, results or inner ones; empty for the results
   * @return the tensors by name, in the order asked for
   * @throws InvalidModelException when the runtime refuses the graph; the message is one sentence
   */
  Map<String, Tensor> evaluate(Graph graph, Map<String, Tensor> inputs, List<String> outputs);
}
