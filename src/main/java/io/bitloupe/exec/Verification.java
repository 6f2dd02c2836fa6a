package io.bitloupe.exec;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.QdqGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.Requantization;
import io.bitloupe.quant.TensorQuantizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Runs the exported file in ONNX Runtime with all optimizations and compares our integer runtime with it: each step fed with
 * ONNX Runtime's own input codes, and both running freely. Only integer tensors are looked at inside the file, because asking
 * for a float tensor would break the fusion that is to be judged.
 */
public final class Verification implements AutoCloseable {

  private static final long MOST_CODES = 32L << 20;
  private static final int MOST_SAMPLES = 32;

  private final LoweredGraph lowered;
  private final Model model;
  private final QdqGraph qdq;
  private final Fusion fusion;
  private final IntegerRuntime integer;
  private final List<OnnxRuntimeQdq> deployed = new ArrayList<>();
  private final Map<String, FloatIslandRunner> islands = new HashMap<>();
  private final Set<String> tapped = new HashSet<>();
  private final Map<String, Tally> stepwise = new LinkedHashMap<>();
  private final Map<String, Tally> free = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private int compared;
  private int agreeing;
  private int rightInteger;
  private int rightDeployed;
  private double cosines;

  /** Differences of one tensor. */
  private static final class Tally {
    private final String op;
    private final int allowed;
    private int maxLsb;
    private long differing;
    private long total;

    Tally(String op, int allowed) {
      this.op = op;
      this.allowed = allowed;
    }

    void add(Codes ours, Codes theirs) {
      for (int i = 0; i < ours.length(); i++) {
        int difference = Math.abs(ours.get(i) - theirs.get(i));
        if (difference != 0) {
          differing++;
          maxLsb = Math.max(maxLsb, difference);
        }
      }
      total += ours.length();
    }
  }

  private Verification(LoweredGraph lowered) {
    this.lowered = lowered;
    this.model = lowered.model();
    this.qdq = QdqGraphBuilder.build(lowered);
    this.fusion = Fusion.of(lowered, qdq);
    this.integer = IntegerRuntime.open(lowered);
    List<String> wanted = lowered.activations().keySet().stream().filter(tensor -> !lowered.dynamic().contains(tensor)).toList();
    if (wanted.size() < lowered.activations().size()) {
      notes.add("Steps with dynamic ranges are compared by their outputs only.");
    }
    openTapped(wanted);
    for (FloatIsland island : lowered.islands()) {
      if (island.outputs().stream().anyMatch(tapped::contains) && island.inputs().stream().allMatch(this::isKnown)) {
        islands.put(island.name(), new OrtIslandRunner(island, lowered));
      }
    }
  }

  /**
   * Compares both on the first samples of {@code data}.
   *
   * @param samples number of samples; all when larger
   * @throws java.util.concurrent.CancellationException when cancelled
   */
  public static VerificationResult verify(LoweredGraph lowered, Dataset data, int samples, Progress progress) {
    try (Verification verification = new Verification(lowered)) {
      return verification.run(data, Math.min(samples, data.size()), progress);
    }
  }

  /**
   * Opens the file with the codes of {@code tensors} as further results: in one session where that leaves the fusions as they
   * are, else in several with fewer. A tensor that cannot be looked at without changing a fusion is left out and named.
   */
  private void openTapped(List<String> tensors) {
    Map<String, String> taps = new LinkedHashMap<>();
    tensors.forEach(tensor -> taps.put("codes of " + tensor, stored(tensor).tensor()));
    List<ValueInfo> results = new ArrayList<>(qdq.graph().outputs());
    new HashSet<>(taps.values()).forEach(tensor -> results.add(new ValueInfo(tensor, DataType.OTHER, List.of())));
    Graph withTaps = qdq.graph().withOutputs(results);
    if (Fusion.of(lowered, qdq, Fusion.optimized(withTaps)).equals(fusion)) {
      deployed.add(new OnnxRuntimeQdq(lowered, qdq, taps, 1));
      tapped.addAll(tensors);
    } else if (tensors.size() == 1) {
      notes.add("The codes of '%s' cannot be seen without changing what ONNX Runtime fuses.".formatted(tensors.getFirst()));
    } else {
      openTapped(tensors.subList(0, tensors.size() / 2));
      openTapped(tensors.subList(tensors.size() / 2, tensors.size()));
    }
  }

  private boolean isKnown(String tensor) {
    return tapped.contains(tensor) || model.graph().inputs().stream().anyMatch(input -> input.name().equals(tensor));
  }

  private QdqGraph.Stored stored(String tensor) {
    return Optional.ofNullable(qdq.codes().get(tensor)).orElseThrow();
  }

  private VerificationResult run(Dataset data, int samples, Progress progress) {
    int batchSize = batchSize();
    for (int first = 0; first < samples; first += batchSize) {
      progress.checkCancelled();
      Batch batch = data.batch(first, Math.min(batchSize, samples - first));
      compare(batch, data.hasLabels());
      progress.report(first + batch.size(), samples);
    }
    return result(data.hasLabels());
  }

  private int batchSize() {
    long codes = lowered.activations().keySet().stream().mapToLong(tensor -> model.tensor(tensor).elements()).sum();
    return model.batchable() ? Math.clamp(MOST_CODES / Math.max(1, codes), 1, MOST_SAMPLES) : 1;
  }

  private void compare(Batch batch, boolean labelled) {
    Map<String, Tensor> theirs = new HashMap<>();
    for (OnnxRuntimeQdq runtime : deployed) {
      theirs.putAll(runtime.run(batch.inputs(), batch.size()));
    }
    Map<String, CodeTensor> codes = new HashMap<>();
    for (String tensor : tapped) {
      codes.put(tensor, codes(tensor, Optional.ofNullable(theirs.get("codes of " + tensor)).orElseThrow()));
    }
    for (ValueInfo input : model.graph().inputs()) {
      if (tapped.contains(input.name())) {
        Tensor given = Optional.ofNullable(batch.inputs().get(input.name())).orElseThrow();
        CodeTensor ours = TensorQuantizer.quantize(given, lowered.params(input.name()));
        tally(stepwise, input.name(), "QuantizeLinear", 0).add(ours.codes(), known(codes, input.name()).codes());
      }
    }
    for (Step step : lowered.steps()) {
      switch (step) {
        case IntegerStep integerStep -> compareStep(integerStep, codes, batch.size());
        case FloatIsland island -> compareIsland(island, codes, batch);
      }
    }
    compareFree(batch, codes, theirs, labelled);
  }

  private void compareStep(IntegerStep step, Map<String, CodeTensor> codes, int samples) {
    if (!tapped.contains(step.output()) || !tapped.containsAll(step.inputs())) {
      return;
    }
    List<CodeTensor> inputs = step.inputs().stream().map(input -> known(codes, input)).toList();
    CodeTensor ours = integer.execute(step, inputs, samples);
    tally(stepwise, step.name(), step.node().opType(), allowed(step)).add(ours.codes(), known(codes, step.output()).codes());
  }

  private int allowed(IntegerStep step) {
    boolean sameDefinition =
        lowered.requantization() == Requantization.FLOAT_SCALE && Fusion.isExact(step, lowered) && fusion.fused().contains(step.name());
    return sameDefinition ? 0 : 1;
  }

  private void compareIsland(FloatIsland island, Map<String, CodeTensor> codes, Batch batch) {
    FloatIslandRunner runner = islands.get(island.name());
    if (runner == null) {
      return;
    }
    Map<String, Tensor> inputs = new HashMap<>();
    for (String input : island.inputs()) {
      CodeTensor known = codes.get(input);
      inputs.put(
          input,
          known == null
              ? Optional.ofNullable(batch.inputs().get(input)).orElseThrow()
              : TensorQuantizer.dequantizeToTensor(known));
    }
    Map<String, Tensor> outputs = runner.run(inputs, batch.size());
    for (String output : island.outputs()) {
      if (tapped.contains(output)) {
        CodeTensor ours =
            TensorQuantizer.quantize(Optional.ofNullable(outputs.get(output)).orElseThrow(), lowered.params(output));
        tally(stepwise, island.name(), "Float", 1).add(ours.codes(), known(codes, output).codes());
      }
    }
  }

  private void compareFree(Batch batch, Map<String, CodeTensor> codes, Map<String, Tensor> theirs, boolean labelled) {
    StepObserver observer =
        new StepObserver() {
          @Override
          public void onCodes(IntegerStep step, CodeTensor output) {
            CodeTensor known = codes.get(step.output());
            if (known != null && known.codes().length() == output.codes().length()) {
              tally(free, step.name(), step.node().opType(), 0).add(output.codes(), known.codes());
            }
          }
        };
    Map<String, Tensor> ours = integer.run(batch.inputs(), batch.size(), observer);
    String output = model.graph().outputs().getFirst().name();
    float[] mine = numbers(Optional.ofNullable(ours.get(output)).orElseThrow());
    float[] other = numbers(Optional.ofNullable(theirs.get(output)).orElseThrow());
    int width = mine.length / batch.size();
    for (int sample = 0; sample < batch.size(); sample++) {
      int integerClass = greatest(mine, sample * width, width);
      int deployedClass = greatest(other, sample * width, width);
      agreeing += integerClass == deployedClass ? 1 : 0;
      cosines += cosine(mine, other, sample * width, width);
      if (labelled) {
        rightInteger += integerClass == batch.labels()[sample] ? 1 : 0;
        rightDeployed += deployedClass == batch.labels()[sample] ? 1 : 0;
      }
    }
    compared += batch.size();
  }

  private VerificationResult result(boolean labelled) {
    List<VerificationResult.Step> steps = new ArrayList<>();
    stepwise.forEach(
        (name, tally) ->
            steps.add(
                new VerificationResult.Step(
                    name, tally.op, tally.maxLsb, (double) tally.differing / Math.max(1, tally.total), tally.allowed)));
    Optional<String> first =
        free.entrySet().stream().filter(entry -> entry.getValue().maxLsb > 0).map(Map.Entry::getKey).findFirst();
    int endToEnd = 0;
    for (IntegerStep last : lastSteps()) {
      endToEnd = Math.max(endToEnd, Optional.ofNullable(free.get(last.name())).map(tally -> tally.maxLsb).orElse(0));
    }
    if (steps.stream().anyMatch(VerificationResult.Step::isFault) && !Processor.addsProductsWithoutSaturation()) {
      notes.add(
          "This processor has no VNNI: ONNX Runtime adds pairs of 8-bit products in 16 bits, which saturate, where our sums are exact.");
    }
    return new VerificationResult(
        compared,
        steps,
        endToEnd,
        first,
        (double) agreeing / Math.max(1, compared),
        cosines / Math.max(1, compared),
        labelled ? OptionalDouble.of((double) rightInteger / compared) : OptionalDouble.empty(),
        labelled ? OptionalDouble.of((double) rightDeployed / compared) : OptionalDouble.empty(),
        fusion.fused(),
        fusion.unfused(),
        new DifferenceCauses(lowered, fusion).of(steps, first, endToEnd),
        notes);
  }

  /** The integer steps that no other integer step depends on. */
  private List<IntegerStep> lastSteps() {
    Set<String> readLater = new HashSet<>();
    List<IntegerStep> last = new ArrayList<>();
    for (Step step : lowered.steps().reversed()) {
      switch (step) {
        case IntegerStep integerStep -> {
          if (!readLater.contains(integerStep.output())) {
            last.add(integerStep);
          }
          readLater.addAll(integerStep.inputs());
        }
        case FloatIsland island -> {
          if (island.outputs().stream().anyMatch(readLater::contains)) {
            readLater.addAll(island.inputs());
          }
        }
      }
    }
    return last;
  }

  private CodeTensor codes(String tensor, Tensor stored) {
    int offset = stored(tensor).offset();
    boolean signed = lowered.params(tensor).format().signed();
    if (stored.type().bits() == Byte.SIZE) {
      byte[] bytes = stored.bytes();
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] -= (byte) offset;
      }
      return new CodeTensor(stored.shape(), lowered.params(tensor), new Codes.Bytes(bytes, signed));
    }
    short[] shorts = new short[stored.elements()];
    stored.buffer().asShortBuffer().get(shorts);
    return new CodeTensor(stored.shape(), lowered.params(tensor), new Codes.Shorts(shorts, signed));
  }

  private static CodeTensor known(Map<String, CodeTensor> codes, String tensor) {
    return Optional.ofNullable(codes.get(tensor)).orElseThrow();
  }

  private static Tally tally(Map<String, Tally> tallies, String name, String op, int allowed) {
    return tallies.computeIfAbsent(name, _ -> new Tally(op, allowed));
  }

  private static float[] numbers(Tensor tensor) {
    if (tensor.type() == DataType.FLOAT) {
      return tensor.floats();
    }
    long[] integers = tensor.integers();
    float[] numbers = new float[integers.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integers[i];
    }
    return numbers;
  }

  private static int greatest(float[] values, int from, int width) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      best = values[from + i] > values[from + best] ? i : best;
    }
    return best;
  }

  private static double cosine(float[] a, float[] b, int from, int width) {
    double dot = 0;
    double normA = 0;
    double normB = 0;
    for (int i = from; i < from + width; i++) {
      dot += (double) a[i] * b[i];
      normA += (double) a[i] * a[i];
      normB += (double) b[i] * b[i];
    }
    boolean bothZero = normA == 0 && normB == 0;
    return bothZero ? 1 : dot / Math.max(Double.MIN_NORMAL, Math.sqrt(normA) * Math.sqrt(normB));
  }

  @Override
  public void close() {
    deployed.forEach(OnnxRuntimeQdq::close);
    islands.values().forEach(FloatIslandRunner::close);
    integer.close();
  }
}
