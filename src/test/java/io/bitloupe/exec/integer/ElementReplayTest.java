package io.bitloupe.exec.integer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.kernel.FixedPointRequantizer;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Requantization;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Elements computed again one by one equal what the integer runtime wrote, code for code. */
class ElementReplayTest {

  private static final int ELEMENTS = 400;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  ElementReplayTest() {
    System.out.println(getClass().getSimpleName() + " seed " + seed);
  }

  /** Compares every product step of one sample; the number of elements that were compared. */
  private int compare(Model model, QuantConfig config, Dataset data) {
    LoweredGraph lowered = Lab.lower(model, config, data);
    int[] compared = {0};
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered)) {
      Batch batch = data.batch(random.nextInt(data.size()), 1);
      runtime.run(batch.inputs(), 1, new Comparison(lowered, compared));
    }
    return compared[0];
  }

  /** Keeps a step's input, and compares when its output is there. The buffer of an input may be reused for the output. */
  private final class Comparison implements StepObserver {
    private final LoweredGraph lowered;
    private final int[] compared;
    private List<CodeTensor> inputs = List.of();

    Comparison(LoweredGraph lowered, int[] compared) {
      this.lowered = lowered;
      this.compared = compared;
    }

    @Override
    public boolean observesInputs(IntegerStep step) {
      return ElementReplay.isProduct(step);
    }

    @Override
    public void onInputs(IntegerStep step, List<CodeTensor> given) {
      inputs = given;
    }

    @Override
    public void onCodes(IntegerStep step, CodeTensor output) {
      if (!ElementReplay.isProduct(step)) {
        return;
      }
      ElementReplay replay = new ElementReplay(lowered, step, inputs, output);
      int length = output.codes().length();
      for (int i = 0; i < Math.min(ELEMENTS, length); i++) {
        int element = length <= ELEMENTS ? i : random.nextInt(length);
        ElementTrace trace = replay.trace(element, lowered.requantization());
        assertThat(trace.code()).as("element %d of %s", element, step.name()).isEqualTo(output.codes().get(element));
        compared[0]++;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, 4, 3, 3, 1, 1, 1, 1",
    "8, 4, 3, 3, 2, 1, 1, 0",
    "6, 6, 1, 1, 1, 0, 1, 1",
    "8, 8, 5, 3, 2, 2, 2, 1",
    "8, 12, 3, 3, 1, 1, 4, 1",
    "8, 8, 3, 3, 2, 1, 8, 1",
    "4, 6, 3, 3, 1, 2, 1, 2",
  })
  void convolutions(int channels, int outputs, int kernelY, int kernelX, int stride, int pad, int groups, int dilation) {
    int spread = Math.max(1, dilation);
    Graph graph =
        new TestGraph(17)
            .input("x", -1, channels, 11, 9)
            .random("w", outputs, channels / groups, kernelY, kernelX)
            .random("b", outputs)
            .node("Conv", "x,w,b", "c", "strides", new long[] {stride, stride}, "pads", new long[] {pad, 0, pad, pad},
                "group", groups, "dilations", new long[] {spread, spread})
            .node("Relu", "c", "y")
            .output("y")
            .build();
    Model model = Lab.model(graph);
    Dataset data = Lab.random(model, 8);
    int compared = 0;
    for (QuantConfig config : configs()) {
      compared += compare(model, config, data);
    }
    assertThat(compared).isGreaterThan(500);
  }

  @Test
  void matrices() {
    Graph graph =
        new TestGraph(17)
            .input("x", -1, 7, 20)
            .random("w", 20, 12)
            .random("flat", 9, 84)
            .random("b", 9)
            .node("MatMul", "x,w", "m")
            .node("Relu", "m", "r")
            .node("Flatten", "r", "f")
            .node("Gemm", "f,flat,b", "y", "transB", 1)
            .output("y")
            .build();
    Model model = Lab.model(graph);
    Dataset data = Lab.random(model, 8);
    int compared = 0;
    for (QuantConfig config : configs()) {
      compared += compare(model, config, data);
    }
    assertThat(compared).isGreaterThan(500);
  }

  private static List<QuantConfig> configs() {
    return List.of(
        Lab.bits(8, 8),
        Lab.bits(3, 5),
        QuantConfig.uniform(Lab.asymmetricWeights(8, false, Granularity.TENSOR), Lab.activations(8)),
        QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), Lab.symmetricActivations(8)),
        QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), Lab.activations(16)),
        QuantConfig.uniform(
            Lab.weights(8, Granularity.CHANNEL),
            new TensorChoice.Quantized(IntegerFormat.activations(8), Granularity.TENSOR, new RangeMethod.Dynamic())));
  }

  @ParameterizedTest
  @EnumSource(Requantization.class)
  void sampleModelsWithEveryRequantization(Requantization kind) {
    for (String name : new String[] {"lenet-5", "mobilenetv2-mini", "vit-tiny"}) {
      Model model = Lab.sample(name);
      Dataset data = Lab.sampleData(model).calibration();
      assertThat(compare(model, Lab.bits(8, 8).withRequantization(kind), data)).as(name).isGreaterThan(500);
    }
  }

  @Test
  void everyNumberOfAFixedPointRescaling() {
    Affine input = new Affine(0.5f, 3);
    Affine weight = new Affine(0.25f, 0);
    Affine output = new Affine(2, 10);
    Rescaling.FixedPoint it = (Rescaling.FixedPoint) Rescaling.of(Requantization.FIXED_POINT, 1000, input, weight, output);
    // M = 0.0625 = 2^30 * 2^(-3 - 31).
    assertThat(it.mantissa()).isEqualTo(1 << 30);
    assertThat(it.exponent()).isEqualTo(-3);
    assertThat(it.product()).isEqualTo(500);
    assertThat(it.scaled()).isEqualTo(62.5);
    assertThat(it.rounded()).isEqualTo(63);
    Rescaling.FloatScale exact = (Rescaling.FloatScale) Rescaling.of(Requantization.FLOAT_SCALE, 1000, input, weight, output);
    assertThat(exact.product()).isEqualTo(62.5f);
    assertThat(exact.rounded()).isEqualTo(62);
    Rescaling.Dyadic dyadic = (Rescaling.Dyadic) Rescaling.of(Requantization.DYADIC, 1000, input, weight, output);
    assertThat(dyadic.scaled()).isEqualTo(62.5);
    assertThat(dyadic.rounded()).isEqualTo(63);
    assertThat(FixedPointRequantizer.roundingDivideByPowerOfTwo(it.product(), 3)).isEqualTo(63);
  }

  @Test
  void correctionsAddUpToTheCentredProducts() {
    int[] a = {0, 255, 7, 128};
    int[] w = {-128, 127, 3, -1};
    ElementTerms terms = new ElementTerms(new int[4], new int[4], 0, 1);
    Affine input = new Affine(0.1f, 128);
    Affine weight = new Affine(0.2f, -5);
    ElementTrace trace =
        new ElementTrace(
            terms, a, w, input, weight, new Affine(1, 0), 11, Rescaling.of(Requantization.FLOAT_SCALE, 0, input, weight, input), 0, 255);
    long centred = 0;
    for (int i = 0; i < a.length; i++) {
      centred += (long) (a[i] - 128) * (w[i] + 5);
    }
    assertThat(trace.accumulator()).isEqualTo(centred + 11);
  }
}
