package io.bitloupe.ui.theme;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The font of numbers, of which a part is our own (docs/adr/0006). */
class NumberFontTest {
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  @ParameterizedTest
  @ValueSource(strings = {"Regular", "SemiBold"})
  void aMinusIsNotDrawnLikeAHyphen(String weight) throws IOException, FontFormatException {
    try (InputStream file = NumberFontTest.class.getResourceAsStream("/io/bitloupe/ui/fonts/JetBrainsMono-" + weight + ".ttf")) {
      Font font = Font.createFont(Font.TRUETYPE_FONT, Objects.requireNonNull(file)).deriveFont(1000f);
      assertThat(width(font, "−")).isGreaterThan(1.2 * width(font, "-"));
      assertThat(advance(font, "−")).as("numbers in one column").isEqualTo(advance(font, "0"));
    }
  }

  private static double width(Font font, String sign) {
    return font.createGlyphVector(CONTEXT, sign).getOutline().getBounds2D().getWidth();
  }

  private static double advance(Font font, String sign) {
    return font.createGlyphVector(CONTEXT, sign).getGlyphMetrics(0).getAdvance();
  }
}
