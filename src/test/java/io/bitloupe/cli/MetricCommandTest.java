package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate --metric-command}: a program of the user's judges. */
class MetricCommandTest {

  private static final String[] QUICK = {"--calibration-samples", "64", "--samples", "100"};

  /** Reads the arrays of a classifier with ten classes and prints its top-1 accuracy. */
  private static final String TOP1 =
      """
      import java.nio.*; import java.nio.file.*;
      class Top1 {
        public static void main(String[] folder) throws Exception {
          FloatBuffer logits = array(folder[0], "logits.npy").asFloatBuffer();
          IntBuffer labels = array(folder[0], "labels.npy").asIntBuffer();
          int right = 0;
          for (int i = 0; i < labels.remaining(); i++) {
            int best = 0;
            for (int j = 1; j < 10; j++) {
              best = logits.get(10 * i + j) > logits.get(10 * i + best) ? j : best;
            }
            right += best == labels.get(i) ? 1 : 0;
          }
          System.out.println("judged " + labels.remaining());
          System.out.println((double) right / labels.remaining());
        }
        static ByteBuffer array(String folder, String name) throws Exception {
          ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(Path.of(folder, name))).order(ByteOrder.LITTLE_ENDIAN);
          file.position(10 + file.getShort(8));
          return file.slice().order(ByteOrder.LITTLE_ENDIAN);
        }
      }
      """;

  @TempDir Path folder;

  @Test
  void judgesWhatBothModelsAnswer() throws IOException {
    Path program = Files.writeString(folder.resolve("Top1.java"), TOP1);
    JsonNode json = run("\"%s\" '%s'".formatted(java(), program), "--json").json();
    assertThat(json.at("/metric/value").doubleValue()).isEqualTo(json.get("top1").doubleValue());
    assertThat(json.at("/metric/valueFloat").doubleValue()).isEqualTo(json.get("top1Float").doubleValue());
    assertThat(json.get("samples").intValue()).isEqualTo(100);
  }

  @Test
  void aProgramThatFailsIsOneSentence() {
    Cli.Result result = run("\"%s\" --no-such-option".formatted(java()));
    assertThat(result.status()).isEqualTo(ExitStatus.BAD_INPUT);
    assertThat(result.err()).contains("gave no figure: it ended with status 1").doesNotContain("\tat ");
    Cli.Result missing = Cli.run("evaluate", "no-such-model.onnx", "--data", Cli.FASHION, "--metric-command", "/no/such/program");
    assertThat(missing.err()).as("asked before the model is read")
        .isEqualToIgnoringNewLines("The metric command '/no/such/program' gave no figure: there is no program /no/such/program.");
    assertThat(Cli.run("evaluate", Cli.LENET, "--data", Cli.FASHION, "--metric-command", " ").err())
        .isEqualToIgnoringNewLines("--metric-command names no program.");
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static Cli.Result run(String command, String... more) {
    Object[] arguments = new Object[6 + QUICK.length + more.length];
    Object[] start = {"evaluate", Cli.LENET, "--data", Cli.FASHION, "--metric-command", command};
    System.arraycopy(start, 0, arguments, 0, 6);
    System.arraycopy(QUICK, 0, arguments, 6, QUICK.length);
    System.arraycopy(more, 0, arguments, 6 + QUICK.length, more.length);
    return Cli.run(arguments);
  }
}
