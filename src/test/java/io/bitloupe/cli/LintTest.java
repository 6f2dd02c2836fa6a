package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** The linter on the command line. */
class LintTest {

  @Test
  void needsNoData() {
    JsonNode json = Cli.run("lint", Cli.LENET, "--activation-bits=16", "--json").json();
    assertThat(json.path("float").asInt()).isPositive();
    assertThat(json.path("profile").isNull()).isTrue();
    Cli.Result text = Cli.run("lint", Cli.LENET, "--target", "npu-8bit");
    assertThat(text.status()).isZero();
    assertThat(text.out()).contains("/conv1/Conv, /conv2/Conv, /fc1/Gemm and 1 more: The accelerator takes one scale for all weights");
    Cli.Result narrow = Cli.run("lint", Cli.LENET, "--weight-bits=4");
    assertThat(narrow.out())
        .contains("7 operators run on integers, 0 in float", "/conv1/Conv, /conv2/Conv: Weights of 4 bits take a byte each");
  }

  @Test
  void showsWhereTheTimeGoes() {
    JsonNode json = Cli.run("lint", Cli.LENET, "--data", Cli.FASHION, "--calibration-samples=16", "--target=ort-avx2", "--json").json();
    JsonNode profile = json.path("profile");
    assertThat(profile.path("floatMs").asDouble()).isPositive();
    assertThat(profile.path("integerMs").asDouble()).isPositive();
    double parts =
        profile.path("integerMs").asDouble()
            + profile.path("leftInFloatMs").asDouble()
            + profile.path("quantizeDequantizeMs").asDouble();
    assertThat(parts).isCloseTo(profile.path("quantizedMs").asDouble(), org.assertj.core.data.Offset.offset(1e-9));
    assertThat(json.path("layers").findValues("saturatedShare")).isNotEmpty();
    assertThat(json.findValuesAsText("reason")).anyMatch(reason -> reason.matches("[0-9.]+ % of its sums saturate, .*"));
    assertThat(profile.path("nodes").findValuesAsText("op")).contains("QLinearConv");
  }

  @Test
  void refusesAnUnknownTarget() {
    Cli.Result result = Cli.run("lint", Cli.LENET, "--target", "abacus");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err().strip().lines()).hasSize(1);
  }
}
