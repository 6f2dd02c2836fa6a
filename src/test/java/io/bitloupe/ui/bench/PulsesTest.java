package io.bitloupe.ui.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PulsesTest {
  private static final Offset<Double> TINY = Offset.offset(1e-9);

  @Test
  void percentilesAreIntervalsThatOccurred() {
    long[] milliseconds = LongStream.rangeClosed(1, 200).map(it -> (201 - it) * 1_000_000).toArray();
    Pulses pulses = Pulses.of(milliseconds);
    assertThat(pulses.count()).isEqualTo(200);
    assertThat(pulses.p50()).isEqualTo(100, TINY);
    assertThat(pulses.p99()).isEqualTo(198, TINY);
    assertThat(pulses.max()).isEqualTo(200, TINY);
    assertThat(pulses.perSecond()).isEqualTo(200 / 20.1, TINY);
  }

  @Test
  void oneIntervalIsAllOfThem() {
    Pulses pulses = Pulses.of(new long[] {16_000_000});
    assertThat(pulses.p50()).isEqualTo(pulses.p99()).isEqualTo(pulses.max()).isEqualTo(16, TINY);
    assertThatThrownBy(() -> Pulses.of(new long[0])).isInstanceOf(IllegalStateException.class);
  }
}
