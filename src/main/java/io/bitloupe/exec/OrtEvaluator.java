package io.bitloupe.exec;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphEvaluator;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Computes tensors by ONNX Runtime without any optimization, so that every node is run as it is written. The session of the
 * last graph stays open, since a graph is mostly evaluated on several inputs in a row.
 */
public final class OrtEvaluator implements GraphEvaluator, AutoCloseable {

  /** A run that takes longer is stopped: a loop in a file may ask for any number of iterations. */
  private static final int LONGEST_RUN_SECONDS = Integer.getInteger("bitloupe.evaluator.seconds", 60);

  private Optional<Opened> opened = Optional.empty();

  private record Opened(Graph graph, List<String> outputs, OrtSession session) {}

  /** {@inheritDoc} Results that are no tensors are left out. */
  @Override
  public synchronized Map<String, Tensor> evaluate(Graph graph, Map<String, Tensor> inputs, List<String> outputs) {
    List<String> wanted = outputs.isEmpty() ? graph.outputs().stream().map(ValueInfo::name).toList() : outputs;
    OrtSession session = session(graph, wanted);
    Map<String, OnnxTensor> fed = new HashMap<>();
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      for (ValueInfo input : graph.inputs()) {
        Tensor value = inputs.get(input.name());
        if (value == null) {
          throw new InvalidModelException("The input '%s' was given no value.".formatted(input.name()));
        }
        fed.put(input.name(), OrtSessions.toOnnx(value));
      }
      try (TimeLimit limit = new TimeLimit(options);
          OrtSession.Result result = session.run(fed, new LinkedHashSet<>(wanted), options)) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
          if (entry.getValue() instanceof OnnxTensor tensor && OrtSessions.typeOf(tensor.getInfo().onnxType) != DataType.OTHER) {
            tensors.put(entry.getKey(), OrtSessions.toTensor(tensor));
          }
        }
        return tensors;
      }
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  /** Closes the session that is still open. */
  @Override
  public synchronized void close() {
    if (opened.isPresent()) {
      try {
        opened.get().session().close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      } finally {
        opened = Optional.empty();
      }
    }
  }

  private OrtSession session(Graph graph, List<String> outputs) {
    if (opened.isPresent() && opened.get().graph() == graph && opened.get().outputs().equals(outputs)) {
      return opened.get().session();
    }
    close();
    Map<String, ValueInfo> declared = new HashMap<>();
    graph.outputs().forEach(output -> declared.put(output.name(), output));
    List<ValueInfo> results =
        outputs.stream()
            .distinct()
            .map(name -> declared.getOrDefault(name, new ValueInfo(name, DataType.OTHER, List.of())))
            .toList();
    OrtSession session =
        OrtSessions.open(graph.withOutputs(results), OptLevel.NO_OPT, Runtime.getRuntime().availableProcessors());
    opened = Optional.of(new Opened(graph, outputs, session));
    return session;
  }

  /** Stops a run that takes too long. */
  private static final class TimeLimit implements AutoCloseable {

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

    @Override
    public synchronized void close() {
      over = true;
    }
  }
}
