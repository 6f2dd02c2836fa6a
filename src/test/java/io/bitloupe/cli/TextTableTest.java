package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void numbersStandToTheRightAndUnitsUnderNames() {
    String table =
        new TextTable()
            .text("layer")
            .number("size", "kB")
            .number("", "%")
            .row("conv", "1.25", "3")
            .row("fully connected", "12.00", "100")
            .render();
    assertThat(table)
        .isEqualTo(
            """
            layer             size
                                kB    %
            ---------------------------
            conv              1.25    3
            fully connected  12.00  100
            """);
  }

  @Test
  void widthsCountCharactersNotUnits() {
    assertThat(new TextTable().text("a").text("b").row("\ud83d\ude00", "x").row("yy", "z").render().lines().skip(2))
        .containsExactly("\ud83d\ude00   x", "yy  z");
  }

  @Test
  void refusesRowsThatDoNotFit() {
    assertThatThrownBy(() -> new TextTable().text("a").row("1", "2")).isInstanceOf(IllegalArgumentException.class);
  }
}
