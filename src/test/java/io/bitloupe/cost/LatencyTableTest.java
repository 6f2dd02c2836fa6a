package io.bitloupe.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyTableTest {

  @TempDir Path folder;

  @Test
  void readsBackWhatItWrites() {
    Path file = folder.resolve("mine.csv");
    LatencyTable table =
        new LatencyTable(
            "mine.csv",
            Map.of(new LatencyTable.Key("a,\"b\"", 4, 8), 0.25, new LatencyTable.Key("c", 32, 32), 1e-7),
            0.125);
    table.write(file);
    assertThat(LatencyTable.read(file)).isEqualTo(table);
    LayerWork known = new LayerWork("a,\"b\"", 1, 1, 1, 1, 4, 8, 8, Optional.empty());
    assertThat(table.milliseconds(known)).isEqualTo(0.25);
    LayerWork unknown = new LayerWork("c", 1, 1, 1, 1, 4, 8, 8, Optional.empty());
    assertThat(table.obstacle(unknown)).hasValue("mine.csv has no time for the layer c with 4-bit weights and 8-bit activations.");
    assertThatThrownBy(() -> table.milliseconds(unknown)).isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "layer,ms\n", "layer,weightBits,activationBits,milliseconds\n",
        "layer,weightBits,activationBits,milliseconds\nconv,8,8\n",
        "layer,weightBits,activationBits,milliseconds\nconv,8,8,-1\n",
        "layer,weightBits,activationBits,milliseconds\nconv,8,8,NaN\n",
        "layer,weightBits,activationBits,milliseconds\nconv,x,8,1\n"
      })
  void whatIsNoTableIsRefused(String text) throws IOException {
    Path file = folder.resolve("bad.csv");
    Files.writeString(file, text);
    assertThatThrownBy(() -> LatencyTable.read(file)).isInstanceOf(InvalidInputException.class).hasMessageContaining("bad.csv");
  }
}
