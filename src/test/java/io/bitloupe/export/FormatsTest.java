package io.bitloupe.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.FormatText;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Lab;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Requantization;
import io.bitloupe.quant.Scheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every format: its golden file, the round trip of what it can hold, and a named loss for what it cannot. */
class FormatsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/io/bitloupe/export");

  /** Two layers with exact parameters, so that golden files are easy to check by hand. */
  private static final Model MODEL =
      Lab.model(
          new TestGraph(17)
              .input("x", -1, 2, 4, 4)
              .floats("conv.weight", new int[] {2, 2, 1, 1}, 1, -0.5f, 0.25f, 0.125f)
              .floats("conv.bias", new int[] {2}, 0, 1)
              .floats("fc.weight", new int[] {3, 8}, ramp(24))
              .node("Conv", "x,conv.weight,conv.bias", "c")
              .node("Relu", "c", "r")
              .node("MaxPool", "r", "p", "kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2})
              .node("Flatten", "p", "f")
              .node("Gemm", "f,fc.weight", "y", "transB", 1)
              .output("y")
              .build());

  @TempDir private Path folder;

  private static float[] ramp(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i - 12) / 16f;
    }
    return values;
  }

  private static TensorChoice choice(IntegerFormat format, Granularity granularity, Affine... affine) {
    return new TensorChoice.Quantized(format, granularity, new RangeMethod.MinMax(), List.of(affine));
  }

  /** 4-bit weights by channel and by tensor, unsigned and symmetric activations. */
  private static QuantConfig mixed() {
    Map<String, TensorChoice> choices = new LinkedHashMap<>();
    choices.put("conv.weight",
        choice(IntegerFormat.weights(8), Granularity.CHANNEL, new Affine(0.0078125f, 0), new Affine(0.001953125f, 0)));
    choices.put("fc.weight", choice(IntegerFormat.weights(4), Granularity.TENSOR, new Affine(0.125f, 0)));
    choices.put("x", choice(new IntegerFormat(8, true, Scheme.SYMMETRIC), Granularity.TENSOR, new Affine(0.03125f, 0)));
    choices.put("r", choice(IntegerFormat.activations(8), Granularity.TENSOR, new Affine(0.015625f, 3)));
    choices.put("y", choice(IntegerFormat.activations(16), Granularity.TENSOR, new Affine(0.0001220703125f, 32768)));
    return QuantConfig.uniform(TensorChoice.FLOAT, TensorChoice.FLOAT).with(choices);
  }

  private static ExportRequest request(QuantConfig config) {
    return new ExportRequest(MODEL, ConfigResolver.resolve(config, MODEL), "test");
  }

  static Stream<ExportFormat> texts() {
    return ExportFormats.all().stream().filter(format -> !format.extension().equals("onnx"));
  }

  @Test
  void namesAreUnique() {
    assertThat(ExportFormats.all()).extracting(ExportFormat::id).doesNotHaveDuplicates().hasSizeGreaterThan(10);
  }

  /** Set -Dgolden.write=true to write them anew, and read the difference. */
  @ParameterizedTest
  @MethodSource("texts")
  void isTheGoldenFile(ExportFormat format) throws IOException {
    Path written = folder.resolve(format.id() + "." + format.extension());
    format.write(request(mixed()), written);
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(GOLDEN);
      for (Path file : Files.list(folder).toList()) {
        Files.copy(file, GOLDEN.resolve(file.getFileName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    }
    assertThat(Files.list(folder).map(file -> file.getFileName().toString()))
        .as("with what belongs beside it")
        .contains(written.getFileName().toString())
        .hasSize(format.id().equals("ort-overrides") ? 3 : 1);
    for (Path file : Files.list(folder).toList()) {
      String expected = withoutDigests(Files.readString(GOLDEN.resolve(file.getFileName())));
      assertThat(withoutDigests(Files.readString(file))).isEqualTo(expected);
    }
  }

  /** The model of the test is written to a temporary file of a new name each time. */
  private static String withoutDigests(String text) {
    return text.replaceAll("bitloupe-test\\w*\\.onnx", "model.onnx").replaceAll("[0-9a-f]{64}", "DIGEST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bitloupe", "aimet-0.6.1", "aimet-1.0.0", "aimet-2.0.0", "ort-overrides"})
  void keepsEveryScale(String id) {
    ReadableFormat format = ExportFormats.readableById(id);
    Path file = folder.resolve("a." + format.extension());
    List<Loss> losses = format.write(request(mixed()), file);
    assertThat(losses).isEmpty();
    Imported back = format.read(file, MODEL);
    assertThat(back.losses()).isEmpty();
    ResolvedConfig expected = ConfigResolver.resolve(mixed(), MODEL);
    ResolvedConfig actual = ConfigResolver.resolve(back.config(), MODEL);
    assertThat(actual.weights()).isEqualTo(expected.weights());
    assertThat(actual.activations()).isEqualTo(expected.activations());
  }

  @ParameterizedTest
  @ValueSource(strings = {"aimet-1.0.0", "aimet-2.0.0"})
  void keepsBlocks(String id) {
    ReadableFormat format = ExportFormats.readableById(id);
    QuantConfig blocks = Lab.bits(4, 8).with(mixed().tensors()).with("fc.weight", Lab.weights(4, new Granularity.PerBlock(4)));
    Path file = folder.resolve("a." + format.extension());
    assertThat(format.write(request(blocks), file)).isEmpty();
    QuantParams expected = ConfigResolver.resolve(blocks, MODEL).weights().get("fc.weight");
    assertThat(expected.affine()).hasSize(6);
    assertThat(ConfigResolver.resolve(format.read(file, MODEL).config(), MODEL).weights()).containsEntry("fc.weight", expected);
  }

  @Test
  void namesWhatIsLost() {
    QuantConfig blocks = mixed().with("fc.weight", Lab.weights(3, new Granularity.PerBlock(3)));
    Map<String, String> expected =
        Map.of(
            "aimet-0.6.1", "no scales by block",
            "aimet-1.0.0", "whole input channels",
            "aimet-2.0.0", "whole input channels",
            "ort-overrides", "no scales by block",
            "ort-calibration", "ranges of activations only",
            "tensorrt-cache", "no weights",
            "nncf", "no scales",
            "olive", "one granularity");
    expected.forEach(
        (id, reason) -> {
          ExportFormat format = ExportFormats.byId(id);
          List<Loss> losses = format.write(request(blocks), folder.resolve(id));
          assertThat(losses).as(id).anyMatch(
              loss -> loss.subject().contains(id.equals("nncf") ? "conv" : "fc.weight") && loss.reason().contains(reason));
        });
  }

  /** Number formats beside integers, other requantizations and recipes: no format but our own keeps them, and each says so. */
  @Test
  void namesWhatOnlyOurOwnFormatHolds() {
    QuantConfig config =
        mixed()
            .with("fc.weight", new TensorChoice.Coded(FormatText.parse("nf4"), Granularity.CHANNEL))
            .withRequantization(Requantization.FIXED_POINT);
    for (ExportFormat format : ExportFormats.all()) {
      List<Loss> losses = format.write(request(config), folder.resolve(format.id()));
      if (Set.of("bitloupe", "netron", "model-explorer").contains(format.id())) {
        continue;
      }
      assertThat(losses).as(format.id()).anyMatch(loss -> loss.subject().contains("fc.weight") && loss.reason().contains("nf4"));
      assertThat(losses.stream().anyMatch(loss -> loss.reason().contains("requantization 'fixed'")))
          .as(format.id())
          .isEqualTo(!format.id().equals("weight-only"));
    }
  }

  @Test
  void losesOneBitCodesByName() {
    QuantConfig binary = mixed().with("fc.weight", Lab.weights(1, Granularity.TENSOR));
    for (String id : List.of("aimet-0.6.1", "aimet-1.0.0", "aimet-2.0.0", "ort-overrides")) {
      ReadableFormat format = ExportFormats.readableById(id);
      Path file = folder.resolve(id);
      assertThat(format.write(request(binary), file)).extracting(Loss::subject).as(id).contains("fc.weight of gemm_y");
      assertThat(format.read(file, MODEL).config().weightChoice("fc.weight")).isEqualTo(TensorChoice.FLOAT);
    }
  }

  @Test
  void calibrationCachesKeepRanges() {
    for (String id : List.of("ort-calibration", "tensorrt-cache")) {
      ReadableFormat format = ExportFormats.readableById(id);
      Path file = folder.resolve(id);
      format.write(request(mixed()), file);
      ResolvedConfig back = ConfigResolver.resolve(format.read(file, MODEL).config(), MODEL);
      assertThat(back.weights()).isEmpty();
      assertThat(back.activations().keySet()).containsExactlyInAnyOrder("x", "r", "y");
      float scale = back.activations().get("r").single().scale();
      assertThat(scale).isCloseTo(
          id.equals("ort-calibration") ? 0.015625f : 0.015625f * 252 / 127, org.assertj.core.data.Percentage.withPercentage(0.001));
    }
  }

  @Test
  void ignoredScopesKeepFloatLayers() {
    QuantConfig config = Lab.bits(8, 8).with(mixed().tensors()).with("fc.weight", TensorChoice.FLOAT);
    for (String id : List.of("nncf", "olive")) {
      ReadableFormat format = ExportFormats.readableById(id);
      Path file = folder.resolve(id);
      format.write(request(config), file);
      QuantConfig back = format.read(file, MODEL).config();
      assertThat(back.weightChoice("fc.weight")).as(id).isEqualTo(TensorChoice.FLOAT);
      assertThat(back.weightChoice("conv.weight").bits()).as(id).isEqualTo(8);
    }
  }

  @Test
  void saysWhatOfAFileItCannotUse() throws IOException {
    Path file = folder.resolve("a.encodings");
    Files.writeString(
        file,
        """
        {"version": "1.0.0", "excluded_layers": [], "param_encodings": [],
         "activation_encodings": [
          {"name": "nowhere", "enc_type": "PER_TENSOR", "dtype": "INT", "bw": 8, "is_sym": false, "scale": [0.5], "offset": [0]},
          {"name": "c", "enc_type": "PER_TENSOR", "dtype": "INT", "bw": 8, "is_sym": false, "scale": [0.5], "offset": [0]},
          {"name": "r", "enc_type": "PER_TENSOR", "dtype": "INT", "bw": 8, "is_sym": false, "scale": [0.5], "offset": [-3]},
          {"name": "p", "enc_type": "PER_TENSOR", "dtype": "INT", "bw": 8, "is_sym": false, "scale": [0.25], "offset": [-3]}]}
        """);
    Imported imported = ExportFormats.readableById("aimet-1.0.0").read(file, MODEL);
    assertThat(imported.losses()).extracting(Loss::subject).containsExactly("nowhere", "c", "p");
    assertThat(ConfigResolver.resolve(imported.config(), MODEL).activations().get("r").single()).isEqualTo(new Affine(0.5f, 3));
  }

  @Test
  void refusesWhatIsNotOfTheFormat() throws IOException {
    Path json = Files.writeString(folder.resolve("some.json"), "{\"a\": [1, 2]}");
    Path text = Files.writeString(folder.resolve("some.txt"), "no JSON");
    for (ReadableFormat format : ExportFormats.readable()) {
      for (Path file : List.of(json, text, folder.resolve("missing"))) {
        if (format.id().equals("ort-overrides") && file.equals(json)) {
          continue;
        }
        assertThatThrownBy(() -> format.read(file, MODEL)).as(format.id()).isInstanceOf(InvalidInputException.class)
            .hasMessageContaining(file.toString());
      }
    }
  }

  @Test
  void saysThatScalesBelongToFoldedWeights() {
    Model folded =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 2, 4, 4)
                .random("w", 2, 2, 1, 1)
                .floats("gamma", new int[] {2}, 2, 3)
                .floats("beta", new int[] {2}, 0, 1)
                .floats("mean", new int[] {2}, 0.5f, 0)
                .floats("variance", new int[] {2}, 1, 4)
                .node("Conv", "x,w", "c")
                .node("BatchNormalization", "c,gamma,beta,mean,variance", "y")
                .output("y")
                .build());
    ResolvedConfig config = ConfigResolver.resolve(Lab.bits(8, 8), folded, Lab.calibrate(folded, Lab.random(folded, 4)));
    List<Loss> losses = ExportFormats.byId("aimet-1.0.0").write(new ExportRequest(folded, config, "test"), folder.resolve("a"));
    assertThat(losses).hasSize(1);
    assertThat(losses.getFirst().reason()).contains("BatchNormalization");
  }
}
