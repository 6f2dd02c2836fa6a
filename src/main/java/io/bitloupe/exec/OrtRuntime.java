package io.bitloupe.exec;

import ai.onnxruntime.OnnxTensor;
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
import io.bitloupe.qdq.LoweredGraph;
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
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A graph in a session of ONNX Runtime. Each run allocates what it needs and frees it before it returns. */
final class OrtRuntime implements ModelRuntime {

  /** As many samples together as are given. */
  static final int ALL = Integer.MAX_VALUE;

  private final Model model;
  private final OrtSession session;
  private final Set<String> inputs = new LinkedHashSet<>();
  private final Map<String, String> outputs;
  private final Set<String> echoed = new LinkedHashSet<>();
  private final int most;

  /**
   * Opens {@code graph}.
   *
   * @param model the model that the graph was made of, which knows about batches
   * @param taps tensors of the graph to return besides its results, by the name to return them under
   * @param most samples that may be run together; 1 where the model cannot take more
   * @param threads threads that one run uses, the calling one included
   */
  OrtRuntime(Model model, Graph graph, Map<String, String> taps, OptLevel level, int most, int threads) {
    this.model = model;
    this.most = model.batchable() ? most : 1;
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
    if (samples <= most) {
      return run(given);
    }
    Map<String, List<Tensor>> parts = new LinkedHashMap<>();
    for (int first = 0; first < samples; first += most) {
      Map<String, Tensor> some = part(given, first, Math.min(most, samples - first), samples);
      run(some, (name, tensor) -> parts.computeIfAbsent(name, _ -> new ArrayList<>()).add(tensor));
    }
    Map<String, Tensor> whole = new LinkedHashMap<>();
    for (String name : List.copyOf(parts.keySet())) {
      // What was put together goes before the next is.
      Optional.ofNullable(parts.remove(name)).ifPresent(tensors -> whole.put(name, stack(tensors)));
    }
    return whole;
  }

  /** This runtime returning only {@code names} of its results and taps; the graph and so every value stays the same. */
  OrtRuntime returning(Set<String> names) {
    outputs.keySet().retainAll(names);
    echoed.retainAll(names);
    return this;
  }

  private Map<String, Tensor> run(Map<String, Tensor> given) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    run(given, named::put);
    return named;
  }

  /** Runs once and hands over one result after the other, so that no more than one of them needs to be held. */
  private void run(Map<String, Tensor> given, BiConsumer<String, Tensor> sink) {
    try (OrtInputs fed = new OrtInputs()) {
      for (String input : inputs) {
        Tensor tensor = given.get(input);
        if (tensor == null) {
          throw new IllegalArgumentException("no value for the input " + input);
        }
        fed.with(input, tensor);
      }
      try (OrtSession.Result result = session.run(fed.tensors(), new LinkedHashSet<>(outputs.values()))) {
        outputs.forEach(
            (name, tensor) -> {
              Optional<OnnxTensor> value = result.get(tensor).filter(OnnxTensor.class::isInstance).map(OnnxTensor.class::cast);
              value.ifPresent(computed -> sink.accept(name, OrtSessions.toTensor(computed)));
            });
        echoed.forEach(name -> Optional.ofNullable(given.get(name)).ifPresent(value -> sink.accept(name, value)));
      }
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    }
  }

  /** As {@link #run(Map, int)}, handing over one result after the other. */
  void run(Map<String, Tensor> given, int samples, BiConsumer<String, Tensor> sink) {
    if (samples <= most) {
      run(given, sink);
    } else {
      run(given, samples).forEach(sink);
    }
  }

  /** The part of each input that belongs to some samples. What has the size of one sample already is the same for all. */
  private Map<String, Tensor> part(Map<String, Tensor> given, int first, int count, int samples) {
    Map<String, Tensor> part = new HashMap<>();
    given.forEach(
        (name, tensor) -> {
          TensorInfo info = model.tensors().get(name);
          boolean shared = info != null && info.elements() == tensor.elements() && (!info.batched() || tensor.shape().rank() == 0);
          part.put(name, shared ? tensor : slice(tensor, info, first, count, samples));
        });
    return part;
  }

  private static Tensor slice(Tensor tensor, @Nullable TensorInfo info, int first, int count, int samples) {
    int bytes = tensor.data().limit() / samples;
    boolean isScalar = info != null && info.shape().rank() == 0 && count == 1;
    Shape shape = isScalar ? Shape.scalar() : tensor.shape().withOuter(tensor.shape().dim(0) / samples * count);
    return new Tensor(tensor.type(), shape, tensor.buffer().slice(first * bytes, count * bytes));
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

    private final OrtInputs fed = new OrtInputs();

    PreparedRun(Map<String, Tensor> given) {
      inputs.forEach(input -> Optional.ofNullable(given.get(input)).ifPresent(tensor -> fed.with(input, tensor)));
    }

    /** Runs once and returns the nanoseconds that it took, results not looked at. */
    long nanoseconds() {
      long start = System.nanoTime();
      try (OrtSession.Result result = session.run(fed.tensors())) {
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
      fed.close();
    }
  }

  /** Samples that one run of {@code lowered} can take: dynamic ranges are those of one. */
  static int most(LoweredGraph lowered) {
    return lowered.model().batchable() && lowered.dynamic().isEmpty() ? ALL : 1;
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
