package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkOrderTest {

  @Test
  void layersAreMeasuredAfterTheFirstEstimate() {
    assertThat(units(new WorkOrder(new BatchGrid(100, 10), 32, 2)))
        .containsExactly("0", "1", "2", "3", "noise 0", "noise 1", "4", "5", "6", "7", "8", "9");
  }

  @Test
  void fewSamplesAreAllInTheFirstEstimate() {
    assertThat(units(new WorkOrder(new BatchGrid(7, 4), 32, 1))).containsExactly("0", "1", "noise 0");
  }

  private static List<String> units(WorkOrder order) {
    List<String> units = new ArrayList<>();
    for (int position = 0; position < order.count(); position++) {
      units.add((order.isNoise(position) ? "noise " : "") + order.batch(position));
    }
    return units;
  }
}
