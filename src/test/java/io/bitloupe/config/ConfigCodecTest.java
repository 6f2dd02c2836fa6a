package io.bitloupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.config.QuantConfig.ModelReference;
import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.config.TensorChoice.Quantized;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Requantization;
import io.bitloupe.quant.Scheme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCodecTest {

  private static final long SEED = 20260101;
  private final Model model = SmallModel.create();

  @Test
  void defaultsReadBackEqual() {
    assertRoundTrip(QuantConfig.defaults());
  }

  @Test
  void everyKindOfChoiceReadsBackEqual() {
    Map<String, TensorChoice> tensors = new LinkedHashMap<>();
    for (RangeMethod range :
        List.of(
            new RangeMethod.MinMax(),
            new RangeMethod.Mse(),
            new RangeMethod.Entropy(),
            new RangeMethod.Aciq(),
            new RangeMethod.Dynamic(),
            new RangeMethod.Percentile(99.999),
            new RangeMethod.Explicit(-1.2f, 0.1f))) {
      for (Granularity granularity :
          List.of(Granularity.TENSOR, Granularity.CHANNEL, new Granularity.PerBlock(32), new Granularity.PerChannelGroup(8))) {
        for (Scheme scheme : Scheme.values()) {
          for (int bits : new int[] {1, 4, 8, 16}) {
            tensors.put(
                "/t\"" + tensors.size() + "\u00e9.\\weight", new Quantized(new IntegerFormat(bits, bits < 16, scheme), granularity, range));
          }
        }
      }
    }
    tensors.put("kept", TensorChoice.FLOAT);
    for (Requantization requantization : Requantization.values()) {
      assertRoundTrip(
          new QuantConfig(
              Optional.of(new ModelReference("net \u4e2d.onnx", SmallModel.SHA)),
              Optional.of(new QuantConfig.CalibrationReference("pictures.npz", 256)),
              TensorChoice.FLOAT,
              TensorChoice.DEFAULT_ACTIVATION,
              requantization,
              tensors,
              List.of(new RecipeStep("equalize", Map.of("iterations", "20")))));
    }
  }

  @Test
  void scalesReadBackBitForBit() {
    Random random = new Random(SEED);
    List<Affine> affine = new ArrayList<>();
    for (float edge : new float[] {Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, 1f, 0.1f, 1e-5f, 1 / 3f, 16777216f, 7.038531e-26f}) {
      affine.add(new Affine(edge, 0));
    }
    while (affine.size() < 20_000) {
      float scale = Float.intBitsToFloat(random.nextInt() & Integer.MAX_VALUE);
      if (scale > 0 && Float.isFinite(scale)) {
        affine.add(new Affine(scale, random.nextInt(256) - 128));
      }
    }
    QuantConfig config =
        QuantConfig.defaults()
            .with("w", new Quantized(IntegerFormat.weights(8), Granularity.CHANNEL, new RangeMethod.Mse(), affine))
            .with("a", new Quantized(IntegerFormat.activations(8), Granularity.TENSOR, new RangeMethod.Explicit(-0x1.fffffep-3f, 0.3f)));
    assertThat(decode(ConfigCodec.encode(config))).as("seed %d", SEED).isEqualTo(config);
    assertThat(decode(ConfigCodec.canonical(config))).as("seed %d", SEED).isEqualTo(config);
  }

  @Test
  void decimalsGoStraightToTheNearestFloat() {
    // Half way between two floats plus a little: through double it would round to even, the wrong way.
    String json =
        """
        {"bitloupe": 1, "tensors": {"a": {"bits": 8, "signed": false, "scheme": "asymmetric", "granularity": "tensor",
          "range": {"method": "mse"}, "scale": [1.00000005960464477540000000000001], "zeroPoint": [0]}}}""";
    Quantized choice = (Quantized) decode(json).tensors().get("a");
    assertThat(choice.resolved().getFirst().scale()).isEqualTo(Math.nextUp(1f));
  }

  @Test
  void theCanonicalFormForgetsOrderAndFileName() {
    TensorChoice four = Choices.withWidth(TensorChoice.DEFAULT_WEIGHT, new BitWidths.Width(4), TensorChoice.DEFAULT_WEIGHT);
    QuantConfig one = QuantConfig.defaults().with("a", four).with("b", TensorChoice.FLOAT);
    QuantConfig two =
        QuantConfig.defaults().with("b", TensorChoice.FLOAT).with("a", four).forModel(new ModelReference("x.onnx", SmallModel.SHA));
    assertThat(ConfigCodec.canonical(one)).isEqualTo(ConfigCodec.canonical(two)).doesNotContain(" ");
    assertThat(ConfigDigest.of(SmallModel.SHA, one)).isEqualTo(ConfigDigest.of(SmallModel.SHA, two)).hasSize(64);
    assertThat(ConfigDigest.of(SmallModel.SHA, one))
        .isNotEqualTo(ConfigDigest.of("cd".repeat(32), one))
        .isNotEqualTo(ConfigDigest.of(SmallModel.SHA, one.without("a")));
  }

  @Test
  void aDocumentNeedsOnlyItsVersion() {
    assertThat(decode("{\"bitloupe\": 1}")).isEqualTo(QuantConfig.defaults());
  }

  @Test
  void whatAChoiceLeavesOutIsTheDefaultsForItsKindOfTensor() {
    String json =
        """
        {"bitloupe": 1,
         "defaults": {"weight": {"bits": 6, "granularity": "tensor"}, "activation": {"bits": 7, "range": {"method": "minmax"}}},
         "tensors": {"stem.weight": {"bits": 2}, "stem_out": {"bits": 3}}}""";
    QuantConfig config = ConfigCodec.decode(json, "c.json", Optional.of(model));
    assertThat(config.tensors().get("stem.weight"))
        .isEqualTo(new Quantized(IntegerFormat.weights(2), Granularity.TENSOR, new RangeMethod.Mse()));
    assertThat(config.tensors().get("stem_out"))
        .isEqualTo(new Quantized(IntegerFormat.activations(3), Granularity.TENSOR, new RangeMethod.MinMax()));
    assertThatThrownBy(() -> decode(json)).isInstanceOf(InvalidInputException.class).hasMessageContaining("lacks the field \"signed\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "not json",
        "[]",
        "null",
        "3",
        "{}",
        "{\"bitloupe\": 2}",
        "{\"bitloupe\": \"1\"}",
        "{\"bitloupe\": 1.5}",
        "{\"bitloupe\": 1",
        "{\"bitloupe\": 1} {}",
        "{\"bitloupe\": 1, \"bitloupe\": 1}",
        "{\"bitloupe\": 1, \"tensors\": {\"a\": \"float\", \"a\": \"float\"}}",
        "{\"bitloupe\": 1, \"tensors\": []}",
        "{\"bitloupe\": 1, \"tensors\": null}",
        "{\"bitloupe\": 1, \"tensors\": {\"a\": \"int8\"}}",
        "{\"bitloupe\": 1, \"tensors\": {\"a\": null}}",
        "{\"bitloupe\": 1, \"tensors\": {\"a\": {}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"requantize\": \"magic\"}}",
        "{\"bitloupe\": 1, \"defaults\": {\"requantize\": 1}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 0}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 17}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 4.0}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 99999999999999999999}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": \"8\"}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"signed\": 1}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"scheme\": \"odd\"}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"granularity\": {\"block\": 0}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"granularity\": {\"block\": 8, \"channels\": 2}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"granularity\": \"row\"}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"range\": \"mse\"}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"range\": {\"method\": \"explicit\"}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"range\": {\"method\": \"mse\", \"percent\": 99}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"range\": {\"method\": \"percentile\", \"percent\": 101}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"range\": {\"min\": 0.5, \"max\": 1}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"range\": {\"min\": -1}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"range\": {\"min\": -1e999, \"max\": 1}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"range\": {\"min\": NaN, \"max\": 1}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"scale\": [1]}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"scale\": [], \"zeroPoint\": []}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"scale\": [1, 2], \"zeroPoint\": [0]}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"scale\": [0], \"zeroPoint\": [0]}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"scale\": [1e-60], \"zeroPoint\": [0]}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"scale\": [1], \"zeroPoint\": [0.5]}}}",
        "{\"bitloupe\": 1, \"model\": {\"file\": \"a.onnx\"}}",
        "{\"bitloupe\": 1, \"model\": {\"file\": 1, \"sha256\": \"x\"}}",
        "{\"bitloupe\": 1, \"recipe\": {}}",
        "{\"bitloupe\": 1, \"recipe\": [\"cle\"]}",
        "{\"bitloupe\": 1, \"recipe\": [{\"settings\": {}}]}",
        "{\"bitloupe\": 1, \"recipe\": [{\"method\": \"cle\", \"settings\": {\"n\": 1}}]}"
      })
  void refusesWithOneSentenceThatNamesTheFile(String json) {
    assertThatThrownBy(() -> decode(json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("c.json")
        .hasMessageEndingWith(".")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("Exception");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"bitloupe\": 1, \"tensor\": {}}', tensor",
    "'{\"bitloupe\": 1, \"defaults\": {\"weights\": \"float\"}}', weights",
    "'{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"axis\": 0}}}', axis",
    "'{\"bitloupe\": 1, \"defaults\": {\"weight\": {\"bits\": 8, \"range\": {\"method\": \"mse\", \"p\": 2}}}}', p",
    "'{\"bitloupe\": 1, \"model\": {\"file\": \"a\", \"sha256\": \"b\", \"path\": \"c\"}}', path",
    "'{\"bitloupe\": 1, \"recipe\": [{\"method\": \"m\", \"options\": {}}]}', options"
  })
  void refusesUnknownFieldsByName(String json, String field) {
    assertThatThrownBy(() -> decode(json)).hasMessageContaining("unknown field \"" + field + "\"");
  }

  @Test
  void deepOrLongNonsenseIsRefusedQuickly() {
    assertThatThrownBy(() -> decode("{\"bitloupe\": ".repeat(100_000))).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> decode("[".repeat(1_000_000))).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> decode("{\"bitloupe\": 1" + "0".repeat(100_000) + "}")).isInstanceOf(InvalidInputException.class);
    String name = "x".repeat(50_000);
    assertThatThrownBy(() -> decode("{\"bitloupe\": 1, \"" + name + "\": 1}"))
        .isInstanceOf(InvalidInputException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
  }

  @Test
  void filesAreWrittenWholeOrNotAtAll(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    ConfigCodec.write(QuantConfig.defaults(), file);
    assertThat(ConfigCodec.read(file)).isEqualTo(QuantConfig.defaults());
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    unfinished -> {
                      Files.writeString(unfinished, "half");
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("config.json cannot be written: the disk is full.");
    assertThat(ConfigCodec.read(file)).isEqualTo(QuantConfig.defaults());
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void unusablePathsAreSentences(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> ConfigCodec.read(folder.resolve("none.json")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("none.json cannot be read: it does not exist.");
    assertThatThrownBy(() -> ConfigCodec.read(folder)).isInstanceOf(InvalidInputException.class).hasMessageContaining("is a folder");
    Path binary = Files.write(folder.resolve("b.json"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) 0x80});
    assertThatThrownBy(() -> ConfigCodec.read(binary)).isInstanceOf(InvalidInputException.class).hasMessageContaining("not text");
    Path bom = Files.write(folder.resolve("bom.json"), ("\ufeff{\"bitloupe\": 1}").getBytes(StandardCharsets.UTF_8));
    assertThat(ConfigCodec.read(bom)).isEqualTo(QuantConfig.defaults());
    assertThatThrownBy(() -> ConfigCodec.write(QuantConfig.defaults(), folder)).hasMessageContaining("is a folder");
    assertThatThrownBy(() -> ConfigCodec.write(QuantConfig.defaults(), folder.resolve("no/where.json")))
        .hasMessageContaining("does not exist");
  }

  private void assertRoundTrip(QuantConfig config) {
    assertThat(decode(ConfigCodec.encode(config))).isEqualTo(config);
    assertThat(decode(ConfigCodec.encode(config)).tensors().keySet()).containsExactlyElementsOf(config.tensors().keySet());
  }

  private static QuantConfig decode(String json) {
    return ConfigCodec.decode(json, "c.json", Optional.empty());
  }
}
