package io.bitloupe.exec;

import io.bitloupe.exec.integer.IntegerPlan;
import io.bitloupe.exec.integer.Memory;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.CodeTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs a lowered graph in integers: a compiled plan, with its float islands in ONNX Runtime. No result depends on the batch
 * that a sample is in, nor on threads.
 */
public final class IntegerRuntime implements ModelRuntime {

  private final LoweredGraph lowered;
  private final IntegerPlan plan;
  /** By identity: an island's hash code covers its constants. */
  private final Map<FloatIsland, FloatIslandRunner> islands = new IdentityHashMap<>();
  private final Provenance provenance;
  private final Checkpoints checkpoints;
  private final boolean separable;

  private IntegerRuntime(
      LoweredGraph lowered, Kernels kernels, StepReuse reuse, Function<FloatIsland, FloatIslandRunner> opener) {
    this.lowered = lowered;
    this.plan = IntegerPlan.compile(lowered, kernels, reuse.operators());
    this.provenance = new Provenance(lowered, reuse.digests());
    this.checkpoints = new Checkpoints(lowered);
    this.separable =
        Stream.concat(lowered.model().graph().inputs().stream(), lowered.model().graph().outputs().stream())
            .map(value -> lowered.model().tensors().get(value.name()))
            .allMatch(info -> info != null && info.batched());
    for (Step step : lowered.steps()) {
      if (step instanceof FloatIsland island) {
        islands.put(island, opener.apply(island));
      }
    }
  }

  /** Compiles {@code lowered} for the kernels of this machine. */
  public static IntegerRuntime open(LoweredGraph lowered) {
    return open(lowered, Kernels.best());
  }

  /** Compiles {@code lowered} for the given kernels. */
  public static IntegerRuntime open(LoweredGraph lowered, Kernels kernels) {
    return open(lowered, kernels, new StepReuse());
  }

  /** Compiles {@code lowered} for the kernels of this machine, with what {@code reuse} keeps of runtimes of the same model. */
  public static IntegerRuntime open(LoweredGraph lowered, StepReuse reuse) {
    return open(lowered, Kernels.best(), reuse);
  }

  private static IntegerRuntime open(LoweredGraph lowered, Kernels kernels, StepReuse reuse) {
    return new IntegerRuntime(lowered, kernels, reuse, island -> new OrtIslandRunner(island, lowered));
  }

  /** The compiled plan. */
  public IntegerPlan plan() {
    return plan;
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs, int samples) {
    return run(inputs, samples, StepObserver.NONE);
  }

  /**
   * Runs {@code samples} samples under observation.
   *
   * @param inputs a tensor for each model input, samples along the leading dimension
   * @param observer called after each step, on this thread; once for each sample where samples must run one at a time
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs, int samples, StepObserver observer) {
    return run(inputs, samples, observer, StepStore.NONE);
  }

  /**
   * Runs {@code samples} samples as far as {@code store} does not know the answer already, and adds to it.
   *
   * @param inputs a tensor for each model input, samples along the leading dimension
   * @param observer told of the codes of each step that it observes, computed now or before, and of the time of each that ran
   * @param store what was computed before for the very same samples; not used where samples must run one at a time
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs, int samples, StepObserver observer, StepStore store) {
    if (plan.oneByOne()) {
      return runInParts(inputs, samples, 1, observer);
    }
    boolean inParts =
        separable && store.equals(StepStore.NONE) && lowered.integerSteps().stream().noneMatch(observer::observes);
    return inParts ? runInParts(inputs, samples, plan.samplesTogether(), observer) : runTogether(inputs, samples, observer, store);
  }

  private Map<String, Tensor> runInParts(Map<String, Tensor> inputs, int samples, int most, StepObserver observer) {
    if (samples <= most) {
      return runTogether(inputs, samples, observer, StepStore.NONE);
    }
    Map<String, List<Tensor>> parts = new LinkedHashMap<>();
    for (int first = 0; first < samples; first += most) {
      int count = Math.min(most, samples - first);
      Map<String, Tensor> some = new HashMap<>();
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        some.put(input.getKey(), part(input.getValue(), first, count, samples));
      }
      runTogether(some, count, observer, StepStore.NONE)
          .forEach((name, part) -> parts.computeIfAbsent(name, _ -> new ArrayList<>()).add(part));
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    parts.forEach((name, tensors) -> outputs.put(name, joined(tensors)));
    return outputs;
  }

  /**
   * Runs one step alone, on given codes.
   *
   * @param step a step of the lowered graph
   * @param inputs codes of the activations that it reads, in the graph's layout, samples along the leading dimension
   * @param samples number of samples
   * @return the codes that it writes, in the graph's layout
   */
  public CodeTensor execute(IntegerStep step, List<CodeTensor> inputs, int samples) {
    return plan.execute(step, inputs, samples);
  }

  /** Digest of what the codes of {@code tensor} are computed from; empty where codes cannot be told apart by it. */
  public Optional<String> provenance(String tensor) {
    return provenance.key(tensor);
  }

  private Map<String, Tensor> runTogether(
      Map<String, Tensor> inputs, int samples, StepObserver observer, StepStore store) {
    Map<String, Tensor> reals = new HashMap<>();
    Memory memory = plan.borrow(samples);
    try (RunSchedule schedule = new RunSchedule(lowered, observer, tensor -> pin(tensor, store))) {
      for (ValueInfo input : lowered.model().graph().inputs()) {
        Tensor given = inputs.get(input.name());
        if (given == null) {
          throw new IllegalArgumentException("no values were given for the input " + input.name());
        }
        if (schedule.needs(input.name())) {
          write(input.name(), given, reals, memory);
        }
      }
      for (Step step : lowered.steps()) {
        if (schedule.runs(step)) {
          run(step, samples, reals, memory, observer);
          outputs(step).forEach(output -> save(output, memory, store));
        } else {
          load(step, schedule, memory);
        }
        if (step instanceof IntegerStep integerStep && observer.observes(integerStep)) {
          observer.onCodes(integerStep, plan.codes(integerStep.output(), memory));
        }
      }
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      for (ValueInfo output : lowered.model().graph().outputs()) {
        outputs.put(output.name(), read(output.name(), reals, memory));
      }
      return outputs;
    } finally {
      plan.giveBack(memory);
    }
  }

  private void run(Step step, int samples, Map<String, Tensor> reals, Memory memory, StepObserver observer) {
    if (step instanceof IntegerStep integerStep && observer.observesInputs(integerStep)) {
      observer.onInputs(integerStep, integerStep.inputs().stream().map(input -> plan.codes(input, memory)).toList());
    }
    long start = System.nanoTime();
    switch (step) {
      case IntegerStep integerStep -> plan.run(integerStep, memory);
      case FloatIsland island -> runIsland(island, samples, reals, memory);
    }
    observer.onTime(step, System.nanoTime() - start);
  }

  /** What a tensor is kept under, where it can be. The same codes may lie in another order under another configuration. */
  private Optional<String> key(String tensor) {
    return provenance.key(tensor).map(digest -> digest + plan.order(tensor));
  }

  private Optional<StepStore.Pin> pin(String tensor, StepStore store) {
    return store.equals(StepStore.NONE) ? Optional.empty() : key(tensor).flatMap(store::pin);
  }

  private void save(String tensor, Memory memory, StepStore store) {
    if (store.equals(StepStore.NONE) || !(store.keepsAll() || checkpoints.contains(tensor))) {
      return;
    }
    key(tensor).ifPresent(key -> plan.save(tensor, memory, (codes, length) -> store.save(key, codes, length)));
  }

  /** Puts kept codes where the step would have written them, and does what later steps expect it to have done. */
  private void load(Step step, RunSchedule schedule, Memory memory) {
    for (String output : outputs(step)) {
      schedule.loaded(output).ifPresent(pin -> plan.load(output, memory, pin::copyTo));
    }
    if (step instanceof IntegerStep integerStep) {
      plan.convert(integerStep, memory, schedule::needs);
    }
  }

  private static List<String> outputs(Step step) {
    return switch (step) {
      case IntegerStep integerStep -> List.of(integerStep.output());
      case FloatIsland island -> island.outputs();
    };
  }

  private void runIsland(FloatIsland island, int samples, Map<String, Tensor> reals, Memory memory) {
    Map<String, Tensor> given = new LinkedHashMap<>();
    for (String input : island.inputs()) {
      given.put(input, read(input, reals, memory));
    }
    FloatIslandRunner runner = islands.get(island);
    if (runner == null) {
      throw new IllegalStateException("the island %s was not opened".formatted(island.name()));
    }
    runner.run(given, samples).forEach((name, value) -> write(name, value, reals, memory));
  }

  private void write(String tensor, Tensor value, Map<String, Tensor> reals, Memory memory) {
    if (lowered.activations().containsKey(tensor)) {
      plan.quantize(tensor, value, memory);
    } else {
      reals.put(tensor, value);
    }
  }

  private Tensor read(String tensor, Map<String, Tensor> reals, Memory memory) {
    if (lowered.activations().containsKey(tensor)) {
      return plan.dequantize(tensor, memory);
    }
    Tensor value = reals.get(tensor);
    if (value == null) {
      Tensor constant = lowered.model().graph().initializers().get(tensor);
      if (constant == null) {
        throw new IllegalStateException(tensor + " was read before it was written");
      }
      return constant;
    }
    return value;
  }

  private static Tensor part(Tensor whole, int first, int count, int samples) {
    int outer = whole.shape().dim(0) / samples * count;
    int bytes = whole.data().limit() / samples;
    ByteBuffer data = whole.buffer().slice(first * bytes, count * bytes);
    return new Tensor(whole.type(), whole.shape().withOuter(outer), data);
  }

  private static Tensor joined(List<Tensor> parts) {
    Tensor first = parts.getFirst();
    if (first.shape().rank() == 0 || first.type() == DataType.STRING) {
      return first;
    }
    int outer = 0;
    int bytes = 0;
    for (Tensor part : parts) {
      outer += part.shape().dim(0);
      bytes += part.data().limit();
    }
    ByteBuffer data = ByteBuffer.allocate(bytes);
    parts.forEach(part -> data.put(part.buffer()));
    Shape shape = first.shape().withOuter(outer);
    return new Tensor(first.type(), shape, data.flip());
  }

  @Override
  public void close() {
    islands.values().forEach(FloatIslandRunner::close);
  }
}
