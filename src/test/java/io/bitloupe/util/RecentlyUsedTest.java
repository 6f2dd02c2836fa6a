package io.bitloupe.util;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentlyUsedTest {

  private final RecentlyUsed<String, Integer> kept = new RecentlyUsed<>();

  @Test
  void whatWasNotUsedForLongestIsForgottenFirst() {
    kept.put("a", 1);
    kept.put("b", 2);
    assertThat(kept.get("a", _ -> 9)).isEqualTo(1);
    kept.trim(1);
    assertThat(kept.values()).containsExactly(1);
    assertThat(kept.find("b")).isEmpty();
    assertThat(kept.get("b", String::length)).isEqualTo(1);
  }

  @Test
  void weightsAddUpAndTheLastStays() {
    kept.put("a", 3);
    kept.put("b", 4);
    kept.put("c", 5);
    kept.trim(9, value -> value);
    assertThat(kept.values()).containsExactly(4, 5);
    kept.trim(2, value -> value);
    assertThat(kept.values()).containsExactly(5);
  }
}
