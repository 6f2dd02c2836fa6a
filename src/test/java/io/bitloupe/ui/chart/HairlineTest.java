package io.bitloupe.ui.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HairlineTest {
  @Test
  void aLineOfOnePixelIsInTheMiddleOfOne() {
    assertThat(Hairline.near(17, 1, 1)).isEqualTo(new Hairline(17.5, 1));
    assertThat(Hairline.near(17.9, 1, 1)).isEqualTo(new Hairline(17.5, 1));
  }

  @Test
  void atEveryDensityItCoversWholePixelsOfTheScreenAndStaysNear() {
    for (double density : new double[] {1, 1.25, 1.5, 1.75, 2, 3.5}) {
      for (double width : new double[] {0.5, 1, 1.4, 2, 3}) {
        for (double at = 3; at < 20; at += 0.3) {
          Hairline line = Hairline.near(at, width, density);
          double from = (line.middle() - line.width() / 2) * density;
          assertThat(from).isCloseTo(Math.rint(from), within(1e-9));
          assertThat(line.width() * density).isCloseTo(Math.rint(line.width() * density), within(1e-9)).isGreaterThan(0.99);
          assertThat(line.middle()).isCloseTo(at, within(1 / density));
        }
      }
    }
  }
}
