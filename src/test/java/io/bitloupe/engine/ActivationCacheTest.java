package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.exec.StepStore;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ActivationCacheTest {

  private static final int BYTES = 1 << 20;

  @Test
  void partsShareTheBudgetAndNothingElse() {
    long budget = 32L << 20;
    try (ActivationCache cache = new ActivationCache(budget)) {
      ActivationCache.Part one = cache.part();
      ActivationCache.Part other = cache.part();
      save(one, "step", 1);
      assertThat(read(one, "step")).isEqualTo(1);
      assertThat(other.batch(0, 8).pin("step")).isEmpty();
      save(other, "step", 2);
      assertThat(read(one, "step")).isEqualTo(1);
      assertThat(read(other, "step")).isEqualTo(2);
      for (int i = 0; i < 40; i++) {
        save(other, "step " + i, 3);
      }
      assertThat(cache.usedBytes()).isBetween(budget / 2, budget);
      assertThat(one.batch(0, 8).pin("step")).as("not used for longest").isEmpty();
    }
  }

  private static void save(ActivationCache.Part part, String key, int value) {
    byte[] codes = new byte[BYTES];
    Arrays.fill(codes, (byte) value);
    part.batch(0, 8).save(key, codes, codes.length);
  }

  private static int read(ActivationCache.Part part, String key) {
    byte[] codes = new byte[BYTES];
    try (StepStore.Pin pin = part.batch(0, 8).pin(key).orElseThrow()) {
      pin.copyTo(codes);
    }
    return codes[BYTES - 1];
  }
}
