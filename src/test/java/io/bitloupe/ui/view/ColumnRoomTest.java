package io.bitloupe.ui.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ColumnRoomTest {
  private static final double[] LEAST = {100, 300};

  @Test
  void whatIsLeftOverIsSharedInProportion() {
    assertThat(ColumnRoom.widths(LEAST, OptionalInt.empty(), 800)).containsExactly(200, 600);
    assertThat(ColumnRoom.widths(LEAST, OptionalInt.empty(), 200)).as("none is narrower than it was made").containsExactly(LEAST);
  }

  @Test
  void oneMayTakeItAll() {
    assertThat(ColumnRoom.widths(LEAST, OptionalInt.of(0), 800)).containsExactly(500, 300);
    assertThat(ColumnRoom.widths(LEAST, OptionalInt.of(0), 200)).containsExactly(LEAST);
  }
}
