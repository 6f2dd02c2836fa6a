package io.bitloupe.exec;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.LoweredGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a float island as a graph of its own in ONNX Runtime, on the calling thread. */
final class OrtIslandRunner implements FloatIslandRunner {

  private final FloatIsland island;
  private final OrtSession session;

  /** Opens {@code island} of {@code lowered}. */
  OrtIslandRunner(FloatIsland island, LoweredGraph lowered) {
    this.island = island;
    this.session = OrtSessions.open(graph(island, lowered), OptLevel.ALL_OPT, 1);
  }

  /** The island as a graph: its border becomes inputs and outputs, its constants are those of the lowered graph. */
  static Graph graph(FloatIsland island, LoweredGraph lowered) {
    Model model = lowered.model();
    Map<String, Tensor> constants = new LinkedHashMap<>();
    for (Node node : island.nodes()) {
      for (String input : GraphIndex.inputsWithCaptured(node)) {
        Tensor constant = lowered.constants().getOrDefault(input, model.graph().initializers().get(input));
        if (constant != null) {
          constants.put(input, constant);
        }
      }
    }
    return new Graph(
        island.name(),
        island.inputs().stream().map(name -> border(name, model)).toList(),
        island.outputs().stream().map(name -> border(name, model)).toList(),
        island.nodes(),
        constants,
        model.graph().opsets(),
        Map.of());
  }

  private static ValueInfo border(String name, Model model) {
    TensorInfo info = model.tensors().get(name);
    if (info == null) {
      throw new InvalidModelException("The type of the tensor %s is not known.".formatted(name));
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (int axis = 0; axis < info.shape().rank(); axis++) {
      boolean open = axis == 0 && info.batched();
      dimensions.add(open ? new Dimension.Symbolic("") : new Dimension.Fixed(info.shape().dim(axis)));
    }
    return new ValueInfo(name, info.type(), dimensions);
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs, int samples) {
    try (OrtInputs fed = new OrtInputs()) {
      for (String name : island.inputs()) {
        Tensor input = inputs.get(name);
        if (input == null) {
          throw new IllegalArgumentException("the island %s was not given %s".formatted(island.name(), name));
        }
        fed.with(name, input);
      }
      try (OrtSession.Result result = session.run(fed.tensors())) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (String name : island.outputs()) {
          outputs.put(name, OrtSessions.toTensor((OnnxTensor) result.get(name).orElseThrow()));
        }
        return outputs;
      }
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    }
  }
}
