package io.bitloupe.ui.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerNamesTest {
  @ParameterizedTest
  @CsvSource({
    "/body/body.2/f/f.1/f.1.0/Conv, body.2/f.1.0",
    "/conv1/Conv, conv1",
    "Conv, Conv",
    "/Conv, Conv",
    "block_3/depthwise/Conv2D, block_3",
    "b03.dw, b03.dw",
  })
  void namesLoseWhatTheyRepeat(String full, String brief) {
    assertThat(LayerNames.shorten(full)).isEqualTo(brief);
  }
}
