package io.bitloupe.exec;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphEvaluator;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.OnnxWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Computes tensors by ONNX Runtime without any optimization, so that every node is run as it is written. The sessions of
 * the last two graphs stay open, since a graph is mostly evaluated on several inputs in a row.
 */
public final class OrtEvaluator implements GraphEvaluator, AutoCloseable {

  /** A run that takes longer is stopped: a loop in a file may ask for any number of iterations. */
  private static final int LONGEST_RUN_SECONDS = Integer.getInteger("bitloupe.evaluator.seconds", 60);

  /** Bytes that a tensor may take: a file of a few bytes may ask for any number. */
  private static final long LARGEST_TENSOR = Long.getLong("bitloupe.evaluator.bytes", 1L << 32);

  /** Graphs come in pairs, before and after a change. */
  private static final int MOST_SESSIONS = 2;
  /** Bytes of a model of which one session alone is kept. */
  private static final int LARGEST_KEPT = 256 << 20;

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

  /** {@inheritDoc} Results that are no tensors are left out. */
  @Override
  public synchronized Map<String, Tensor> evaluate(Graph graph, Map<String, Tensor> inputs, List<String> outputs) {
    OrtSession session = session(graph);
    Set<String> wanted = new LinkedHashSet<>(outputs.isEmpty() ? graph.outputs().stream().map(ValueInfo::name).toList() : outputs);
    Map<String, OnnxTensor> fed = new HashMap<>();
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      for (ValueInfo input : graph.inputs()) {
        Tensor value = inputs.get(input.name());
        if (value == null) {
          throw new InvalidModelException("The input '%s' was given no value.".formatted(input.name()));
        }
        fed.put(input.name(), OrtSessions.toOnnx(value));
      }
      TimeLimit limit = new TimeLimit(options);
      try (OrtSession.Result result = session.run(fed, wanted, options)) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
          if (entry.getValue() instanceof OnnxTensor tensor && OrtSessions.typeOf(tensor.getInfo().onnxType) != DataType.OTHER) {
            tensors.put(entry.getKey(), OrtSessions.toTensor(tensor));
          }
        }
        return tensors;
      } finally {
        limit.lift();
      }
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
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
    Map<String, ValueInfo> results = new LinkedHashMap<>();
    graph.outputs().forEach(output -> results.put(output.name(), output));
    for (Node node : graph.nodes()) {
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          results.putIfAbsent(output, new ValueInfo(output, DataType.OTHER, List.of()));
        }
      }
    }
    byte[] model = OnnxWriter.toBytes(graph.withOutputs(List.copyOf(results.values())));
    while (!opened.isEmpty() && (opened.size() >= MOST_SESSIONS || model.length > LARGEST_KEPT)) {
      opened.removeFirst().close();
    }
    OrtSession session = OrtSessions.open(model, OptLevel.NO_OPT, Runtime.getRuntime().availableProcessors());
    opened.add(new Opened(graph, session));
    try {
      checkSizes(session);
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    }
    return session;
  }

  /** Refuses a graph that asks for a tensor beyond any memory, before it is run; open dimensions count as 1. */
  private static void checkSizes(OrtSession session) throws OrtException {
    for (NodeInfo output : session.getOutputInfo().values()) {
      if (output.getInfo() instanceof TensorInfo info) {
        double bytes = Math.max(1, OrtSessions.typeOf(info.onnxType).bits() / 8);
        for (long dimension : info.getShape()) {
          bytes *= dimension < 0 ? 1 : dimension;
        }
        if (bytes > LARGEST_TENSOR) {
          throw new InvalidModelException(
              "The tensor '%s' would take %.1f GB for one sample.".formatted(output.getName(), bytes / (1 << 30)));
        }
      }
    }
  }

  /** Stops a run that takes too long. */
  private static final class TimeLimit {

    private static final Executor LATER = CompletableFuture.delayedExecutor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS);

    private final OrtSession.RunOptions options;
    private boolean over;

    TimeLimit(OrtSession.RunOptions options) {
      this.options = options;
      LATER.execute(this::stop);
    }

    private synchronized void stop() {
      if (!over) {
        try {
          options.setTerminate(true);
        } catch (OrtException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    /** Lets the run's options be closed. */
    synchronized void lift() {
      over = true;
    }
  }
}
