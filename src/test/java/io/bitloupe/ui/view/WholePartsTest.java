package io.bitloupe.ui.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WholePartsTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "99 | Conv 1×1, 3 456 weights, 677 k MACs",
      "35 | Conv 1×1, 3 456 weights, 677 k MACs",
      "34 | Conv 1×1, 3 456 weights",
      "23 | Conv 1×1, 3 456 weights",
      "22 | Conv 1×1",
      "2 | Conv 1×1"
  })
  void partsAreLeftOutFromTheEnd(int room, String shown) {
    String whole = "Conv 1×1, 3 456 weights, 677 k MACs";
    assertThat(WholeParts.leading(whole, ", ", text -> text.length() <= room)).isEqualTo(shown);
  }
}
