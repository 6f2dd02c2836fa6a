package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.io.OutputStream;
import java.io.ByteArrayOutputStream;
import io.bitloupe.Launcher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a user gets wrong: exit status 2, one sentence on standard error, nothing on standard output, no stack trace. */
class RefusalTest {

  @TempDir Path folder;

  static Stream<List<String>> usage() {
    return Stream.of(
        List.of("frobnicate"),
        List.of("--frobnicate"),
        List.of("inspect"),
        List.of("inspect", Cli.LENET, "more"),
        List.of("inspect", Cli.LENET, "--no-such-option"),
        List.of("evaluate", Cli.LENET),
        List.of("evaluate", "--data", Cli.FASHION),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--samples", "0"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--decide-drop", "2"),
        List.of("search", Cli.LENET, "--data", Cli.FASHION, "--max-size", "0.2", "--episodes", "5"),
        List.of("bench", "kernels", Cli.LENET),
        List.of("bench", "kernels", "--samples", "9"),
        List.of("bench", "latency", Cli.LENET, "--data", Cli.FASHION, "--samples", "9"),
        List.of("bench", "model", Cli.LENET, "--data", Cli.FASHION, "-o", "table.csv"),
        List.of("bench", "live", Cli.LENET, "--data", Cli.FASHION, "--changes", "9"),
        List.of("bench", "ui", Cli.LENET, "--data", Cli.FASHION, "--threads", "2"),
        List.of("bench", "ui", Cli.LENET, "--data", Cli.FASHION, "--activation-memory", "9"),
        List.of("bench", "ui", Cli.LENET, "--data", Cli.FASHION, "--mean", "0.5"),
        List.of("bench", "ui", Cli.LENET, "--data", Cli.FASHION, "--changes", "0"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--samples", "many"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--threads", "0"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--threads", "-3"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--runtime", "quantum"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--weight-bits", "9"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--weight-bits", "16"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--activation-bits", "12"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--weight-scheme", "lopsided"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--granularity", "row"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--range", "max"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--weight-range", "dynamic"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--weight-bits", "float", "--weight-scheme", "symmetric"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--requantize", "magic"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--layer", "conv1"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--layer", "no-such-layer=W4"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--float", "no-such-layer"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--config", "no-such-file.json"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--calibration-samples", "0"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--calibration-samples", "9999"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--calibration-data", "no-such-data"),
        List.of("lint", Cli.LENET, "--calibration-data", "noise"),
        List.of("bench", "model", Cli.LENET, "--data", Cli.FASHION, "--activation-memory", "64"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--std", "0"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--mean", "1,2"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--color", "pink"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--resize", "0"),
        List.of("evaluate", Cli.LENET, "--data", Cli.FASHION, "--input", "no-such-input"),
        List.of("evaluate", Cli.LENET, "--data", "no-such-data"),
        List.of("evaluate", Cli.LENET, "--data", Cli.LENET),
        List.of("export", Cli.LENET, "--format", "qdq"),
        List.of("export", Cli.LENET, "--format", "qdq", "-o", "target/never.onnx"),
        List.of("export", Cli.LENET, "--format", "stone-tablet", "-o", "target/never.onnx"),
        List.of("calibrate", Cli.LENET, "--data", Cli.FASHION),
        List.of("verify", Cli.LENET),
        List.of("report", Cli.LENET, "--data", Cli.FASHION),
        List.of("start", "--model", "no-such-model.onnx", "--no-window"));
  }

  @ParameterizedTest
  @MethodSource("usage")
  void wrongUsage(List<String> arguments) {
    refused(arguments.toArray());
    assertThat(Path.of("target/never.onnx")).doesNotExist();
  }

  @Test
  void namesWhatWasMeant() {
    assertThat(refused("evalute", Cli.LENET).err()).contains("did you mean 'evaluate'");
    assertThat(refused("inspect", Cli.LENET, "--jsn").err()).contains("did you mean '--json'");
    assertThat(refused("evaluate", Cli.LENET, "--data", Cli.FASHION, "--layer", "/conv1/Cnov=W4").err())
        .contains("did you mean '/conv1/Conv'");
  }

  @Test
  void filesThatAreNoModels() throws IOException {
    byte[] model = Files.readAllBytes(Path.of(Cli.LENET));
    refused("inspect", folder.resolve("missing.onnx"));
    refused("inspect", folder);
    refused("inspect", file("empty.onnx", new byte[0]));
    refused("inspect", file("text.onnx", "this is no model\n".getBytes(StandardCharsets.UTF_8)));
    refused("inspect", file("short.onnx", Arrays.copyOf(model, model.length / 2)));
    refused("inspect", file("head.onnx", Arrays.copyOf(model, 37)));
    refused("inspect", file("noise.onnx", noise()));
    refused("inspect", Cli.FASHION);
  }

  @Test
  void filesThatAreNoConfigurations() throws IOException {
    for (String text :
        List.of(
            "",
            "{",
            "[]",
            "{\"bitloupe\": 9}",
            "{\"bitloupe\": 1, \"surprise\": 1}",
            "{\"bitloupe\": 1, \"tensors\": {\"no.such.tensor\": \"float\"}}",
            "{\"bitloupe\": 1, \"tensors\": {\"conv1.bias\": \"float\"}}",
            "{\"bitloupe\": 1, \"tensors\": {\"conv1.weight\": {\"bits\": 12}}}",
            "{\"bitloupe\": 1, \"tensors\": {\"input\": {\"bits\": 8, \"granularity\": \"channel\"}}}",
            "{\"bitloupe\": 1, \"defaults\": {\"activation\": {\"bits\": 8, \"granularity\": {\"block\": 32}}}}")) {
      Path config = file("config.json", text.getBytes(StandardCharsets.UTF_8));
      Cli.Result result = refused("evaluate", Cli.LENET, "--data", Cli.FASHION, "--config", config);
      assertThat(result.err()).contains("config.json");
    }
  }

  @Test
  void dataThatDoesNotFit() throws IOException {
    refused("evaluate", Cli.LENET, "--data", file("empty.npz", new byte[0]));
    refused("evaluate", Cli.LENET, "--data", file("noise.npz", noise()));
    refused("evaluate", Cli.LENET, "--data", Files.createDirectory(folder.resolve("no-pictures")));
    byte[] pictures = Files.readAllBytes(Path.of(Cli.FASHION));
    refused("evaluate", Cli.LENET, "--data", file("half-idx3-ubyte.gz", Arrays.copyOf(pictures, pictures.length / 2)));
  }

  @Test
  void placesThatCannotBeWrittenTo() throws IOException {
    refused("start", "--no-window", "--model", Cli.LENET, "-o", file("in-the-way", new byte[1]));
    Path nowhere = folder.resolve("no/such/folder/out");
    for (Object[] arguments :
        new Object[][] {
          {"calibrate", Cli.LENET, "--data", Cli.FASHION, "-o", nowhere},
          {"calibrate", Cli.LENET, "--data", Cli.FASHION, "-o", folder},
          {"export", Cli.LENET, "--data", Cli.FASHION, "--format", "qdq", "-o", nowhere},
          {"report", Cli.LENET, "--data", Cli.FASHION, "-o", nowhere},
        }) {
      refused(arguments);
    }
  }

  @Test
  void resultsThatWouldDestroyWhatIsRead() throws IOException {
    Path model = Files.copy(Path.of(Cli.LENET), folder.resolve("model.onnx"));
    byte[] before = Files.readAllBytes(model);
    Path link = Files.createSymbolicLink(folder.resolve("link.onnx"), model);
    for (Path output : List.of(model, link)) {
      assertThat(refused("calibrate", model, "--data", Cli.FASHION, "-o", output).err()).contains("model.onnx");
      refused("report", model, "--data", Cli.FASHION, "-o", output);
      refused("export", model, "--data", Cli.FASHION, "--format", "qdq", "-o", output);
    }
    assertThat(model).hasBinaryContent(before);
  }

  @Test
  void standardOutputThatIsFull() {
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int ignored) throws IOException {
            throw new IOException("no space left");
          }
        };
    try (PrintStream out = new PrintStream(full);
        PrintStream err = new PrintStream(complaints, true, StandardCharsets.UTF_8)) {
      int status = Launcher.run(new String[] {"inspect", Cli.LENET, "--json"}, out, err);
      assertThat(status).isEqualTo(ExitStatus.BAD_INPUT);
    }
    assertThat(complaints.toString(StandardCharsets.UTF_8)).startsWith("Standard output cannot be written to");
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] noise() {
    byte[] noise = new byte[20_000];
    new java.util.Random(3).nextBytes(noise);
    return noise;
  }

  private static Cli.Result refused(Object... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertThat(result.status()).as("%s: %s", Arrays.toString(arguments), result.err()).isEqualTo(ExitStatus.BAD_INPUT);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().strip().lines()).as(result.err()).hasSize(1);
    assertThat(result.err()).doesNotContain("Exception").doesNotContain("\tat ").endsWith("." + System.lineSeparator());
    return result;
  }
}
