package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cost}, {@code sensitivity} and {@code search} as a user runs them. */
class SearchCommandTest {

  @TempDir Path folder;

  @Test
  void costsAreKnownWithoutData() {
    JsonNode json = Cli.run("cost", Cli.LENET, "--profile", "t4", "--weight-bits", "4", "--json").json();
    assertThat(json.get("bitOps").longValue()).isEqualTo(json.get("macs").longValue() * 4 * 8);
    double sum = 0;
    for (JsonNode layer : json.get("layers")) {
      sum += layer.get("latencyMs").doubleValue();
      assertThat(layer.get("bound").textValue()).isIn("memory", "compute");
    }
    assertThat(json.get("latencyMs").doubleValue()).isEqualTo(sum);
    assertThat(json.get("energyInterpolated").booleanValue()).as("8-bit activations: products are 8 bits wide").isFalse();
    Cli.Result refused = Cli.run("cost", Cli.LENET, "--profile", "t4", "--weight-bits", "3");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).startsWith("t4 has no 3-bit weights").hasLineCount(1);
    assertThat(Cli.run("cost", Cli.LENET, "--profile", "abacus").err()).startsWith("There is no hardware profile 'abacus'");
    assertThat(Cli.run("cost", Cli.LENET, "--profile", "t4").out()).contains("memory", "nothing was run");
  }

  @Test
  void thisMachineIsAProfileThatCanBeEdited() throws IOException {
    Path file = folder.resolve("mine.json");
    JsonNode json = Cli.run("cost", Cli.LENET, "--profile", "this-machine", "--save-profile", file, "--json").json();
    assertThat(json.get("hardware").textValue()).isEqualTo("this-machine");
    assertThat(json.get("hardwareSource").textValue()).startsWith("Measured on ").contains("one thread");
    assertThat(json.get("latencyMs").doubleValue()).isBetween(1e-4, 1e4);
    assertThat(Cli.run("cost", Cli.LENET, "--profile", file, "--json").json().get("latencyMs")).isEqualTo(json.get("latencyMs"));
    ObjectNode profile = (ObjectNode) new com.fasterxml.jackson.databind.ObjectMapper().readTree(file.toFile());
    double overhead = profile.get("layerOverheadSeconds").doubleValue();
    Files.writeString(file, profile.put("layerOverheadSeconds", overhead + 1).toString());
    assertThat(Cli.run("cost", Cli.LENET, "--profile", file, "--json").json().get("latencyMs").doubleValue())
        .as("a second for each of four layers")
        .isCloseTo(json.get("latencyMs").doubleValue() + 4000, org.assertj.core.api.Assertions.within(1e-6));
    assertThat(Cli.run("cost", Cli.LENET, "--save-profile", file).err()).startsWith("--save-profile needs the --profile");
  }

  @Test
  void whatIsMeasuredIsPrintedAtOnceAndRowByRow() {
    Cli.Result sensitivity = Cli.run("sensitivity", Cli.LENET, "--data", Cli.FASHION, "--samples", "64", "--bits", "2,8", "--all-but");
    assertThat(sensitivity.out().lines().filter(line -> line.startsWith("/"))).as("four layers, both ways").hasSize(8);
    assertThat(sensitivity.out())
        .containsSubsequence("64 samples of the tuning part", "weights, one at a time", "/fc2/Gemm", "weights, all but one", "/fc2/Gemm",
            "rank correlation of firstSamples with the measurement of weights", "configurations measured in");
  }

  @Test
  void sensitivityNamesEveryLayerAtEveryWidth() {
    JsonNode json =
        Cli.run(
                "sensitivity", Cli.LENET, "--data", Cli.FASHION, "--samples", "100",
                "--bits", "2,8", "--activations", "--all-but", "--json")
            .json();
    assertThat(json.get("part").textValue()).isEqualTo("tuning");
    assertThat(json.get("samples").intValue()).isEqualTo(100);
    assertThat(json.get("layers")).hasSize(8);
    assertThat(json.get("allButLayers")).hasSize(8);
    assertThat(json.get("activations")).hasSizeGreaterThanOrEqualTo(8);
    for (JsonNode layer : json.get("layers")) {
      assertThat(layer.get("top1").doubleValue()).isBetween(0.0, 1.0);
      assertThat(layer.get("bits").intValue()).isIn(2, 8);
      assertThat(layer.get("outputSqnrDb").isNumber()).isTrue();
      assertThat(layer.get("agreementFloat").isNumber()).isTrue();
    }
    assertThat(json.get("evaluations").intValue()).isPositive();
    assertThat(json.get("rankCorrelation").get("weights").get("firstSamples").isNumber()).isTrue();
  }

  @Test
  void limitsAreKeptOrRefusedInOneSentence() {
    Path config = folder.resolve("found.json");
    Object[] common = {"search", Cli.LENET, "--data", Cli.FASHION, "--samples", "100", "--bits", "2,4,8"};
    JsonNode json = Cli.run(with(common, "--max-size", "0.12", "-o", config, "--json")).json();
    long bytes = json.get("chosen").get("weightBytes").longValue();
    assertThat((double) bytes).isLessThanOrEqualTo(0.12 * json.get("floatWeightBytes").longValue());
    JsonNode evaluated = Cli.run("evaluate", Cli.LENET, "--data", Cli.FASHION, "--config", config, "--json").json();
    assertThat(evaluated.get("weightBytes").longValue()).isEqualTo(bytes);
    assertThat(evaluated.get("top1").doubleValue()).isEqualTo(json.get("report").get("top1").doubleValue());
    long before = 0;
    for (JsonNode point : json.get("front")) {
      assertThat(point.get("weightBytes").longValue()).isGreaterThan(before);
      before = point.get("weightBytes").longValue();
    }
    Cli.Result impossible = Cli.run(with(common, "--max-size", "100"));
    assertThat(impossible.status()).isEqualTo(2);
    assertThat(impossible.err()).contains("keeps these limits");
    assertThat(Cli.run(common).err()).contains("search needs a limit");
  }

  @Test
  void pinnedLayersKeepTheirWidthAndTiedOnesShareOne() {
    Path config = folder.resolve("found.json");
    Cli.Result search =
        Cli.run(
            "search", Cli.LENET, "--data", Cli.FASHION, "--samples", "100", "--bits", "2,4,8", "--max-size", "0.13",
            "--pin", "*conv*", "--tie", "*fc*", "-o", config);
    assertThat(search.out())
        .as("what is measured is printed at once, the rest after it")
        .containsSubsequence("alone", "/fc1/Gemm", "measured", "divergence", "searched on 100 samples", "measured front, tuning", "chosen");
    JsonNode layers =
        Cli.run("evaluate", Cli.LENET, "--data", Cli.FASHION, "--samples", "100", "--config", config, "--json").json().get("layers");
    Set<Integer> tied = new HashSet<>();
    for (JsonNode layer : layers) {
      int bits = layer.get("weightBits").intValue();
      if (layer.get("name").textValue().contains("conv")) {
        assertThat(bits).isEqualTo(8);
      } else {
        tied.add(bits);
      }
    }
    assertThat(tied).hasSize(1).allMatch(bits -> bits < 8);
  }

  @Test
  void activationsAreChosenOnAModelThatARecipeMade() {
    Path config = folder.resolve("found.json");
    long bitOps = Cli.run("cost", Cli.LENET, "--json").json().get("macs").longValue() * 5 * 5;
    Object[] common = {
      "search", Cli.LENET, "--data", Cli.FASHION, "--samples", "64", "--bits", "4,8", "--recipe", "equalization", "--max-bitops", bitOps
    };
    JsonNode json = Cli.run(with(common, "--activation-choices", "4,8", "-o", config, "--json")).json();
    assertThat(json.get("activations")).hasSize(4).anySatisfy(one -> assertThat(one.get("bits").intValue()).isEqualTo(4));
    assertThat(json.get("chosen").get("bits")).hasSize(8);
    assertThat(json.get("report").get("uniform")).hasSize(3);
    JsonNode evaluated = Cli.run("evaluate", Cli.LENET, "--data", Cli.FASHION, "--config", config, "--json").json();
    assertThat(evaluated.get("bitOps").longValue()).isLessThanOrEqualTo(bitOps);
    assertThat(evaluated.get("top1")).as("the recipe is in the file").isEqualTo(json.get("report").get("top1"));
    assertThat(Cli.run(with(common, "--activation-choices", "12")).err()).contains("--activation-choices takes widths from 2 to 8 and 16");
  }

  private static Object[] with(Object[] common, Object... more) {
    List<Object> all = new ArrayList<>(List.of(common));
    all.addAll(List.of(more));
    return all.toArray();
  }

  @Test
  void killedAndStartedAgainItGivesTheSameAnswer() throws IOException, InterruptedException {
    Object[] common = {"search", Cli.LENET, "--data", Cli.FASHION, "--samples", "200", "--bits", "2,4,8", "--max-size", "0.14", "--json"};
    Path run = folder.resolve("run");
    Files.createDirectories(run);
    int killed = runUntilKilled(run, with(common, "--run", run));
    assertThat(killed).as("the process was killed, it did not end").isEqualTo(137);
    JsonNode resumed = Cli.run(with(common, "--run", run)).json();
    JsonNode whole = Cli.run(common).json();
    assertThat(resumed.get("evaluations").intValue()).isLessThan(whole.get("evaluations").intValue());
    for (JsonNode document : List.of(resumed, whole)) {
      ((ObjectNode) document).remove(List.of("seconds", "evaluations"));
    }
    assertThat(resumed).isEqualTo(whole);
  }

  /** Runs the program in a process of its own, kills it once its journal has a few entries, and returns its exit status. */
  private static int runUntilKilled(Path run, Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("@src/main/launcher/jvm.options");
    command.add("--module-path");
    command.add(System.getProperty("jdk.module.path"));
    command.add("io.bitloupe.Launcher");
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Path journal = run.resolve("responses.jsonl");
    try (WatchService watch = FileSystems.getDefault().newWatchService()) {
      run.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      Process process = builder.start();
      try {
        while (process.isAlive() && (!Files.exists(journal) || Files.readAllLines(journal).size() < 5)) {
          WatchKey key = watch.poll(1, java.util.concurrent.TimeUnit.SECONDS);
          if (key != null) {
            key.pollEvents();
            key.reset();
          }
        }
      } finally {
        process.destroyForcibly();
      }
      return process.waitFor();
    }
  }
}
