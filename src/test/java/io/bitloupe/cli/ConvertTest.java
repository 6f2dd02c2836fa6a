package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations of other tools on the command line. */
class ConvertTest {

  @TempDir private Path folder;

  private Path exported(String format, String... more) {
    Path file = folder.resolve(format);
    Object[] words = new Object[9 + more.length];
    Object[] first = {"export", Cli.LENET, "--data", Cli.FASHION, "--calibration-samples=16", "--format", format, "-o", file};
    System.arraycopy(first, 0, words, 0, first.length);
    System.arraycopy(more, 0, words, first.length, more.length);
    Cli.Result result = Cli.run(words);
    assertThat(result.status()).as(result.err()).isZero();
    return file;
  }

  @Test
  void goesRoundThroughEveryVersionOfAimet() throws IOException {
    Path first = exported("aimet-1.0.0", "--layer", "/fc*=W4");
    Path second = folder.resolve("second");
    Path third = folder.resolve("third");
    Path back = folder.resolve("back");
    assertThat(convert(first, "aimet-1.0.0", "aimet-2.0.0", second).out()).doesNotContain("Not ");
    assertThat(convert(second, "aimet-2.0.0", "aimet-0.6.1", third).out()).doesNotContain("Not ");
    assertThat(convert(third, "aimet-0.6.1", "aimet-1.0.0", back).out()).doesNotContain("Not ");
    assertThat(back).hasSameTextualContentAs(first);
  }

  @Test
  void whatIsConvertedCanBeVerified() {
    Path encodings = exported("aimet-1.0.0");
    Path config = folder.resolve("config.json");
    convert(encodings, "aimet-1.0.0", "bitloupe", config);
    Cli.Result verified = Cli.run("verify", Cli.LENET, "--data", Cli.FASHION, "--config", config, "--samples=20", "--json");
    assertThat(verified.json().path("stepMaxLsb").asInt(-1)).isZero();
    assertThat(verified.json().path("unfused")).isEmpty();
  }

  @Test
  void listsWhatIsLostWithItsLayer() {
    Path file = folder.resolve("cache");
    Cli.Result result =
        Cli.run("export", Cli.LENET, "--data", Cli.FASHION, "--calibration-samples=16", "--format=tensorrt-cache", "-o", file);
    assertThat(result.out()).contains("Not in the file: ").contains("of /fc1/Gemm");
    Cli.Result olive = Cli.run(
        "export", Cli.LENET, "--data", Cli.FASHION, "--calibration-samples=16", "--format=olive", "--layer=/conv2*=W3", "-o", file);
    assertThat(olive.out()).contains("none of 3 (").contains("of /conv2/Conv");
  }

  @Test
  void weightOnlyNeedsNoData() {
    Path file = folder.resolve("weights.onnx");
    Cli.Result result = Cli.run("export", Cli.LENET, "--weight-bits=4", "--granularity=block:16", "--format=weight-only", "-o", file);
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(file.toFile().length()).isLessThan(Path.of(Cli.LENET).toFile().length() / 4);
  }

  @Test
  void writesTheLoaderBesideOverrides() {
    exported("ort-overrides");
    assertThat(folder.resolve("ort-overrides.py"))
        .content()
        .contains("OVERRIDES = \"ort-overrides\"", "TYPES = \"ort-overrides.types.json\"");
    assertThat(folder.resolve("ort-overrides.types.json")).exists();
  }

  @Test
  void refusesInOneSentence() throws IOException {
    Path json = Files.writeString(folder.resolve("a.json"), "{}");
    for (String from : new String[] {"netron", "qdqq", "aimet-1.0.0", "nncf"}) {
      Cli.Result result = Cli.run("convert", json, "--from", from, "--to", "bitloupe", "--model", Cli.LENET, "-o", folder.resolve("out"));
      assertThat(result.status()).as(from).isEqualTo(2);
      assertThat(result.err().strip().lines()).as(from).hasSize(1);
      assertThat(folder.resolve("out")).doesNotExist();
    }
  }

  private static Cli.Result convert(Path in, String from, String to, Path out) {
    Cli.Result result = Cli.run("convert", in, "--from", from, "--to", to, "--model", Cli.LENET, "-o", out);
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }
}
