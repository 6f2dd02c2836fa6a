package io.bitloupe.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.quant.Granularity;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareProfileTest {

  private static final int SIDE = 4096;

  /** A fully connected layer of 4096 x 4096 weights on one sample. */
  private static LayerWork dense(int weightBits, int activationBits) {
    return new LayerWork(
        "fc", (long) SIDE * SIDE, (long) SIDE * SIDE, SIDE, SIDE, weightBits, activationBits, activationBits,
        Optional.of(Granularity.CHANNEL));
  }

  @Test
  void oneSampleIsBoundByMemoryOnAGpu() {
    HardwareProfile t4 = HardwareProfiles.shipped("t4");
    double inFloat = t4.milliseconds(dense(32, 32));
    double int8 = t4.milliseconds(dense(8, 8));
    double int4 = t4.milliseconds(dense(4, 4));
    assertThat(inFloat).isCloseTo(0.210, within(5e-4));
    assertThat(int8).isCloseTo(0.0524, within(1e-4));
    assertThat(int4).isCloseTo(0.0262, within(5e-5));
    assertThat(inFloat / int8).isCloseTo(4, within(1e-12));
    assertThat(inFloat / int4).isCloseTo(8, within(1e-12));
    assertThat(t4.computeSeconds(dense(8, 8)) * 1e3).isCloseTo(0.00026, within(5e-6));
    assertThat(t4.bound(dense(8, 8))).isEqualTo(HardwareProfile.Bound.MEMORY);
  }

  @Test
  void bricksMakeNarrowFactorsCheaper() {
    HardwareProfile bitFusion = HardwareProfiles.shipped("bit-fusion");
    double reference = bitFusion.computeSeconds(dense(8, 8)) / 16;
    for (int w : new int[] {2, 4, 8, 16}) {
      for (int a : new int[] {2, 4, 8, 16}) {
        double bricks = Math.ceil(w / 2.0) * Math.ceil(a / 2.0);
        assertThat(bitFusion.computeSeconds(dense(w, a))).as("W%dA%d", w, a).isCloseTo(reference * bricks, within(1e-15));
      }
    }
  }

  @Test
  void refusesWhatTheHardwareLacks() {
    HardwareProfile t4 = HardwareProfiles.shipped("t4");
    assertThat(t4.obstacle(dense(3, 8))).hasValue("t4 has no 3-bit weights, which the layer fc needs; it has 4-bit, 8-bit, 16-bit, float.");
    assertThat(t4.obstacle(dense(8, 6))).isPresent();
    assertThat(t4.obstacle(dense(4, 8))).as("runs at the rate of the wider factor").isEmpty();
    LayerWork block =
        new LayerWork("fc", 1, 1, 1, 1, 8, 8, 8, Optional.of(new Granularity.PerBlock(32)));
    assertThat(t4.obstacle(block)).hasValue("t4 has no scales by block, which the layer fc needs; it has channel, tensor.");
    assertThatThrownBy(() -> t4.milliseconds(dense(3, 8))).isInstanceOf(InvalidInputException.class).hasMessageContaining("3-bit");
    assertThat(HardwareProfiles.shipped("cortex-m7").obstacle(dense(8, 32))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"t4", "a100", "cortex-m7", "bit-fusion"})
  void shippedProfilesNameTheirSourceAndReadBack(String name) {
    HardwareProfile profile = HardwareProfiles.shipped(name);
    assertThat(profile.name()).isEqualTo(name);
    assertThat(profile.source()).hasSizeGreaterThan(40);
    assertThat(HardwareProfiles.decode(HardwareProfiles.encode(profile), "again")).isEqualTo(profile);
    assertThat(profile.obstacle(dense(8, 8))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "[]", "{}", "{\"name\": 1}", "not json",
        "{\"name\":\"x\",\"source\":\"y\",\"weightBits\":[99],\"activationBits\":[8],\"granularities\":[\"tensor\"],"
            + "\"peaks\":[{\"weightBits\":8,\"activationBits\":8,\"operationsPerSecond\":1}]"
            + ",\"bytesPerSecond\":1,\"layerOverheadSeconds\":0}",
        "{\"name\":\"x\",\"source\":\"y\",\"weightBits\":[8],\"activationBits\":[8],\"granularities\":[\"wafer\"],"
            + "\"peaks\":[{\"weightBits\":8,\"activationBits\":8,\"operationsPerSecond\":1}]"
            + ",\"bytesPerSecond\":1,\"layerOverheadSeconds\":0}",
        "{\"name\":\"x\",\"source\":\"y\",\"weightBits\":[8],\"activationBits\":[8],\"granularities\":[\"tensor\"],"
            + "\"peaks\":[{\"weightBits\":8,\"activationBits\":8,\"operationsPerSecond\":0}]"
            + ",\"bytesPerSecond\":1,\"layerOverheadSeconds\":0}"
      })
  void whatIsNoProfileIsRefusedInOneSentence(String json) {
    assertThatThrownBy(() -> HardwareProfiles.decode(json, "mine.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("mine.json is no ")
        .hasMessageEndingWith(".")
        .message()
        .doesNotContain("\n");
  }
}
