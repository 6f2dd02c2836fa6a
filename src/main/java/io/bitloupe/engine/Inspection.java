package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.Batch;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.SimulatedRuntime;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.exec.integer.ElementReplay;
import io.bitloupe.metric.SignalNoise;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.TensorQuantizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One configuration opened for looking at single samples of the report part: the integer, the float and the simulated runtime side
 * by side. Opening and every question take time; not for the FX thread. One caller at a time.
 */
public final class Inspection implements AutoCloseable {

  private final Workbench workbench;
  private final Model model;
  private final Model reference;
  private final LoweredGraph lowered;
  private final IntegerRuntime integer;
  private final FloatRuntime floats;
  private final SimulatedRuntime simulated;
  private final Map<String, IntegerStep> products = new HashMap<>();

  /** Opens {@code config} for the samples of what was prepared for it. */
  public Inspection(Prepared prepared, QuantConfig config) {
    workbench = prepared.workbench();
    model = workbench.model();
    reference = prepared.reference();
    lowered = Lowering.lower(model, prepared.resolve(config));
    for (IntegerStep step : lowered.integerSteps()) {
      if (ElementReplay.isProduct(step)) {
        products.put(step.node().output(), step);
      }
    }
    Set<String> taps = new HashSet<>();
    for (Layer layer : model.layers()) {
      taps.add(layer.output());
      layer.node().inputs().stream().filter(model.tensors()::containsKey).forEach(taps::add);
    }
    Set<String> quantized = new HashSet<>(lowered.activations().keySet());
    quantized.retainAll(taps);
    integer = IntegerRuntime.open(lowered);
    taps.retainAll(reference.tensors().keySet());
    floats = new FloatRuntime(reference, taps);
    simulated = new SimulatedRuntime(lowered, quantized);
  }

  /** Number of samples that can be looked at. */
  public int samples() {
    return workbench.data().report().size();
  }

  /** Whether {@code layer} computes in integers; in a float island there is no arithmetic of codes to follow. */
  public boolean isInteger(Layer layer) {
    return products.containsKey(layer.node().output());
  }

  /** Runs sample {@code sample} and keeps what {@code layer} read and wrote; empty where it stays in float. */
  public Optional<LayerCapture> capture(Layer layer, int sample) {
    IntegerStep step = products.get(layer.node().output());
    if (step == null) {
      return Optional.empty();
    }
    Batch batch = workbench.data().report().batch(sample, 1);
    StepCodes codes = new StepCodes(step);
    integer.run(batch.inputs(), 1, codes);
    Map<String, Tensor> exact = new HashMap<>(batch.inputs());
    exact.putAll(floats.run(batch.inputs(), 1));
    Optional<Tensor> fake = Optional.ofNullable(simulated.run(batch.inputs(), 1).get(step.output()));
    CodeTensor output = codes.output.orElseThrow();
    ElementReplay replay = new ElementReplay(lowered, step, codes.inputs, output);
    return Optional.of(
        new LayerCapture(
            reference,
            layer,
            sample,
            replay,
            lowered.requantization(),
            output,
            operand(layer, 0, exact),
            operand(layer, 1, exact),
            Optional.ofNullable(exact.get(layer.output())).orElseThrow(),
            fake));
  }

  /** Runs sample {@code sample} in integers and in float: the answers, and how far each layer's output is from float. */
  public SampleSignal signal(int sample) {
    Batch batch = workbench.data().report().batch(sample, 1);
    Map<String, Tensor> exact = floats.run(batch.inputs(), 1);
    Map<String, SignalNoise> noise = new HashMap<>();
    StepObserver observer =
        new StepObserver() {
          @Override
          public void onCodes(IntegerStep step, CodeTensor output) {
            Tensor expected = exact.get(step.output());
            if (expected != null) {
              SignalNoise one = new SignalNoise();
              one.add(expected.floats(), TensorQuantizer.dequantize(output), 1);
              noise.put(step.output(), one);
            }
          }
        };
    Map<String, Tensor> answer = integer.run(batch.inputs(), 1, observer);
    List<SampleSignal.LayerSignal> layers = new ArrayList<>();
    for (Layer layer : model.layers()) {
      SignalNoise one = noise.get(layer.output());
      if (one != null) {
        layers.add(new SampleSignal.LayerSignal(layer.index(), one.sqnrDb(), one.cosine()));
      }
    }
    String first = model.graph().outputs().getFirst().name();
    return new SampleSignal(sample, scores(exact, first), scores(answer, first), layers);
  }

  private static float[] scores(Map<String, Tensor> outputs, String name) {
    Tensor output = Optional.ofNullable(outputs.get(name)).orElseThrow();
    return output.type() == DataType.FLOAT ? output.floats() : new float[0];
  }

  private float[] operand(Layer layer, int index, Map<String, Tensor> exact) {
    String name = layer.node().inputs().get(index);
    Tensor value = exact.get(name);
    return value == null ? reference.graph().constant(name).floats() : value.floats();
  }

  @Override
  public void close() {
    integer.close();
    floats.close();
    simulated.close();
  }

  /** Copies what one step reads and writes. */
  private static final class StepCodes implements StepObserver {
    private final IntegerStep wanted;
    private List<CodeTensor> inputs = List.of();
    private Optional<CodeTensor> output = Optional.empty();

    StepCodes(IntegerStep wanted) {
      this.wanted = wanted;
    }

    @Override
    public boolean observesInputs(IntegerStep step) {
      return step.output().equals(wanted.output());
    }

    @Override
    public void onInputs(IntegerStep step, List<CodeTensor> given) {
      List<CodeTensor> copies = new ArrayList<>();
      given.forEach(tensor -> copies.add(copy(tensor)));
      inputs = copies;
    }

    @Override
    public void onCodes(IntegerStep step, CodeTensor written) {
      if (step.output().equals(wanted.output())) {
        output = Optional.of(copy(written));
      }
    }

    private static CodeTensor copy(CodeTensor tensor) {
      Codes codes =
          switch (tensor.codes()) {
            case Codes.Bytes(byte[] values, boolean signed) -> new Codes.Bytes(values.clone(), signed);
            case Codes.Shorts(short[] values, boolean signed) -> new Codes.Shorts(values.clone(), signed);
          };
      return new CodeTensor(tensor.shape(), tensor.params(), codes);
    }
  }
}
