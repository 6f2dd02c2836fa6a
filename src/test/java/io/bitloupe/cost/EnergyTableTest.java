package io.bitloupe.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ratios that follow from the printed table, and the worked example of a ResNet-50. */
class EnergyTableTest {

  /** ResNet-50: 4.09 GMAC, and 25.6 M weights once from DRAM. */
  private static LayerWork resnet50(int bits) {
    return new LayerWork("all", 4_090_000_000L, 25_600_000, 0, 0, bits, bits, bits, Optional.empty());
  }

  @Test
  void integersAreThirtyTimesCheaperToAdd() {
    double floatAdd = EnergyTable.FLOAT_ADD.getLast().picojoules();
    assertThat(floatAdd / EnergyTable.add(8).picojoules()).isCloseTo(30, within(1e-9));
    assertThat(EnergyTable.FLOAT_ADD.getLast().squareMicrometres() / EnergyTable.INTEGER_ADD.getFirst().squareMicrometres())
        .isCloseTo(116, within(0.5));
    assertThat(EnergyTable.FLOAT_MULTIPLY.getLast().picojoules() / EnergyTable.multiply(8).picojoules())
        .isCloseTo(18.5, within(1e-9));
    assertThat(
            EnergyTable.FLOAT_MULTIPLY.getLast().squareMicrometres() / EnergyTable.INTEGER_MULTIPLY.getFirst().squareMicrometres())
        .isCloseTo(27.3, within(0.05));
  }

  @Test
  void aBillionReadsTwentyTimesASecondTakeWatts() {
    double watts = 20 * 1e9 * EnergyTable.dram(Integer.SIZE).picojoules() * 1e-12;
    assertThat(watts).isCloseTo(12.8, within(1e-9));
  }

  @Test
  void memoryTakesPartOfWhatArithmeticSaves() {
    double inFloat = EnergyTable.of(resnet50(32)).picojoules() * 1e-9;
    double inIntegers = EnergyTable.of(resnet50(8)).picojoules() * 1e-9;
    assertThat(inFloat).isCloseTo(35.2, within(0.05));
    assertThat(inIntegers).isCloseTo(5.3, within(0.05));
    assertThat(inFloat / inIntegers).isCloseTo(6.6, within(0.05));
  }

  @Test
  void widthsThatTheTableLacksAreMarked() {
    assertThat(EnergyTable.multiply(8).interpolated()).isFalse();
    assertThat(EnergyTable.multiply(32).interpolated()).isFalse();
    assertThat(EnergyTable.of(resnet50(8)).interpolated()).isFalse();
    for (int bits : new int[] {2, 3, 4, 16}) {
      assertThat(EnergyTable.multiply(bits).interpolated()).as("%d bits", bits).isTrue();
      assertThat(EnergyTable.multiply(bits).picojoules()).isCloseTo(0.2 * Math.pow(bits / 8.0, 1.977), within(2e-3));
    }
    assertThat(EnergyTable.of(resnet50(4)).interpolated()).isTrue();
    assertThat(EnergyTable.add(4).picojoules()).isCloseTo(0.03 * Math.pow(0.5, 0.868), within(1e-4));
  }
}
