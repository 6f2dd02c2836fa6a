package io.bitloupe.exec;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The float model with some of its weights given anew for each run. Thread-safe. */
public final class PerturbedRuntime implements AutoCloseable {

  private final OrtRuntime runtime;
  private final Map<String, Tensor> weights = new LinkedHashMap<>();

  /** Opens {@code model} with {@code replaceable}, initializer names, as further inputs. */
  public PerturbedRuntime(Model model, Set<String> replaceable) {
    Graph graph = model.graph();
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    List<ValueInfo> inputs = new ArrayList<>(graph.inputs());
    for (String name : replaceable) {
      Tensor weight = graph.constant(name);
      constants.remove(name);
      weights.put(name, weight);
      inputs.add(
          new ValueInfo(
              name,
              DataType.FLOAT,
              Arrays.stream(weight.shape().toArray()).<Dimension>mapToObj(Dimension.Fixed::new).toList(),
              true));
    }
    Graph open =
        new Graph(graph.name(), inputs, graph.outputs(), graph.nodes(), constants, graph.opsets(), graph.metadata());
    this.runtime = new OrtRuntime(model, open, Map.of(), OptLevel.ALL_OPT, OrtRuntime.ALL, 1);
  }

  /**
   * Runs samples that the model takes together.
   *
   * @param inputs a tensor for each model input
   * @param replaced weights to use instead of the model's own
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs, Map<String, Tensor> replaced) {
    Map<String, Tensor> given = new HashMap<>(weights);
    given.putAll(inputs);
    given.putAll(replaced);
    return runtime.run(given, 1);
  }

  @Override
  public void close() {
    runtime.close();
  }
}
