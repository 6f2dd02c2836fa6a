package io.bitloupe.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredCodesTest {

  /** The same number has the same place in both containers, whether their codes have a sign or not. */
  @ParameterizedTest
  @CsvSource({
    "8, false, 128, 8, true, 0, true",
    "8, false, 0, 8, true, -128, true",
    "8, false, 0, 5, false, 0, true",
    "8, false, 128, 5, true, 0, true",
    "8, false, 0, 8, false, 128, false",
    "8, true, 0, 8, true, -128, false",
    "16, false, 32768, 16, true, 0, true",
    "16, false, 0, 16, false, 128, false",
    "16, false, 128, 16, true, 0, false",
  })
  void stepsAreSharedWhereZeroIsAsFarFromTheLeastCode(
      int bits, boolean signed, int zeroPoint, int otherBits, boolean otherSigned, int otherZeroPoint, boolean shared) {
    StoredCodes one = codes(bits, signed, zeroPoint);
    StoredCodes other = codes(otherBits, otherSigned, otherZeroPoint);
    assertThat(one.sharesStepsWith(other)).isEqualTo(shared);
    assertThat(other.sharesStepsWith(one)).isEqualTo(shared);
  }

  private static StoredCodes codes(int bits, boolean signed, int zeroPoint) {
    return new StoredCodes(bits, signed, false, -1, 0, List.of(0.5f), List.of(zeroPoint));
  }
}
