package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.OnnxReader;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.model.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands on the sample models, against checked-in figures. */
class EndToEndTest {

  private static final Path RESOURCES = Path.of("src/test/resources/io/bitloupe/cli");
  private static final String[] QUICK = {"--calibration-samples", "64", "--samples", "200"};

  @TempDir Path folder;

  static List<JsonNode> expected() throws IOException {
    try (InputStream stream = Files.newInputStream(RESOURCES.resolve("expected.json"))) {
      List<JsonNode> rows = new ArrayList<>();
      new ObjectMapper().readTree(stream).forEach(rows::add);
      assertThat(rows).isNotEmpty();
      return rows;
    }
  }

  /**
   * With scales from a file all that is computed is integers and single float operations, which are the same everywhere; the
   * float model's sums are not, so its count may differ by a sample.
   */
  @ParameterizedTest
  @MethodSource("expected")
  void integersAreTheSameEverywhere(JsonNode expected) {
    JsonNode json =
        run(
            "evaluate",
            Cli.SAMPLES.resolve(expected.get("model").textValue()),
            "--config",
            RESOURCES.resolve(expected.get("config").textValue()),
            "--data",
            Cli.FASHION,
            "--samples",
            expected.get("samples").asText(),
            "--json")
            .json();
    for (String field : List.of("model", "configDigest", "samples", "correct", "weightBytes", "floatWeightBytes", "macs", "bitOps")) {
      assertThat(json.get(field)).as(field).isEqualTo(expected.get(field));
    }
    assertThat(json.get("correctFloat").intValue()).isCloseTo(expected.get("correctFloat").intValue(), within(1));
    assertThat(json.get("integerMacShare").doubleValue()).isEqualTo(1);
    assertThat(json.get("islands")).isEmpty();
    assertThat(json.get("runtime").textValue()).isEqualTo("integer");
    assertThat(json.get("part").textValue()).isEqualTo("report");
    double top1 = (double) expected.get("correct").intValue() / expected.get("samples").intValue();
    assertThat(json.get("top1").doubleValue())
        .isEqualTo(top1)
        .isBetween(json.get("top1Low").doubleValue(), json.get("top1High").doubleValue());
    JsonNode layers = json.get("layers");
    assertThat(layers).isNotEmpty();
    for (JsonNode layer : layers) {
      assertThat(layer.get("weightSqnrDb").doubleValue()).as(layer.toString()).isGreaterThan(5);
      assertThat(layer.get("outputSqnrDb").doubleValue()).as(layer.toString()).isGreaterThan(5);
    }
  }

  @Test
  void theAnswerDoesNotDependOnThreads() {
    String[] choice = {"--weight-bits", "4", "--activation-bits", "6", "--json"};
    JsonNode one = run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK, choice, "--threads", "1").json();
    JsonNode two = run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK, choice, "--threads", "2").json();
    for (String field :
        List.of("configDigest", "correct", "top5", "agreementFloat", "outputSqnrDb", "outputCosine", "weightBytes", "islands")) {
      assertThat(one.get(field)).as(field).isEqualTo(two.get(field)).isNotNull();
    }
    for (int i = 0; i < one.get("layers").size(); i++) {
      assertThat(one.get("layers").get(i).get("outputSqnrDb")).isEqualTo(two.get("layers").get(i).get("outputSqnrDb"));
    }
  }

  @Test
  void runtimesAgree() {
    int[] correct = new int[3];
    List<JsonNode> layers = new ArrayList<>();
    String[] runtimes = {"integer", "simulated", "onnxruntime"};
    String digest = "";
    for (int i = 0; i < runtimes.length; i++) {
      JsonNode json = run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK, "--runtime", runtimes[i], "--json").json();
      assertThat(json.get("runtime").textValue()).isEqualTo(runtimes[i]);
      correct[i] = json.get("correct").intValue();
      layers.add(json.get("layers"));
      digest = i == 0 ? json.get("configDigest").textValue() : digest;
      assertThat(json.get("configDigest").textValue()).isEqualTo(digest);
    }
    assertThat(correct[1]).isCloseTo(correct[0], within(2));
    assertThat(correct[2]).as("integers throughout: ONNX Runtime computes the same codes").isEqualTo(correct[0]);
    for (int layer = 0; layer < layers.getFirst().size(); layer++) {
      double inIntegers = layers.getFirst().get(layer).get("outputSqnrDb").doubleValue();
      assertThat(inIntegers).isGreaterThan(20);
      assertThat(layers.get(1).get(layer).get("outputSqnrDb").doubleValue()).isCloseTo(inIntegers, within(0.2));
      assertThat(layers.get(2).get(layer)).as("the same graph is tapped for both").isEqualTo(layers.get(1).get(layer));
    }
  }

  @Test
  void layersInFloatHaveNoiseToo() {
    for (String[] choice : new String[][] {{"--activation-bits", "float"}, {"--float", "/fc2/Gemm"}}) {
      JsonNode json = run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK, "--weight-bits", "4", choice, "--json").json();
      assertThat(json.get("integerMacShare").doubleValue()).isLessThan(1);
      for (JsonNode layer : json.get("layers")) {
        assertThat(layer.get("outputSqnrDb").doubleValue()).as(layer.toString()).isBetween(10.0, 60.0);
      }
    }
  }

  @Test
  void aCalibratedConfigurationIsAllThatExportNeeds() throws IOException {
    Path config = folder.resolve("config.json");
    Path fresh = folder.resolve("fresh.onnx");
    Path again = folder.resolve("again.onnx");
    String[] choice = {"--layer", "/conv*=W4A6", "--float", "/fc2/Gemm"};
    String[] calibration = {"--calibration-samples", "64"};
    run("calibrate", Cli.LENET, "--data", Cli.FASHION, choice, calibration, "-o", config);
    Model model = ModelLoader.load(Path.of(Cli.LENET));
    QuantConfig resolved = ConfigCodec.read(config, model);
    assertThat(resolved.weightChoice("conv1.weight").bits()).isEqualTo(4);
    assertThat(resolved.weightChoice("fc2.weight")).isEqualTo(TensorChoice.FLOAT);
    assertThat(((TensorChoice.Quantized) resolved.weightChoice("fc1.weight")).resolved()).hasSize(500);
    run("export", Cli.LENET, "--data", Cli.FASHION, choice, calibration, "--format", "qdq", "-o", fresh);
    run("export", Cli.LENET, "--config", config, "--format", "qdq", "-o", again);
    Graph exported = OnnxReader.read(again);
    assertThat(exported.nodes()).anyMatch(node -> node.opType().equals("QuantizeLinear"));
    assertThat(exported.initializers()).isNotEmpty().isEqualTo(OnnxReader.read(fresh).initializers());
    assertThat(exported.metadata()).containsKeys("bitloupe.configDigest", "bitloupe.modelSha256");

    Path copy = folder.resolve("copy.json");
    run("export", Cli.LENET, "--config", config, "--format", "bitloupe", "-o", copy);
    assertThat(copy).hasSameTextualContentAs(config);
    JsonNode fromFile = run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK, "--config", config, "--json").json();
    JsonNode fromChoice = run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK, choice, "--json").json();
    assertThat(fromFile.get("configDigest")).isEqualTo(fromChoice.get("configDigest"));
    assertThat(exported.metadata()).containsEntry("bitloupe.configDigest", fromFile.get("configDigest").textValue());
    assertThat(fromFile.get("correct")).isEqualTo(fromChoice.get("correct"));
  }

  @Test
  void optionsBesideAFileChangeItEverywhere() {
    Path config = folder.resolve("config.json");
    run("calibrate", Cli.LENET, "--data", Cli.FASHION, "--float", "/fc2/Gemm", "--calibration-samples", "64", "-o", config);
    JsonNode json =
        run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK, "--config", config, "--weight-bits", "3", "--json").json();
    List<Integer> bits = new ArrayList<>();
    json.get("layers").forEach(layer -> bits.add(layer.get("weightBits").intValue()));
    assertThat(bits).containsExactly(3, 3, 3, 32);
  }

  @Test
  void withoutDataExportSaysWhatIsMissing() {
    Cli.Result result = Cli.run("export", Cli.LENET, "--format", "qdq", "-o", folder.resolve("x.onnx"));
    assertThat(result.status()).isEqualTo(ExitStatus.BAD_INPUT);
    assertThat(result.err()).contains("--data");
  }

  @Test
  void verifiesAgainstOnnxRuntime() {
    Path model = Cli.SAMPLES.resolve("resnet-14.onnx");
    JsonNode json =
        run("verify", model, "--data", Cli.FASHION, "--calibration-samples", "64", "--samples", "40", "--json").json();
    assertThat(json.get("samples").intValue()).isEqualTo(40);
    assertThat(json.get("stepMaxLsb").intValue()).isLessThanOrEqualTo(1);
    assertThat(json.get("agreement").doubleValue()).isEqualTo(1);
    assertThat(json.get("endToEndMaxLsb").isInt()).isTrue();
    assertThat(json.get("fused")).isNotEmpty();
    assertThat(json.get("unfused").isArray()).isTrue();
    assertThat(json.fieldNames()).toIterable().contains("outputCosine", "top1Integer", "top1OnnxRuntime", "passed", "configDigest");
    assertThat(json.get("steps")).isNotEmpty();
    for (JsonNode step : json.get("steps")) {
      boolean exact = List.of("Conv", "Gemm", "MatMul", "Add").contains(step.get("op").textValue());
      assertThat(step.get("maxLsb").intValue()).as(step.toString()).isLessThanOrEqualTo(exact ? 0 : 1);
    }
  }

  @Test
  void inspectsInNumbers() {
    JsonNode json = run("inspect", Cli.LENET, "--json").json();
    assertThat(json.get("parameters").longValue()).isEqualTo(431_080);
    assertThat(json.get("macs").longValue()).isEqualTo(2_293_000);
    assertThat(json.get("operators").get("Conv").intValue()).isEqualTo(2);
    assertThat(json.get("layers")).hasSize(4);
    JsonNode first = json.get("layers").get(0);
    assertThat(first.get("name").textValue()).isEqualTo("/conv1/Conv");
    assertThat(first.get("weight").get("shape")).map(JsonNode::intValue).containsExactly(20, 1, 5, 5);
    assertThat(first.get("weight").get("greatestChannelMagnitude").doubleValue()).isCloseTo(0.2908, within(1e-4));
    assertThat(run("inspect", Cli.LENET).out()).contains("/fc1/Gemm", "431,080 parameters");
  }

  @Test
  void everyModelIsEvaluatedInWords() {
    String text = run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK).out();
    assertThat(text).contains("200 samples of the report part of", "top-1", "/conv1/Conv").doesNotContain("NaN", "null");
  }

  @Test
  void aReportShowsTheChoiceAlone() throws IOException {
    Path page = folder.resolve("report.html");
    run("report", Cli.LENET, "--data", Cli.FASHION, QUICK, "--only", "--weight-bits", "5", "-o", page);
    assertThat(Files.readString(page)).contains("<svg", "lenet-5.onnx", "/conv2/Conv").doesNotContain("NaN");
  }

  @Test
  void everyOutputIsComparedWithFloat() {
    Model lenet = ModelLoader.load(Path.of(Cli.LENET));
    String inner = lenet.layers().getFirst().output();
    List<ValueInfo> outputs = new ArrayList<>(lenet.graph().outputs());
    outputs.add(new ValueInfo(inner, DataType.FLOAT, List.of(), false));
    Path file = folder.resolve("two-outputs.onnx");
    OnnxWriter.write(lenet.graph().withOutputs(outputs), file);
    JsonNode further = run("evaluate", file, "--data", Cli.FASHION, QUICK, "--json").json().get("furtherOutputs");
    assertThat(further).hasSize(1);
    assertThat(further.get(0).get("name").textValue()).isEqualTo(inner);
    assertThat(further.get(0).get("sqnrDb").doubleValue()).isBetween(20.0, 60.0);
    assertThat(further.get(0).get("cosine").doubleValue()).isBetween(0.99, 1.0);
  }

  @Test
  void aDecisionIsOfTheSamplesThatItTook() {
    JsonNode json =
        run("evaluate", Cli.LENET, "--data", Cli.FASHION, "--calibration-samples", "64", "--decide-drop", "0.2", "--json").json();
    JsonNode decision = json.get("decision");
    assertThat(decision.get("verdict").textValue()).isEqualTo("within");
    assertThat(decision.get("samples")).isEqualTo(json.get("samples"));
    assertThat(decision.get("samples").intValue()).isLessThan(json.get("totalSamples").intValue());
    assertThat(decision.get("low").doubleValue()).isGreaterThan(-0.2);
  }

  @Test
  void aSmallMemoryForActivationsChangesNoFigure() {
    JsonNode usual = run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK, "--json").json();
    JsonNode small = run("evaluate", Cli.LENET, "--data", Cli.FASHION, QUICK, "--activation-memory", "1", "--json").json();
    assertThat(small.get("correct")).isEqualTo(usual.get("correct"));
    assertThat(small.get("outputSqnrDb")).isEqualTo(usual.get("outputSqnrDb"));
  }

  /** What the data has no labels for is null or left out, and agreement with the float model takes its place. */
  @Test
  void withoutLabelsAgreementStandsIn() throws IOException {
    Path pictures = folder.resolve("pictures-idx3-ubyte");
    try (InputStream packed = new GZIPInputStream(Files.newInputStream(Path.of(Cli.FASHION)))) {
      byte[] whole = packed.readNBytes(16 + 200 * 28 * 28);
      ByteBuffer.wrap(whole).putInt(4, 200);
      Files.write(pictures, whole);
    }
    JsonNode json = run("evaluate", Cli.LENET, "--data", pictures, "--calibration-samples", "64", "--json").json();
    assertThat(json.get("samples").intValue()).isEqualTo(200 - 64 - 34);
    for (String field : List.of("correct", "top1", "top1Low", "deltaTop1", "flippedToWrong", "top1Float")) {
      assertThat(json.get(field).isNull()).as(field).isTrue();
    }
    assertThat(json.get("agreementFloat").doubleValue()).isGreaterThan(0.9);
    assertThat(json.get("outputCosine").doubleValue()).isGreaterThan(0.99);
    String text = run("evaluate", Cli.LENET, "--data", pictures, "--calibration-samples", "64").out();
    assertThat(text).contains("agreement").contains("unknown without labels");
    Cli.Result undecided = Cli.run("evaluate", Cli.LENET, "--data", pictures, "--calibration-samples", "64", "--decide-drop", "0.1");
    assertThat(undecided.status()).isEqualTo(2);
    assertThat(undecided.err()).startsWith("--decide-drop needs labels").hasLineCount(1);
    Path page = folder.resolve("page.html");
    run("report", Cli.LENET, "--data", pictures, "--calibration-samples", "64", "--only", "-o", page);
    assertThat(Files.readString(page)).contains("no labels");
  }

  @Test
  void startDoesTheWholeJobWithoutADisplay() throws IOException {
    Path reports = folder.resolve("made/for/it");
    Cli.Result result = run("start", "--model", Cli.LENET, "--samples", "60", "-o", reports);
    assertThat(result.err().lines().findFirst()).hasValue("There is no display here; doing the same job without a window.");
    assertThat(result.out()).contains("float", "W8A8 per tensor", "W3A8", "report.html");
    assertThat(Files.readString(reports.resolve("report.html"))).contains("W4A4");
    assertThat(Files.readAllLines(reports.resolve("configurations.csv"))).hasSize(Sweep.standard().size() + 1);
    assertThat(new ObjectMapper().readTree(reports.resolve("configurations.json").toFile())).hasSize(Sweep.standard().size());
  }

  private static Cli.Result run(Object... arguments) {
    List<Object> flat = new ArrayList<>();
    for (Object argument : arguments) {
      if (argument instanceof String[] several) {
        flat.addAll(List.of(several));
      } else {
        flat.add(argument);
      }
    }
    Cli.Result result = Cli.run(flat.toArray());
    assertThat(result.status()).as("%s: %s", flat, result.err()).isEqualTo(ExitStatus.DONE);
    return result;
  }
}
