package io.bitloupe.exec;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphEvaluator;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.Probe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds type and shape of every tensor of a graph, and which of them hold samples one after the other, by running it. */
final class TensorShapes {

  private TensorShapes() {}

  /**
   * Every input and every computed tensor, in order.
   *
   * @param probes one sample first; a second base probe tells what grows with the batch
   */
  static Map<String, TensorInfo> find(Graph graph, GraphEvaluator evaluator, List<Probe> probes) {
    List<String> names =
        graph.nodes().stream().flatMap(node -> node.outputs().stream()).filter(output -> !output.isEmpty()).distinct().toList();
    Probe one = probes.getFirst();
    Map<String, Tensor> single = new LinkedHashMap<>();
    graph.inputs().stream().map(ValueInfo::name).forEach(input -> single.put(input, one.inputs().get(input)));
    single.putAll(evaluator.evaluate(graph, one.inputs(), names));
    Map<String, Tensor> batch = new LinkedHashMap<>();
    probes.stream()
        .filter(probe -> probe.base() && probe.batch() == 2)
        .findFirst()
        .ifPresent(
            two -> {
              batch.putAll(two.inputs());
              batch.putAll(evaluator.evaluate(graph, two.inputs(), names));
            });
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    single.forEach(
        (name, value) -> {
          Tensor other = batch.get(name);
          infos.put(name, new TensorInfo(name, value.type(), value.shape(), other != null && holdsFirst(value, other)));
        });
    return infos;
  }

  /** Whether {@code two} holds twice the rows of {@code one}, and starts with those of {@code one}. */
  private static boolean holdsFirst(Tensor one, Tensor two) {
    Shape shape = one.shape();
    if (shape.rank() == 0 || !two.shape().equals(shape.withOuter(2 * shape.dim(0)))) {
      return false;
    }
    if (one.type() != DataType.FLOAT) {
      return one.type() == DataType.STRING || two.buffer().slice(0, one.data().limit()).equals(one.buffer());
    }
    float[] alone = one.floats();
    float[] both = two.floats();
    double difference = 0;
    double magnitude = 0;
    double contrast = 0;
    for (int i = 0; i < alone.length; i++) {
      if (Float.isFinite(alone[i])) {
        difference += square((double) alone[i] - both[i]);
        contrast += square((double) both[i + alone.length] - both[i]);
        magnitude += square(alone[i]);
      }
    }
    // Kernels round differently for another batch; the second sample is another one altogether.
    return Math.sqrt(difference) <= Math.max(1e-3 * Math.sqrt(magnitude), 0.05 * Math.sqrt(contrast));
  }

  private static double square(double value) {
    return value * value;
  }
}
