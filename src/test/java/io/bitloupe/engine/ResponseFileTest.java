package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResponseFileTest {

  @TempDir Path folder;

  private static Response response(int right) {
    BitSet set = new BitSet();
    set.set(0, right);
    return new Response(100, Optional.of(set), 90, Math.PI / right, 12.25);
  }

  @Test
  void whatAKilledProcessLeftIsReadBackUpToItsLastWholeLine() throws IOException {
    Response without = new Response(7, Optional.empty(), 7, 0, Double.POSITIVE_INFINITY);
    try (ResponseFile file = ResponseFile.open(folder)) {
      file.record("a", response(50));
      file.record("b", without);
    }
    Files.writeString(folder.resolve("responses.jsonl"), "{\"key\":\"c\",\"samp", StandardOpenOption.APPEND);
    try (ResponseFile file = ResponseFile.open(folder)) {
      assertThat(file.find("a")).hasValue(response(50));
      assertThat(file.find("b")).hasValue(without);
      assertThat(file.find("c")).isEmpty();
      file.record("c", response(3));
    }
    try (ResponseFile file = ResponseFile.open(folder)) {
      assertThat(file.find("c")).hasValue(response(3));
      assertThat(file.find("a")).hasValue(response(50));
    }
  }

  @Test
  void twoRunsDoNotShareAFolder() {
    try (ResponseFile file = ResponseFile.open(folder)) {
      file.record("a", response(1));
      assertThatThrownBy(() -> ResponseFile.open(folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageEndingWith("is in use by another run.");
    }
    try (ResponseFile file = ResponseFile.open(folder)) {
      assertThat(file.find("a")).isPresent();
    }
  }

  @Test
  void pairsAreCountedSampleBySample() {
    assertThat(response(60).gainedOver(response(50))).isEqualTo(10);
    assertThat(response(50).gainedOver(response(60))).isZero();
    assertThat(response(60).differenceTo(response(50)).contains(0.1)).isTrue();
    assertThat(response(60).differenceTo(response(50)).low()).isPositive();
  }
}
