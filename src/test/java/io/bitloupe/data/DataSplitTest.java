package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataSplitTest {
  /** Samples that nobody reads. */
  private record Unread(int size) implements Dataset {
    @Override
    public String name() {
      return "unread";
    }

    @Override
    public boolean hasLabels() {
      return false;
    }

    @Override
    public String digest() {
      return "";
    }

    @Override
    public Batch batch(int from, int count) {
      throw new IllegalStateException("read");
    }

    @Override
    public List<String> skipped() {
      return List.of();
    }
  }

  private static List<Integer> sizes(DataSplit split) {
    return List.of(split.calibration().size(), split.tuning().size(), split.report().size());
  }

  @Test
  void aQuarterOfWhatIsLeftIsForTuning() {
    assertThat(sizes(DataSplit.of(new Unread(10_000), 256))).containsExactly(256, 2436, 7308);
    assertThat(sizes(DataSplit.of(new Unread(6), 3))).containsExactly(3, 0, 3);
  }

  @Test
  void ofASmallDataSetHalfIsForCalibration() {
    assertThat(sizes(DataSplit.upTo(new Unread(10_000), 256))).containsExactly(256, 2436, 7308);
    assertThat(sizes(DataSplit.upTo(new Unread(300), 256))).containsExactly(150, 37, 113);
    assertThat(sizes(DataSplit.upTo(new Unread(5), 256))).containsExactly(2, 0, 3);
  }

  @Test
  void nothingToReportOnIsRefused() {
    for (int size : new int[] {0, 1, 2}) {
      assertThatThrownBy(() -> DataSplit.upTo(new Unread(size), 256))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("too few");
    }
    assertThatThrownBy(() -> DataSplit.of(new Unread(257), 256)).isInstanceOf(InvalidInputException.class).hasMessageContaining("too few");
  }
}
