package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Kernels;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.QuantParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A lowered graph compiled for one kind of kernel: weights packed, zero-points folded, layouts and memory assigned. Immutable
 * and safe for use by several threads; each run borrows a {@link Memory} of its own.
 */
public final class IntegerPlan {

  /**
   * What a step may read and write for a group of samples. Larger groups read weights less often, smaller ones keep activations
   * nearer; measured in docs/performance.md.
   */
  private static final long GROUP_BYTES = 1 << 23;

  private final LoweredGraph lowered;
  private final Kernels kernels;
  private final List<ValueSpec> values;
  private final BufferAssignment buffers;
  private final Map<String, Integer> writtenValues;
  private final Map<String, PlannedStep> steps;
  private final boolean oneByOne;
  private final OperatorCache reuse;

  private IntegerPlan(LoweredGraph lowered, Kernels kernels, OperatorCache reuse) {
    PlanBuilder builder = new PlanBuilder(lowered, kernels, reuse);
    this.lowered = lowered;
    this.kernels = kernels;
    this.reuse = reuse;
    this.values = List.copyOf(builder.values());
    this.writtenValues = Map.copyOf(builder.written());
    this.steps = builder.steps();
    this.buffers = builder.assignBuffers();
    this.oneByOne = !samplesLieApart(lowered);
  }

  /**
   * Compiles {@code lowered}.
   *
   * @throws IllegalArgumentException when a step has no integer form; the message is one sentence that names it
   */
  public static IntegerPlan compile(LoweredGraph lowered, Kernels kernels) {
    return compile(lowered, kernels, new OperatorCache());
  }

  /** Compiles {@code lowered} with what {@code reuse} keeps of earlier plans for the same model, where it fits. */
  public static IntegerPlan compile(LoweredGraph lowered, Kernels kernels, OperatorCache reuse) {
    return new IntegerPlan(lowered, kernels, reuse);
  }

  /** What it was compiled from. */
  public LoweredGraph lowered() {
    return lowered;
  }

  /** The kernels that it uses. */
  public Kernels kernels() {
    return kernels;
  }

  /** Whether samples must run one at a time, because some quantized tensor does not hold them one after the other. */
  public boolean oneByOne() {
    return oneByOne;
  }

  /** How many samples to run together when nothing is kept of them; at least one. Weights are read once for each such group. */
  public int samplesTogether() {
    long most = 1;
    for (PlannedStep step : steps.values()) {
      long elements = values.get(step.output()).elements();
      for (int input : step.inputs()) {
        elements += values.get(input).elements();
      }
      most = Math.max(most, elements);
    }
    return (int) Math.max(1, GROUP_BYTES / most);
  }

  /** Memory for a run of {@code samples} samples; {@link #giveBack} it afterwards. */
  public Memory borrow(int samples) {
    return new Memory(values, buffers, reuse.takeRoom(), samples);
  }

  /** Takes back memory that was borrowed. */
  public void giveBack(Memory memory) {
    reuse.giveBack(memory.room());
  }

  /** Quantizes real numbers at the border: QuantizeLinear, or for a dynamic tensor the range of each sample. */
  public void quantize(String tensor, Tensor reals, Memory memory) {
    Borders.quantize(reals, memory.value(written(tensor)), memory.samples(), kernels.pointwise(), memory.scratch());
  }

  /** Dequantizes codes at the border. */
  public Tensor dequantize(String tensor, Memory memory) {
    return Borders.dequantize(memory.value(written(tensor)), memory.samples());
  }

  /** The codes of a tensor that was written, in the graph's layout. They may share memory with the run. */
  public CodeTensor codes(String tensor, Memory memory) {
    return memory.value(written(tensor)).toTensor(memory.samples());
  }

  /** Runs one step of a batch. */
  public void run(IntegerStep step, Memory memory) {
    PlannedStep planned = planned(step);
    planned.conversions().forEach(conversion -> convert(conversion, memory));
    List<Value> inputs = new ArrayList<>(planned.inputs().size());
    for (int input : planned.inputs()) {
      inputs.add(memory.value(input));
    }
    planned.operator().run(inputs, memory.value(planned.output()), memory.samples(), memory.scratch());
  }

  /** Of a step that need not run, does the changes of layout that later steps rely on: those of tensors that are there. */
  public void convert(IntegerStep step, Memory memory, Predicate<String> isThere) {
    for (PlannedStep.Conversion conversion : planned(step).conversions()) {
      if (isThere.test(values.get(conversion.from()).tensor())) {
        convert(conversion, memory);
      }
    }
  }

  private static void convert(PlannedStep.Conversion conversion, Memory memory) {
    Value from = memory.value(conversion.from());
    Value to = memory.value(conversion.to());
    if (conversion.inPlace()) {
      to.takeAffines(from, memory.samples());
    } else {
      Relayout.copy(from, to, memory.samples());
    }
  }

  /** Name of the order in which the codes of a tensor lie. */
  public String order(String tensor) {
    return values.get(written(tensor)).layout().name();
  }

  /** Hands the codes of a written 8-bit tensor over, in the plan's own layout: an array and how much of it counts. */
  public void save(String tensor, Memory memory, ObjIntConsumer<byte[]> consumer) {
    Value value = memory.value(written(tensor));
    consumer.accept(value.bytes(), value.spec().elements() * memory.samples());
  }

  /** Has the codes of an 8-bit tensor written by somebody who kept them from {@link #save}. */
  public void load(String tensor, Memory memory, Consumer<byte[]> writer) {
    writer.accept(memory.value(written(tensor)).bytes());
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
    PlannedStep planned = planned(step);
    List<Value> given = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Value value = new Value(values.get(planned.inputs().get(i)));
      value.allocate(samples);
      value.fromTensor(inputs.get(i), samples);
      given.add(value);
    }
    Value output = new Value(values.get(planned.output()));
    output.allocate(samples);
    Memory memory = borrow(0);
    try {
      planned.operator().run(given, output, samples, memory.scratch());
    } finally {
      giveBack(memory);
    }
    return output.toTensor(samples);
  }

  private PlannedStep planned(IntegerStep step) {
    PlannedStep planned = steps.get(step.output());
    if (planned == null) {
      throw new IllegalArgumentException(step.name() + " is no step of this plan");
    }
    return planned;
  }

  private int written(String tensor) {
    Integer value = writtenValues.get(tensor);
    if (value == null) {
      throw new IllegalArgumentException(tensor + " is not quantized in this plan");
    }
    return value;
  }

  /** The shape of a tensor for one sample. */
  static Shape shape(Model model, String tensor) {
    TensorInfo info = model.tensors().get(tensor);
    if (info == null) {
      throw new IllegalArgumentException("the shape of " + tensor + " is not known");
    }
    return info.shape();
  }

  private static boolean samplesLieApart(LoweredGraph lowered) {
    Map<String, TensorInfo> tensors = lowered.model().tensors();
    return lowered.model().batchable()
        && tensors.values().stream().allMatch(info -> info.batched() || !lowered.activations().containsKey(info.name()));
  }

  /** Assigns values, layouts and memory while it walks through the steps. */
  private static final class PlanBuilder {

    private final LoweredGraph lowered;
    private final Kernels kernels;
    private final OperatorCache operators;
    private final StepCompiler compiler;
    private final List<ValueSpec> values = new ArrayList<>();
    private final Map<String, Map<Layout, Integer>> known = new HashMap<>();
    private final Map<String, Integer> written = new HashMap<>();
    private final Map<String, PlannedStep> steps = new LinkedHashMap<>();
    private final Map<Integer, Integer> sharedWith = new HashMap<>();

    PlanBuilder(LoweredGraph lowered, Kernels kernels, OperatorCache operators) {
      this.lowered = lowered;
      this.kernels = kernels;
      this.operators = operators;
      this.compiler = new StepCompiler(lowered, kernels);
      for (Step step : lowered.steps()) {
        if (step instanceof IntegerStep integerStep) {
          add(integerStep);
        }
      }
      operators.trim(steps.size());
      // What only islands or callers read and write.
      lowered.activations().keySet().forEach(tensor -> writtenValue(tensor, Layout.PLAIN));
    }

    List<ValueSpec> values() {
      return values;
    }

    Map<String, Integer> written() {
      return written;
    }

    Map<String, PlannedStep> steps() {
      return steps;
    }

    private void add(IntegerStep step) {
      List<String> names = step.inputs();
      Shape outputShape = shape(lowered.model(), step.output());
      // What no step has written yet comes from the border, which writes the graph's layout.
      List<Shape> shapes = names.stream().map(name -> shape(lowered.model(), name)).toList();
      boolean channelsLast =
          names.stream().anyMatch(name -> values.get(writtenValue(name, Layout.PLAIN)).layout() == Layout.CHANNELS_LAST);
      Layout layout = StepCompiler.layout(step, shapes, outputShape, channelsLast);
      List<PlannedStep.Conversion> conversions = new ArrayList<>();
      List<Integer> inputs = new ArrayList<>();
      for (String name : names) {
        inputs.add(inLayout(name, layout, conversions));
      }
      int output = writtenValue(step.output(), layout);
      List<ValueSpec> specs = inputs.stream().map(values::get).toList();
      OperatorCache.Key key = new OperatorCache.Key(step, specs, values.get(output), lowered.requantization(), kernels);
      IntegerOperator operator = operators.get(key, () -> compiler.compile(step, specs, key.output()));
      steps.put(step.output(), new PlannedStep(conversions, operator, inputs, output));
    }

    private int writtenValue(String tensor, Layout layout) {
      Integer there = written.get(tensor);
      if (there != null) {
        return there;
      }
      int value = newValue(tensor, layout);
      written.put(tensor, value);
      return value;
    }

    private int inLayout(String tensor, Layout layout, List<PlannedStep.Conversion> conversions) {
      Map<Layout, Integer> forms = known.computeIfAbsent(tensor, _ -> new HashMap<>());
      Integer there = forms.get(layout);
      if (there != null) {
        return there;
      }
      int from = writtenValue(tensor, Layout.PLAIN);
      boolean inPlace = Layout.coincide(values.get(from).shape());
      int to = newValue(tensor, layout);
      if (inPlace) {
        sharedWith.put(to, from);
      }
      conversions.add(new PlannedStep.Conversion(from, to, inPlace));
      return to;
    }

    private int newValue(String tensor, Layout layout) {
      QuantParams params = lowered.activations().get(tensor);
      if (params == null) {
        throw new IllegalArgumentException(tensor + " has no scale");
      }
      Shape shape = shape(lowered.model(), tensor);
      values.add(new ValueSpec(tensor, shape, layout, params, lowered.dynamic().contains(tensor)));
      int value = values.size() - 1;
      known.computeIfAbsent(tensor, _ -> new HashMap<>()).put(layout, value);
      return value;
    }

    /** Gives values that are never needed at the same time the same memory. */
    BufferAssignment assignBuffers() {
      int[] firstUse = new int[values.size()];
      int[] lastUse = new int[values.size()];
      Arrays.fill(firstUse, Integer.MAX_VALUE);
      Arrays.fill(lastUse, -1);
      // Inputs of the model are quantized before the first step; results are read after the last.
      lowered.model().graph().inputs().forEach(input -> use(written.get(input.name()), -1, firstUse, lastUse));
      int time = 0;
      for (Step step : lowered.steps()) {
        switch (step) {
          case IntegerStep integerStep -> {
            PlannedStep planned = Objects.requireNonNull(steps.get(integerStep.output()));
            for (PlannedStep.Conversion conversion : planned.conversions()) {
              use(conversion.from(), time, firstUse, lastUse);
              use(conversion.to(), time, firstUse, lastUse);
            }
            for (int input : planned.inputs()) {
              use(input, time, firstUse, lastUse);
            }
            use(planned.output(), time, firstUse, lastUse);
          }
          case FloatIsland island -> {
            for (String input : island.inputs()) {
              use(written.get(input), time, firstUse, lastUse);
            }
            for (String output : island.outputs()) {
              use(written.get(output), time, firstUse, lastUse);
            }
          }
        }
        time++;
      }
      int end = time;
      lowered.model().graph().outputs().forEach(output -> use(written.get(output.name()), end, firstUse, lastUse));
      return BufferAssignment.of(values, firstUse, lastUse, sharedWith);
    }

    private void use(@Nullable Integer value, int time, int[] firstUse, int[] lastUse) {
      if (value == null) {
        return;
      }
      int owner = sharedWith.getOrDefault(value, value);
      firstUse[owner] = Math.min(firstUse[owner], time);
      lastUse[owner] = Math.max(lastUse[owner], time);
    }
  }
}
