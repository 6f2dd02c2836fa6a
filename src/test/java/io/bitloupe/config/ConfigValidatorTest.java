package io.bitloupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.config.QuantConfig.ModelReference;
import io.bitloupe.config.TensorChoice.Quantized;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigValidatorTest {

  private final Model model = SmallModel.create();

  @Test
  void acceptsWhatTheModelHas() {
    check(QuantConfig.defaults());
    check(
        QuantConfig.defaults()
            .with("stem.weight", weight(1, Granularity.TENSOR, 1))
            .with("body.weight", weight(4, new Granularity.PerBlock(16), 18))
            .with("head.weight", weight(8, new Granularity.PerChannelGroup(2), 2))
            .with("input", TensorChoice.FLOAT)
            .with("logits", activation(16, Granularity.TENSOR)));
  }

  @Test
  void namesWhatTheModelDoesNotHave() {
    assertThatThrownBy(() -> check(QuantConfig.defaults().with("stem.weigth", TensorChoice.FLOAT)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("c.json: small.onnx has no tensor 'stem.weigth' (did you mean 'stem.weight'?).");
    refused(QuantConfig.defaults().with("zzzzzzzz", TensorChoice.FLOAT), "no tensor 'zzzzzzzz'.");
    refused(QuantConfig.defaults().with("stem.bias", TensorChoice.FLOAT), "not the weights of a layer");
    refused(QuantConfig.defaults().with("indices", TensorChoice.FLOAT), "no floating-point numbers");
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 12, 15, 16})
  void refusesWideWeights(int bits) {
    refused(QuantConfig.defaults().with("stem.weight", weight(bits, Granularity.CHANNEL, 0)), "weights can have 1 to 8 bits, not " + bits);
    refused(
        QuantConfig.uniform(weight(bits, Granularity.CHANNEL, 0), TensorChoice.DEFAULT_ACTIVATION),
        "defaults.weight cannot be used: weights can have 1 to 8 bits, not " + bits);
  }

  @Test
  void refusesIllegalActivations() {
    refused(QuantConfig.defaults().with("logits", activation(12, Granularity.TENSOR)), "1 to 8 or 16 bits, not 12");
    refused(QuantConfig.defaults().with("logits", activation(8, Granularity.CHANNEL)), "only have one scale");
    refused(QuantConfig.defaults().with("logits", activation(8, new Granularity.PerBlock(4))), "only have one scale");
    refused(QuantConfig.uniform(TensorChoice.DEFAULT_WEIGHT, TensorChoice.DEFAULT_WEIGHT), "defaults.activation");
  }

  @Test
  void refusesDynamicWeights() {
    refused(
        QuantConfig.defaults().with("stem.weight", new Quantized(IntegerFormat.weights(8), Granularity.TENSOR, new RangeMethod.Dynamic())),
        "cannot have a dynamic range");
  }

  @Test
  void refusesScalesThatDoNotFit() {
    refused(QuantConfig.defaults().with("stem.weight", weight(8, Granularity.CHANNEL, 3)), "3 scales where 4 are needed");
    refused(QuantConfig.defaults().with("head.weight", weight(8, Granularity.CHANNEL, 6)), "6 scales where 3 are needed");
    refused(QuantConfig.defaults().with("body.weight", weight(8, new Granularity.PerBlock(16), 7)), "no multiple of its 6 channels");
    refused(
        QuantConfig.defaults()
            .with(
                "stem.weight",
                new Quantized(IntegerFormat.weights(8), Granularity.TENSOR, new RangeMethod.Mse(), List.of(new Affine(1, 3)))),
        "the zero-point 0, not 3");
    refused(
        QuantConfig.defaults()
            .with(
                "logits",
                new Quantized(IntegerFormat.activations(4), Granularity.TENSOR, new RangeMethod.Mse(), List.of(new Affine(1, 16)))),
        "the zero-point 16 is outside its codes, 0 to 15");
  }

  @Test
  void scalesBelongToOneModel() {
    QuantConfig other = QuantConfig.defaults().forModel(new ModelReference("other.onnx", "cd".repeat(32)));
    check(other);
    refused(other.with("stem.weight", weight(8, Granularity.CHANNEL, 4)), "it holds scales for another model, other.onnx");
    check(
        other.forModel(new ModelReference("renamed.onnx", SmallModel.SHA.toUpperCase(java.util.Locale.ROOT)))
            .with("stem.weight", weight(8, Granularity.CHANNEL, 4)));
  }


  private void check(QuantConfig config) {
    ConfigValidator.check(config, model, "c.json");
  }

  private void refused(QuantConfig config, String reason) {
    assertThatThrownBy(() -> check(config))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("c.json: ")
        .hasMessageContaining(reason)
        .hasMessageEndingWith(".");
    assertThat(reason).isNotEmpty();
  }

  private static TensorChoice weight(int bits, Granularity granularity, int scales) {
    return new Quantized(
        IntegerFormat.weights(bits), granularity, new RangeMethod.Mse(), Collections.nCopies(scales, new Affine(0.5f, 0)));
  }

  private static TensorChoice activation(int bits, Granularity granularity) {
    return new Quantized(IntegerFormat.activations(bits), granularity, new RangeMethod.Mse());
  }
}
