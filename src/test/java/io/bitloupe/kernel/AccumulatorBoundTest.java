package io.bitloupe.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AccumulatorBoundTest {

  @Test
  void lengthsOfTheTechniquesTable() {
    assertThat(AccumulatorBound.maxLength(255, 127)).isEqualTo(66_311);
    assertThat(AccumulatorBound.maxLength(128, 128)).isEqualTo(131_071);
  }

  @Test
  void isProvenFromTheWeights() {
    int k = 200_000;
    byte[] small = new byte[k];
    Arrays.fill(small, (byte) 1);
    byte[] large = new byte[k];
    Arrays.fill(large, (byte) 127);
    int[] zero = {0};
    assertThat(AccumulatorBound.fitsInt(small, k, 1, true, zero, 255, zero)).isTrue();
    assertThat(AccumulatorBound.fitsInt(large, k, 1, true, zero, 255, zero)).isFalse();
    assertThat(AccumulatorBound.fitsInt(large, 66_311, 1, true, zero, 255, zero)).isTrue();
    assertThat(AccumulatorBound.fitsInt(large, 66_312, 1, true, zero, 255, zero)).isFalse();
    assertThat(AccumulatorBound.fitsInt(large, 66_311, 1, true, zero, 255, new int[] {1_000_000})).isFalse();
    assertThat(AccumulatorBound.fitsInt(large, 10, 1, true, zero, 255, new int[] {Integer.MAX_VALUE})).isFalse();
  }
}
