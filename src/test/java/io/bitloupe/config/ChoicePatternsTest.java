package io.bitloupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChoicePatternsTest {

  private final Model model = SmallModel.create();

  @ParameterizedTest
  @CsvSource({
    "*, '', true",
    "*, /a/b.c[0], true",
    "conv?, conv1, true",
    "conv?, conv12, false",
    "conv*.weight, conv12.weight, true",
    "conv*.weight, conv12.bias, false",
    "*/Conv_output_0, /layer/1/Conv_output_0, true",
    "a*b*c, aXbYbZc, true",
    "a*b*c, aXbYbZ, false",
    "a.c, abc, false",
    "[ab], a, false",
    "[ab], [ab], true",
    "a, A, false"
  })
  void globs(String pattern, String name, boolean expected) {
    assertThat(new Glob(pattern).matches(name)).isEqualTo(expected);
  }

  @Test
  void aHostileGlobTakesNoTime() {
    assertThat(new Glob("*a".repeat(2_000) + "b").matches("a".repeat(20_000))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"W4A8, W4A8", "w4a8, W4A8", "W1, W1", "A16, A16", "Wfloat, Wfloat", "WFLOATa8, WfloatA8", "' W8A8 ', W8A8"})
  void bitWidths(String text, String expected) {
    assertThat(BitWidths.parse(text)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "W", "4", "W9", "W16", "W0", "A9", "A32", "W32", "A8W4", "W-4", "W99999999999", "W4 A8", "int8"})
  void refusesOtherWidths(String text) {
    assertThatThrownBy(() -> BitWidths.parse(text)).isInstanceOf(InvalidInputException.class).hasMessageEndingWith(".");
  }

  @Test
  void aLayersNameMeansItsWeightsAndItsOutput() {
    QuantConfig config = apply("body.*=W4A6");
    assertThat(config.tensors().keySet()).containsExactly("body.weight", "body_out");
    assertThat(config.weightChoice("body.weight").bits()).isEqualTo(4);
    assertThat(config.activationChoice("body_out").bits()).isEqualTo(6);
    assertThat(config.weightChoice("stem.weight").bits()).isEqualTo(8);
  }

  @Test
  void layersComeBeforeTensors() {
    assertThat(apply("stem*=W4").tensors().keySet()).containsExactly("stem.weight");
    assertThat(apply("*_out=A4").tensors().keySet()).containsExactly("stem_out", "body_out");
    assertThat(apply("input=A16").activationChoice("input").bits()).isEqualTo(16);
    assertThat(apply("head.weight=W2").weightChoice("head.weight").bits()).isEqualTo(2);
    assertThat(apply("*=W3").tensors().keySet()).containsExactly("stem.weight", "body.weight", "head.weight");
  }

  @Test
  void floatByWidthAndBack() {
    QuantConfig kept = apply("stem=Wfloat");
    assertThat(kept.weightChoice("stem.weight")).isEqualTo(TensorChoice.FLOAT);
    assertThat(LayerPattern.parse("stem=W8").applyTo(kept, model).weightChoice("stem.weight")).isEqualTo(TensorChoice.DEFAULT_WEIGHT);
  }

  @Test
  void otherPropertiesStay() {
    QuantConfig base =
        QuantConfig.defaults()
            .withDefaults(
                Choices.withRange(
                    Choices.withGranularity(TensorChoice.DEFAULT_WEIGHT, Granularity.TENSOR), new RangeMethod.MinMax()),
                TensorChoice.DEFAULT_ACTIVATION);
    TensorChoice.Quantized changed =
        (TensorChoice.Quantized) LayerPattern.parse("stem=W4").applyTo(base, model).weightChoice("stem.weight");
    assertThat(changed.granularity()).isEqualTo(Granularity.TENSOR);
    assertThat(changed.range()).isEqualTo(new RangeMethod.MinMax());
  }

  @Test
  void namesWithEqualsSigns() {
    assertThat(LayerPattern.parse("a=b=W4")).isEqualTo(new LayerPattern(new Glob("a=b"), BitWidths.parse("W4")));
  }

  @Test
  void whatFitsNothingIsRefusedWithCloseNames() {
    assertThatThrownBy(() -> apply("setm=W4"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("'setm' fits no layer or tensor of small.onnx (did you mean 'stem'?).");
    assertThatThrownBy(() -> apply("conv*=W4")).hasMessageContaining("did you mean 'body.conv'");
    assertThatThrownBy(() -> apply("logits=W4")).hasMessage("'logits' fits activations only, which W4 is not for.");
    assertThatThrownBy(() -> apply("stem.bias=W4")).hasMessageStartingWith("'stem.bias' fits no layer or tensor");
    assertThatThrownBy(() -> apply("zzzzzzzzzz*=W4"))
        .hasMessage("'zzzzzzzzzz*' fits no layer or tensor of small.onnx; 'bitloupe inspect' lists its layers.");
    assertThatThrownBy(() -> FloatPattern.parse("Sofmax").applyTo(QuantConfig.defaults(), model))
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "=W4", "stem", "stem=", "stem=X4"})
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> LayerPattern.parse(text)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void floatByOperatorLayerOrTensor() {
    assertThat(asFloat("Softmax").tensors()).containsOnlyKeys("probabilities");
    assertThat(asFloat("conv").tensors()).containsOnlyKeys("stem.weight", "body.weight");
    assertThat(asFloat("MatMul").tensors()).containsOnlyKeys("head.weight");
    assertThat(asFloat("stem").tensors()).containsOnlyKeys("stem.weight");
    assertThat(asFloat("body*").tensors()).containsOnlyKeys("body.weight");
    assertThat(asFloat("logits").tensors()).containsOnlyKeys("logits").containsValue(TensorChoice.FLOAT);
    assertThatThrownBy(() -> FloatPattern.parse(" ")).isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minmax", "percentile", "percentile:99.9", "mse", "entropy", "aciq", "dynamic"})
  void methodsReadBack(String text) {
    assertThat(ChoiceText.format(ChoiceText.parseMethod(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensor", "channel", "block:32", "channels:8"})
  void granularitiesReadBack(String text) {
    assertThat(ChoiceText.format(ChoiceText.parseGranularity(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "max", "percentile:", "percentile:0", "percentile:101", "percentile:NaN", "mse:3", "explicit"})
  void refusesOtherMethods(String text) {
    assertThatThrownBy(() -> ChoiceText.parseMethod(text)).isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "row", "block", "block:", "block:0", "block:-1", "block:x", "channels:99999999999", "tensor:1"})
  void refusesOtherGranularities(String text) {
    assertThatThrownBy(() -> ChoiceText.parseGranularity(text)).isInstanceOf(InvalidInputException.class);
  }

  private QuantConfig apply(String pattern) {
    return LayerPattern.parse(pattern).applyTo(QuantConfig.defaults(), model);
  }

  private QuantConfig asFloat(String pattern) {
    return FloatPattern.parse(pattern).applyTo(QuantConfig.defaults(), model);
  }
}
