package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** The exported file in ONNX Runtime, timed from the command line. */
class TimeTest {

  @Test
  void timesEveryBatchAndNumberOfThreads() {
    JsonNode json =
        Cli.run(
                "time", Cli.LENET, "--data", Cli.FASHION, "--calibration-samples=8", "--batch=1,4", "--run-threads=1,2",
                "--seconds=0.05", "--json")
            .json();
    assertThat(json.path("timings")).hasSize(4);
    assertThat(json.path("timings").findValuesAsText("batch")).containsExactly("1", "1", "4", "4");
    assertThat(json.path("timings").findValuesAsText("threads")).containsExactly("1", "2", "1", "2");
    for (JsonNode timing : json.path("timings")) {
      JsonNode exported = timing.path("exportedMs");
      assertThat(exported.path("median").asDouble())
          .isPositive()
          .isBetween(exported.path("lowerQuartile").asDouble(), exported.path("upperQuartile").asDouble());
      assertThat(timing.path("speedUp").asDouble())
          .isCloseTo(
              timing.path("floatMs").path("median").asDouble() / exported.path("median").asDouble(),
              org.assertj.core.data.Offset.offset(1e-9));
      assertThat(timing.path("runs").asInt()).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void refusesNumbersThatMeanNothing() {
    for (String wrong : new String[] {"--batch=0", "--run-threads=-1", "--seconds=0"}) {
      Cli.Result result = Cli.run("time", Cli.LENET, "--data", Cli.FASHION, wrong);
      assertThat(result.status()).isEqualTo(2);
      assertThat(result.err().strip().lines()).hasSize(1);
    }
  }
}
