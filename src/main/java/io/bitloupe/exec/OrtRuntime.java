package io.bitloupe.exec;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A graph in a session of ONNX Runtime. Each run allocates what it needs and frees it before it returns. */
final class OrtRuntime implements ModelRuntime {

  private final Model model;
  private final OrtSession session;
  private final Set<String> inputs = new LinkedHashSet<>();
  private final Map<String, String> outputs;
  private final Set<String> echoed = new LinkedHashSet<>();
  private final boolean oneByOne;

  /**
   * Opens {@code graph}.
   *
   * @param model the model that the graph was made of, which knows about batches
   * @param taps tensors of the graph to return besides its results, by the name to return them under
   * @param oneByOne whether every sample must be run alone
   * @param threads threads that one run uses, the calling one included
   */
  OrtRuntime(Model model, Graph graph, Map<String, String> taps, OptLevel level, boolean oneByOne, int threads) {
    this.model = model;
    this.oneByOne = oneByOne || !model.batchable();
    this.outputs = new LinkedHashMap<>();
    graph.inputs().forEach(input -> inputs.add(input.name()));
    List<ValueInfo> results = new ArrayList<>(graph.outputs());
    Set<String> known = new LinkedHashSet<>();
    for (ValueInfo output : graph.outputs()) {
      outputs.put(output.name(), output.name());
      known.add(output.name());
    }
    taps.forEach(
        (name, tensor) -> {
          if (inputs.contains(tensor)) {
            echoed.add(name);
            return;
          }
          if (known.add(tensor)) {
            results.add(new ValueInfo(tensor, DataType.OTHER, List.of()));
          }
          outputs.putIfAbsent(name, tensor);
        });
    this.session = OrtSessions.open(graph.withOutputs(results), level, threads);
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> given, int samples) {
    if (!oneByOne || samples == 1) {
      return run(given);
    }
    Map<String, List<Tensor>> parts = new LinkedHashMap<>();
    for (int sample = 0; sample < samples; sample++) {
      run(sample(given, sample, samples)).forEach((name, tensor) -> parts.computeIfAbsent(name, _ -> new ArrayList<>()).add(tensor));
    }
    Map<String, Tensor> whole = new LinkedHashMap<>();
    parts.forEach((name, tensors) -> whole.put(name, stack(tensors)));
    return whole;
  }

  /** This runtime returning only {@code names} of its results and taps; the graph and so every value stays the same. */
  OrtRuntime returning(Set<String> names) {
    outputs.keySet().retainAll(names);
    echoed.retainAll(names);
    return this;
  }

  private Map<String, Tensor> run(Map<String, Tensor> given) {
    Map<String, OnnxTensor> fed = new HashMap<>();
    try {
      for (String input : inputs) {
        Tensor tensor = given.get(input);
        if (tensor == null) {
          throw new IllegalArgumentException("no value for the input " + input);
        }
        fed.put(input, OrtSessions.toOnnx(tensor));
      }
      Set<String> wanted = new LinkedHashSet<>(outputs.values());
      try (OrtSession.Result result = session.run(fed, wanted)) {
        Map<String, Tensor> byTensor = new HashMap<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
          if (entry.getValue() instanceof OnnxTensor tensor) {
            byTensor.put(entry.getKey(), OrtSessions.toTensor(tensor));
          }
        }
        Map<String, Tensor> named = new LinkedHashMap<>();
        outputs.forEach(
            (name, tensor) -> {
              Tensor value = byTensor.get(tensor);
              if (value != null) {
                named.put(name, value);
              }
            });
        echoed.forEach(name -> Optional.ofNullable(given.get(name)).ifPresent(value -> named.put(name, value)));
        return named;
      }
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  /** The part of each input that belongs to one sample. What has the size of one sample already is the same for all. */
  private Map<String, Tensor> sample(Map<String, Tensor> given, int sample, int samples) {
    Map<String, Tensor> one = new HashMap<>();
    given.forEach(
        (name, tensor) -> {
          TensorInfo info = model.tensors().get(name);
          boolean shared = info != null && info.elements() == tensor.elements() && (!info.batched() || tensor.shape().rank() == 0);
          one.put(name, shared ? tensor : slice(tensor, info, sample, samples));
        });
    return one;
  }

  private static Tensor slice(Tensor tensor, @Nullable TensorInfo info, int sample, int samples) {
    int bytes = tensor.data().limit() / samples;
    boolean isScalar = info != null && info.shape().rank() == 0;
    Shape shape = isScalar ? Shape.scalar() : tensor.shape().withOuter(tensor.shape().dim(0) / samples);
    return new Tensor(tensor.type(), shape, tensor.buffer().slice(sample * bytes, bytes));
  }

  private static Tensor stack(List<Tensor> tensors) {
    Tensor first = tensors.getFirst();
    int bytes = tensors.stream().mapToInt(tensor -> tensor.data().limit()).sum();
    ByteBuffer data = ByteBuffer.allocate(bytes);
    tensors.forEach(tensor -> data.put(tensor.buffer()));
    Shape shape = first.shape();
    int outer = shape.rank() == 0 ? tensors.size() : tensors.stream().mapToInt(tensor -> tensor.shape().dim(0)).sum();
    return new Tensor(first.type(), shape.rank() == 0 ? Shape.of(outer) : shape.withOuter(outer), data.flip());
  }

  /** A run on inputs that are in ONNX Runtime already, to be timed. */
  final class PreparedRun implements AutoCloseable {

    private final Map<String, OnnxTensor> fed = new HashMap<>();

    PreparedRun(Map<String, Tensor> given) {
      inputs.forEach(input -> Optional.ofNullable(given.get(input)).ifPresent(t -> fed.put(input, OrtSessions.toOnnx(t))));
    }

    /** Runs once and returns the nanoseconds that it took, results not looked at. */
    long nanoseconds() {
      long start = System.nanoTime();
      try (OrtSession.Result result = session.run(fed)) {
        long end = System.nanoTime();
        if (result.size() == 0) {
          throw new IllegalStateException("a graph without results");
        }
        return end - start;
      } catch (OrtException e) {
        throw OrtSessions.refused(e);
      }
    }

    @Override
    public void close() {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  /** Puts inputs into ONNX Runtime for runs that are to be timed. */
  PreparedRun prepare(Map<String, Tensor> given) {
    return new PreparedRun(given);
  }

  /** Taps that are returned under the tensor's own name. */
  static Map<String, String> identity(Collection<String> tensors) {
    Map<String, String> same = new LinkedHashMap<>();
    tensors.forEach(tensor -> same.put(tensor, tensor));
    return same;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
