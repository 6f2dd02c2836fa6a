package io.bitloupe.ui.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Scheme;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadCodesTest {
  private static final double FINE = 0.05;

  @Test
  void codesOfEachGroupFillTheirOwnCells() {
    IntegerFormat codes = new IntegerFormat(2, true, Scheme.SYMMETRIC);
    float[][] groups = {{1, 1.2f, -0.8f}, {10, 30}};
    SpreadCodes spread = SpreadCodes.of(groups, List.of(new Affine(1, 0), new Affine(10, 0)), codes);
    assertThat(spread.between(0.5, 1.5)).as("code 1 of the first group").isCloseTo(2, within(FINE));
    assertThat(spread.between(-1.5, -0.5)).as("its code -1").isCloseTo(1, within(FINE));
    assertThat(spread.between(5, 15)).as("code 1 of the second, clipped values with it").isCloseTo(2, within(FINE));
    assertThat(spread.between(5, 10)).as("spread evenly").isCloseTo(1, within(FINE));
    assertThat(spread.between(-100, 100)).isCloseTo(5, within(1e-9));
  }

  @Test
  void aBinaryCodeIsOneOfTwo() {
    IntegerFormat binary = new IntegerFormat(1, true, Scheme.SYMMETRIC);
    SpreadCodes spread = SpreadCodes.of(new float[][] {{-3, 0.1f, 2}}, List.of(new Affine(1, 0)), binary);
    assertThat(spread.between(0, 9)).isCloseTo(2, within(FINE));
    assertThat(spread.between(-9, 0)).isCloseTo(1, within(FINE));
  }
}
