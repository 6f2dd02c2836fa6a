package io.bitloupe.exec;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphEvaluator;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.OnnxWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Computes tensors by ONNX Runtime without any optimization, so that every node is run as it is written. The sessions of
 * the last two graphs stay open, since a graph is mostly evaluated on several inputs in a row.
 */
public final class OrtEvaluator implements GraphEvaluator, AutoCloseable {

  /** How long one evaluation may take. */
  static final Duration LONGEST_RUN = Duration.ofSeconds(60);

  /** Bytes that a tensor may take: a file of a few bytes may ask for any number. */
  private static final long LARGEST_TENSOR = Long.getLong("bitloupe.evaluator.bytes", 1L << 32);

  /** Bytes that all tensors together may take. */
  private static final double LARGEST_TOTAL = 4.0 * LARGEST_TENSOR;
  /** Bytes of a constant that may be a shape. */
  private static final int LARGEST_SHAPE = 1 << 12;
  /** Graphs come in pairs, before and after a change. */
  private static final int MOST_SESSIONS = 2;
  /** Bytes of a model of which one session alone is kept. */
  private static final int LARGEST_KEPT = 256 << 20;

  private final Duration longestRun;
  private final long mostBytes;
  private final List<Opened> opened = new ArrayList<>();

  private record Opened(Graph graph, OrtSession session) implements AutoCloseable {
    @Override
    public void close() {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** An evaluator that lets a graph run for a minute and take as much memory as one tensor may. */
  public OrtEvaluator() {
    this(LONGEST_RUN, LARGEST_TENSOR);
  }

  /** An evaluator that stops a graph after {@code longestRun}, or when the process grows by {@code mostBytes}. */
  OrtEvaluator(Duration longestRun, long mostBytes) {
    this.longestRun = longestRun;
    this.mostBytes = mostBytes;
  }

  /** {@inheritDoc} Results that are no tensors are left out. */
  @Override
  public synchronized Map<String, Tensor> evaluate(Graph graph, Map<String, Tensor> inputs, List<String> outputs) {
    OrtSession session = session(graph);
    Set<String> wanted = new LinkedHashSet<>(outputs.isEmpty() ? graph.outputs().stream().map(ValueInfo::name).toList() : outputs);
    Optional<String> stopped = Optional.empty();
    try (OrtSession.RunOptions options = new OrtSession.RunOptions();
        OrtInputs fed = new OrtInputs()) {
      for (ValueInfo input : graph.inputs()) {
        Tensor value = inputs.get(input.name());
        if (value == null) {
          throw new InvalidModelException("The input '%s' was given no value.".formatted(input.name()));
        }
        fed.with(input.name(), value);
      }
      RunLimit limit = new RunLimit(options, longestRun, mostBytes);
      try (OrtSession.Result result = session.run(fed.tensors(), wanted, options)) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
          if (entry.getValue() instanceof OnnxTensor tensor && OrtSessions.typeOf(tensor.getInfo().onnxType) != DataType.OTHER) {
            tensors.put(entry.getKey(), OrtSessions.toTensor(tensor));
          }
        }
        return tensors;
      } finally {
        stopped = limit.lift();
      }
    } catch (OrtException e) {
      throw stopped.isEmpty() ? OrtSessions.refused(e) : new InvalidModelException(stopped.get(), e);
    }
  }

  /** Closes the sessions that are still open. */
  @Override
  public synchronized void close() {
    opened.forEach(Opened::close);
    opened.clear();
  }

  /** A session of {@code graph}, the very object, in which every computed tensor can be asked for. */
  @SuppressWarnings("ReferenceEquality")
  private OrtSession session(Graph graph) {
    for (Opened known : opened) {
      if (known.graph() == graph) {
        return known.session();
      }
    }
    byte[] model = OnnxWriter.toBytes(graph.withOutputs(tapped(graph)));
    while (!opened.isEmpty() && (opened.size() >= MOST_SESSIONS || model.length > LARGEST_KEPT)) {
      opened.removeFirst().close();
    }
    OrtSession session = OrtSessions.openOnce(model, OptLevel.NO_OPT, Runtime.getRuntime().availableProcessors());
    opened.add(new Opened(graph, session));
    return session;
  }

  /**
   * Refuses a graph that asks for tensors beyond any memory, before it is run. A tensor whose size follows from values that are
   * only known at run time is left to {@link RunLimit}.
   *
   * @param inputs a tensor for each input, whose shapes count
   * @return bytes of all computed tensors of known size together
   */
  long checkSizes(Graph graph, Map<String, Tensor> inputs) {
    List<ValueInfo> sized = new ArrayList<>();
    inputs.forEach((name, value) -> sized.add(sized(name, value)));
    Map<String, Tensor> small = new LinkedHashMap<>();
    graph
        .initializers()
        .forEach(
            (name, value) -> {
              // Values decide about shapes only where they are few; the others are left out to make this cheap.
              if (value.data().limit() <= LARGEST_SHAPE || value.type() == DataType.OTHER) {
                small.put(name, value);
              } else {
                sized.add(sized(name, value));
              }
            });
    Graph light = new Graph(graph.name(), sized, tapped(graph), graph.nodes(), small, graph.opsets(), Map.of());
    Graph full = new Graph(
        graph.name(), sized.subList(0, inputs.size()), tapped(graph), graph.nodes(), graph.initializers(), graph.opsets(), Map.of());
    try (OrtSession session = openLight(light, full)) {
      double total = 0;
      for (NodeInfo output : session.getOutputInfo().values()) {
        if (output.getInfo() instanceof TensorInfo info) {
          double bytes = Math.max(1, OrtSessions.typeOf(info.onnxType).bits() / 8);
          for (long dimension : info.getShape()) {
            bytes *= dimension < 0 ? 1 : dimension;
          }
          total += bytes;
          if (bytes > LARGEST_TENSOR || total > LARGEST_TOTAL) {
            throw new InvalidModelException(
                "with the tensor '%s' it would take %.1f GB for one sample.".formatted(output.getName(), total / (1 << 30)));
          }
        }
      }
      return (long) total;
    } catch (OrtException e) {
      throw new InvalidModelException("It computes optional values, which ONNX Runtime does not hand to Java.", e);
    }
  }

  private static ValueInfo sized(String name, Tensor value) {
    List<Dimension> dimensions = Arrays.stream(value.shape().toArray()).<Dimension>mapToObj(Dimension.Fixed::new).toList();
    return new ValueInfo(name, value.type(), dimensions, true);
  }

  /** Some kernels insist on constant operands and refuse the light form of a graph. */
  private static OrtSession openLight(Graph light, Graph full) {
    try {
      return OrtSessions.open(light, OptLevel.NO_OPT, 1);
    } catch (InvalidModelException e) {
      return OrtSessions.open(full, OptLevel.NO_OPT, 1);
    }
  }

  /** The graph's results, and every other tensor that it computes. */
  private static List<ValueInfo> tapped(Graph graph) {
    Map<String, ValueInfo> results = new LinkedHashMap<>();
    graph.outputs().forEach(output -> results.put(output.name(), output));
    for (Node node : graph.nodes()) {
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          results.putIfAbsent(output, new ValueInfo(output, DataType.OTHER, List.of()));
        }
      }
    }
    return List.copyOf(results.values());
  }
}
