package io.bitloupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.exec.Lab;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.format.Encoded;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.calibrate.Calibration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigResolverTest {

  private static final Model MODEL =
      Lab.model(
          new TestGraph(17)
              .input("x", -1, 4, 8, 8)
              .random("w", 6, 4, 3, 3)
              .random("v", 6, 6, 3, 3)
              .node("Conv", "x,w", "a")
              .node("Relu", "a", "b")
              .node("MaxPool", "b", "c", "kernel_shape", new int[] {2, 2})
              .node("Conv", "c,v", "d")
              .node("Sigmoid", "d", "y")
              .output("y")
              .build());
  private static final Calibration CALIBRATION = Lab.calibrate(MODEL, Lab.random(MODEL, 8));

  @Test
  void whatHasAChoiceIsWhatIsQuantizedAndNotTied() {
    ConfigResolver resolver = new ConfigResolver(MODEL, CALIBRATION);
    assertThat(resolver.activations()).containsExactlyInAnyOrder("x", "b", "d");
    assertThat(resolver.weights()).containsExactly("w", "v");
  }

  @Test
  void explicitRangesGiveTheWorkedScale() {
    TensorChoice explicit =
        new TensorChoice.Quantized(IntegerFormat.activations(8), Granularity.TENSOR, new RangeMethod.Explicit(-1, 3));
    ResolvedConfig resolved = ConfigResolver.resolve(Lab.bits(8, 8).with("d", explicit), MODEL, CALIBRATION);
    assertThat(resolved.activation("d").orElseThrow().single()).isEqualTo(new Affine(4f / 255, 64));
  }

  @Test
  void everyChoiceIsSpelledOutAndResolvesToItselfWithoutData() {
    ResolvedConfig resolved = ConfigResolver.resolve(Lab.bits(4, 8), MODEL, CALIBRATION);
    assertThat(resolved.config().tensors().keySet()).containsExactlyInAnyOrder("x", "b", "d", "w", "v");
    assertThat(resolved.weight("w").orElseThrow().affine()).hasSize(6);
    ResolvedConfig again = ConfigResolver.resolve(resolved.config(), MODEL);
    assertThat(again).isEqualTo(resolved);
  }

  @Test
  void whatIsResolvedIsUsedAsItIs() {
    Affine affine = new Affine(0.125f, 3);
    TensorChoice choice =
        new TensorChoice.Quantized(IntegerFormat.activations(8), Granularity.TENSOR, new RangeMethod.Mse(), List.of(affine));
    ResolvedConfig resolved = ConfigResolver.resolve(Lab.bits(8, 8).with("b", choice), MODEL, CALIBRATION);
    assertThat(resolved.activation("b").orElseThrow().single()).isEqualTo(affine);
  }

  @Test
  void aChangeToOneTensorResolvesThatTensorOnly() {
    ConfigResolver resolver = new ConfigResolver(MODEL, CALIBRATION);
    QuantConfig config = Lab.bits(8, 8);
    ResolvedConfig before = resolver.resolve(config);
    ResolvedConfig after = resolver.resolve(config.with("w", Lab.weights(3, Granularity.CHANNEL)));
    assertThat(after.weight("w")).isNotEqualTo(before.weight("w"));
    QuantParams kept = after.weight("v").orElseThrow();
    assertThat(kept).isSameAs(before.weight("v").orElseThrow());
    assertThat(after.activation("b").orElseThrow()).isSameAs(before.activation("b").orElseThrow());
  }

  /** Codes in other formats are float arrays as large as the weights: the last few choices are kept, not all of a session. */
  @Test
  void codesOfOtherFormatsAreKeptForAWhile() {
    ConfigResolver resolver = new ConfigResolver(MODEL, CALIBRATION);
    Encoded first = coded(resolver, "pot:2");
    assertThat(coded(resolver, "pot:2")).isSameAs(first);
    for (String format : List.of("pot:3", "pot:4", "apot:3", "apot:4", "apot:5", "fp4")) {
      coded(resolver, format);
    }
    assertThat(coded(resolver, "pot:2")).isNotSameAs(first);
    assertThat(coded(resolver, "pot:2").decoded()).isEqualTo(first.decoded());
  }

  /** All weights in {@code format}; those of w. */
  private static Encoded coded(ConfigResolver resolver, String format) {
    TensorChoice choice = new TensorChoice.Coded(FormatText.parse(format), Granularity.CHANNEL);
    return resolver.resolve(Lab.bits(8, 8).with("w", choice).with("v", choice)).encoded("w").orElseThrow();
  }

  @Test
  void floatAndDynamicTensorsAreKeptApart() {
    TensorChoice dynamic =
        new TensorChoice.Quantized(IntegerFormat.activations(8), Granularity.TENSOR, new RangeMethod.Dynamic());
    ResolvedConfig resolved =
        ConfigResolver.resolve(Lab.bits(8, 8).with("b", dynamic).with("w", TensorChoice.FLOAT), MODEL, CALIBRATION);
    assertThat(resolved.weight("w")).isEmpty();
    assertThat(resolved.dynamic()).containsExactly("b");
    assertThat(resolved.activation("b")).isPresent();
  }

  @Test
  void refusesWhatItCannotResolve() {
    QuantConfig config = Lab.bits(8, 8);
    refused(config.with("nowhere", TensorChoice.FLOAT), "has no tensor 'nowhere'");
    refused(config.with("w", Lab.weights(12, Granularity.CHANNEL)), "'w'", "1 to 8 bits, not 12");
    refused(config.with("b", Lab.weights(8, Granularity.CHANNEL)), "'b'", "one scale");
    refused(config.with("b", Lab.symmetricActivations(1)), "'b'", "no code for 0");
    refused(
        config.with(
            "w",
            new TensorChoice.Quantized(new IntegerFormat(8, false, Scheme.SYMMETRIC), Granularity.TENSOR, new RangeMethod.MinMax())),
        "'w'",
        "unsigned and symmetric");
    refused(
        config.with("w", new TensorChoice.Quantized(IntegerFormat.weights(8), Granularity.CHANNEL, new RangeMethod.Dynamic())),
        "'w'",
        "dynamic");
    refused(
        config.with(
            "w",
            new TensorChoice.Quantized(
                IntegerFormat.weights(8), Granularity.CHANNEL, new RangeMethod.MinMax(), List.of(new Affine(1, 0)))),
        "'w'",
        "1 scales where 6 are needed");
    refused(config.with("c", Lab.activations(4)), "'c'", "only passes on 'b'");
  }

  @Test
  void withoutDataActivationsNeedScales() {
    assertThatThrownBy(() -> ConfigResolver.resolve(Lab.bits(8, 8), MODEL))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("calibrate");
    ResolvedConfig weightOnly =
        ConfigResolver.resolve(QuantConfig.uniform(Lab.weights(4, new Granularity.PerBlock(16)), TensorChoice.FLOAT), MODEL);
    assertThat(weightOnly.weight("v").orElseThrow().affine()).hasSize(6 * 4);
  }

  private static void refused(QuantConfig config, String... parts) {
    assertThatThrownBy(() -> ConfigResolver.resolve(config, MODEL, CALIBRATION))
        .isInstanceOf(InvalidInputException.class)
        .message()
        .contains(parts)
        .endsWith(".")
        .doesNotContain("\n");
  }
}
