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
import java.util.Optional;

/** Finds type and shape of every tensor of a graph, and which of them hold samples one after the other, by running it. */
final class TensorShapes {

  private static final long MOST_BYTES = 64L << 20;

  private TensorShapes() {}

  /** Every input and every computed tensor of {@code graph}, in order. */
  static Map<String, TensorInfo> find(Graph graph, GraphEvaluator evaluator, Sizes sizes) {
    Probe one = sizes.probes().getFirst();
    Optional<Probe> two = sizes.probes().stream().filter(probe -> probe.base() && probe.batch() == 2).findFirst();
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    Map<String, Tensor> pairs = two.map(Probe::inputs).orElse(Map.of());
    for (ValueInfo input : graph.inputs()) {
      Optional.ofNullable(one.inputs().get(input.name())).ifPresent(value -> infos.put(input.name(), info(input.name(), value, pairs)));
    }
    List<String> names =
        graph.nodes().stream().flatMap(node -> node.outputs().stream()).filter(output -> !output.isEmpty()).distinct().toList();
    // A batch of one and a batch of two are held at the same time, of so many tensors at once as memory allows.
    int parts = Math.toIntExact(1 + 3 * sizes.bytes() / MOST_BYTES);
    int length = Math.max(1, (names.size() + parts - 1) / parts);
    for (int start = 0; start < names.size(); start += length) {
      List<String> part = names.subList(start, Math.min(names.size(), start + length));
      Map<String, Tensor> batch = two.map(probe -> evaluator.evaluate(graph, probe.inputs(), part)).orElse(Map.of());
      evaluator.evaluate(graph, one.inputs(), part).forEach((name, value) -> infos.put(name, info(name, value, batch)));
    }
    return infos;
  }

  private static TensorInfo info(String name, Tensor value, Map<String, Tensor> batch) {
    Tensor other = batch.get(name);
    return new TensorInfo(name, value.type(), value.shape(), other != null && holdsFirst(value, other));
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
