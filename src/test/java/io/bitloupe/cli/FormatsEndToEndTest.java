package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Number formats and recipes from the command line to the configuration file and back. */
class FormatsEndToEndTest {

  private static final Object[] DATA = {"--data", Cli.FASHION, "--calibration-samples", "32"};

  @TempDir Path folder;

  @Test
  void formatsRunInFloatAndCountTheirBits() {
    JsonNode json =
        Cli.run(
                "evaluate", Cli.LENET, DATA[0], DATA[1], DATA[2], DATA[3],
                "--weight-format", "nf4", "--samples", "200", "--json")
            .json();
    assertThat(json.get("integerMacShare").doubleValue()).isZero();
    assertThat(json.get("islands")).isNotEmpty();
    assertThat(json.get("layers").get(0).get("weightBits").intValue()).isEqualTo(4);
    assertThat(json.get("layers").get(0).get("weightSqnrDb").doubleValue()).isBetween(15.0, 30.0);
    assertThat(json.get("weightBytes").longValue()).isLessThan(json.get("floatWeightBytes").longValue() / 6);
    assertThat(json.get("top1").doubleValue()).isGreaterThan(0.8);
  }

  @Test
  void aConfigurationHoldsFormatAndRecipe() throws IOException {
    Path config = folder.resolve("config.json");
    Cli.Result first =
        Cli.run(
            "calibrate", Cli.LENET, DATA[0], DATA[1], DATA[2], DATA[3], "--weight-bits", "3", "--recipe",
            "equalization,adaround:iterations=20,bias-correction", "-o", config);
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(Files.readString(config)).contains("\"adaround\"", "\"iterations\" : \"20\"");
    JsonNode verified =
        Cli.run(
                "verify", Cli.LENET, DATA[0], DATA[1], DATA[2], DATA[3],
                "--config", config, "--samples", "64", "--json")
            .json();
    assertThat(verified.get("stepMaxLsb").intValue()).isZero();
    assertThat(verified.get("passed").booleanValue()).isTrue();
    Cli.Result withoutData = Cli.run("export", Cli.LENET, "--config", config, "--format", "qdq", "-o", folder.resolve("out.onnx"));
    assertThat(withoutData.status()).isEqualTo(2);
    assertThat(withoutData.err()).contains("needs calibration samples; say --data");
    Cli.Result formats =
        Cli.run("calibrate", Cli.LENET, DATA[0], DATA[1], DATA[2], DATA[3], "--weight-format", "kmeans:4:density", "-o", config);
    assertThat(formats.status()).as(formats.err()).isZero();
    assertThat(Files.readString(config)).contains("\"format\" : \"kmeans:4:density\"");
    Cli.Result exported = Cli.run("export", Cli.LENET, "--config", config, "--format", "qdq", "-o", folder.resolve("out.onnx"));
    assertThat(exported.status()).as(exported.err()).isZero();
  }

  /** Transforms that change the graph or the grids export to QDQ and are judged by ONNX Runtime step by step. */
  @Test
  void transformedGraphsRunInIntegers() {
    JsonNode verified =
        Cli.run(
                "verify", Cli.LENET, DATA[0], DATA[1], DATA[2], DATA[3], "--weight-bits", "4", "--weight-range",
                "pow2:omse", "--recipe", "outlier-splitting:ratio=0.01", "--samples", "32", "--json")
            .json();
    assertThat(verified.get("stepMaxLsb").intValue()).isZero();
    assertThat(verified.get("passed").booleanValue()).isTrue();
    JsonNode ranges =
        Cli.run(
                "evaluate", Cli.LENET, DATA[0], DATA[1], DATA[2], DATA[3], "--activation-range", "ema", "--weight-format", "hqq:4",
                "--samples", "32", "--json")
            .json();
    assertThat(ranges.get("agreementFloat").doubleValue()).isGreaterThan(0.9);
  }

  @Test
  void variantsMayHoldQuotes() {
    assertThat(CompareCommand.words("--config 'my file.json'  --layer \"/a b/*=W4\" --x=y'z w'"))
        .containsExactly("--config", "my file.json", "--layer", "/a b/*=W4", "--x=yz w");
  }

  @Test
  void comparesVariantsOnTheSameSamples() {
    JsonNode json =
        Cli.run(
            "compare", Cli.LENET, DATA[0], DATA[1], DATA[2], DATA[3], "--samples", "100", "--variant", "--weight-bits 2",
            "--variant", "--weight-bits 2 --recipe gptq", "--json")
            .json();
    assertThat(json.get("variants")).hasSize(3);
    assertThat(json.get("variants").get(2).get("agreementFloat").doubleValue())
        .isGreaterThan(json.get("variants").get(1).get("agreementFloat").doubleValue());
    JsonNode toFirst = json.get("variants").get(1).get("toFirst");
    double drop = json.get("variants").get(1).get("top1").doubleValue() - json.get("variants").get(0).get("top1").doubleValue();
    assertThat(toFirst.get("difference").doubleValue()).isCloseTo(drop, within(1e-9));
    assertThat(toFirst.get("low").doubleValue()).isLessThanOrEqualTo(drop);
    assertThat(toFirst.get("high").doubleValue()).isGreaterThanOrEqualTo(drop);
    assertThat(json.get("variants").get(0).has("toFirst")).isFalse();
    Cli.Result wrong = Cli.run("compare", Cli.LENET, DATA[0], DATA[1], "--variant", "--weight-bitz 2");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("The variant '--weight-bitz 2' is no choice");
  }

  /** Who stops after the first row has that row: nothing waits for the last choice. */
  @Test
  void printsEachChoiceAsSoonAsItIsMeasured() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    AtomicReference<Console> console = new AtomicReference<>();
    PrintStream out =
        new PrintStream(printed, true, StandardCharsets.UTF_8) {
          @Override
          public void print(String text) {
            super.print(text);
            console.get().interrupt();
          }
        };
    console.set(new Console(out, new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), false));
    int status =
        new CommandLineProgram(console.get(), new Cli.RecordedWindow(Optional.of("no display")))
            .run(
                "compare", Cli.LENET, "--data", Cli.FASHION, "--calibration-samples", "32", "--samples", "50", "--variant",
                "--weight-bits 2");
    assertThat(status).isNotZero();
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .hasSize(5)
        .first(InstanceOfAssertFactories.STRING)
        .contains("on 50 samples of the report part");
    assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("--weight-bits 2");
  }

  @Test
  void calibratesWithoutData() {
    JsonNode noise =
        Cli.run(
            "evaluate", Cli.LENET, DATA[0], DATA[1], "--calibration-data", "noise", "--calibration-samples", "16", "--samples", "50",
            "--json")
            .json();
    assertThat(noise.get("calibrationSamples").intValue()).isEqualTo(16);
    assertThat(noise.get("agreementFloat").doubleValue()).isGreaterThan(0.8);
    Cli.Result wrong = Cli.run("evaluate", Cli.LENET, DATA[0], DATA[1], "--calibration-data", "distilled");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("Nothing can be distilled from", "it has no BatchNormalization left.");
  }
}
