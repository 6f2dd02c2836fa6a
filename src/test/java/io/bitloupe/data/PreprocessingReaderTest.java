package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreprocessingReaderTest {

  @TempDir private Path folder;

  private Optional<Preprocessing> read(String json) throws IOException {
    Files.writeString(folder.resolve("net.preprocess.json"), json);
    return PreprocessingReader.beside(folder.resolve("net.onnx"));
  }

  @Test
  void readsEveryField() throws IOException {
    Preprocessing read =
        read(
                """
                {"input": "x", "layout": "NHWC", "color": "BGR", "resize": 256, "crop": 224,
                 "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "labelOffset": -1}
                """)
            .orElseThrow();
    assertThat(read)
        .isEqualTo(
            new Preprocessing(
                Optional.of("x"), Preprocessing.Layout.NHWC, Preprocessing.Color.BGR, Optional.of(256), Optional.of(224),
                List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f), -1));
  }

  @Test
  void fillsInWhatIsNotGiven() throws IOException {
    Preprocessing read = read("{\"resize\": null}").orElseThrow();
    assertThat(read.color()).isEqualTo(Preprocessing.Color.RGB);
    assertThat(read.layout()).isEqualTo(Preprocessing.Layout.NCHW);
    assertThat(read.resize()).isEmpty();
    assertThat(read.mean()).containsExactly(0f);
    assertThat(read.std()).containsExactly(1f);
    Files.delete(folder.resolve("net.preprocess.json"));
    assertThat(PreprocessingReader.beside(folder.resolve("net.onnx"))).isEmpty();
  }

  @Test
  void namesWhatIsWrong() {
    String[][] wrong = {
      {"", "no JSON object"},
      {"{\"mean\": ", "no JSON (line 1)"},
      {"[1]", "no JSON object"},
      {"{} {}", "no JSON"},
      {"{\"means\": [0]}", "unknown field 'means'"},
      {"{\"layout\": \"HWC\"}", "'layout' is not one of NCHW, NHWC"},
      {"{\"color\": 3}", "'color' is not one of RGB, BGR, GRAY"},
      {"{\"resize\": 0}", "'resize'"},
      {"{\"resize\": 1e9}", "'resize'"},
      {"{\"crop\": \"224\"}", "'crop'"},
      {"{\"mean\": []}", "'mean' is empty"},
      {"{\"mean\": [0, 0]}", "2 numbers for the 3 channels of RGB"},
      {"{\"mean\": [\"a\"]}", "'mean' is no list of numbers"},
      {"{\"std\": [0, 1, 1]}", "'std' has a 0"},
      {"{\"std\": [1e-99, 1, 1]}", "'std' has a 0"},
      {"{\"std\": [1e99, 1, 1]}", "'std' is no list of numbers"},
      {"{\"labelOffset\": 0.5}", "'labelOffset'"},
      {"{\"input\": 7}", "'input' is no text"},
    };
    for (String[] row : wrong) {
      assertThatThrownBy(() -> read(row[0]))
          .as(row[0])
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("net.preprocess.json cannot be used: ")
          .hasMessageContaining(row[1])
          .hasMessageEndingWith(".")
          .hasMessageNotContainingAny("\n", "Exception");
    }
  }

  @Test
  void readsClassNames() throws IOException {
    Files.writeString(folder.resolve("net.labels.txt"), "T-shirt/top\nTrouser \r\n\nÉtui\n\n");
    assertThat(ClassNames.beside(folder.resolve("net.onnx"))).containsExactly("T-shirt/top", "Trouser", "", "Étui");
    assertThat(ClassNames.beside(folder.resolve("other.onnx"))).isEmpty();
    Files.write(folder.resolve("net.labels.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 1});
    assertThatThrownBy(() -> ClassNames.beside(folder.resolve("net.onnx")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("net.labels.txt");
  }
}
