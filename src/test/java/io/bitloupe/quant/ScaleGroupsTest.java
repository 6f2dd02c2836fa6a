package io.bitloupe.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleGroupsTest {

  private static int[] groups(ScaleGroups groups, int elements) {
    int[] seen = new int[elements];
    Arrays.fill(seen, -1);
    groups.forEachRun(
        (group, from, to) -> {
          for (int i = from; i < to; i++) {
            assertThat(seen[i]).as("element %d is visited once", i).isEqualTo(-1);
            assertThat(group).isEqualTo(groups.groupOf(i));
            seen[i] = group;
          }
        });
    return seen;
  }

  @Test
  void outputChannelsOfAMatMulWeightAreItsColumns() {
    assertThat(groups(ScaleGroups.of(Shape.of(2, 3), 1, Granularity.CHANNEL), 6)).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(groups(ScaleGroups.of(Shape.of(2, 3), -1, Granularity.CHANNEL), 6)).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(groups(ScaleGroups.of(Shape.of(2, 3), 0, Granularity.CHANNEL), 6)).containsExactly(0, 0, 0, 1, 1, 1);
  }

  @Test
  void blocksRunAlongTheInputsOfAChannelAndTheLastMayBeSmaller() {
    assertThat(groups(ScaleGroups.of(Shape.of(2, 5), 0, new Granularity.PerBlock(2)), 10))
        .containsExactly(0, 0, 1, 1, 2, 3, 3, 4, 4, 5);
    assertThat(groups(ScaleGroups.of(Shape.of(5, 2), 1, new Granularity.PerBlock(2)), 10))
        .containsExactly(0, 3, 0, 3, 1, 4, 1, 4, 2, 5);
    ScaleGroups convolution = ScaleGroups.of(Shape.of(2, 3, 2, 2), 0, new Granularity.PerBlock(5));
    assertThat(convolution.count()).isEqualTo(6);
    assertThat(convolution.blocksPerChannel()).isEqualTo(3);
    assertThat(groups(convolution, 24)).startsWith(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3);
  }

  @Test
  void channelGroupsAreNeighboursAndTheLastMayBeSmaller() {
    assertThat(groups(ScaleGroups.of(Shape.of(5, 2), 0, new Granularity.PerChannelGroup(2)), 10))
        .containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2);
  }

  @Test
  void gathersTheElementsOfAGroupInMemoryOrder() {
    float[][] columns = ScaleGroups.of(Shape.of(2, 3), 1, Granularity.CHANNEL).gather(new float[] {1, 2, 3, 4, 5, 6});
    assertThat(columns).isDeepEqualTo(new float[][] {{1, 4}, {2, 5}, {3, 6}});
  }

  @Test
  void emptyAndScalarTensorsHaveAGroup() {
    assertThat(ScaleGroups.of(Shape.scalar(), 0, Granularity.TENSOR).count()).isEqualTo(1);
    for (Granularity granularity : List.of(Granularity.TENSOR, Granularity.CHANNEL, new Granularity.PerBlock(3))) {
      assertThat(ScaleGroups.of(Shape.of(0, 4), 0, granularity).count()).isEqualTo(1);
      assertThat(ScaleGroups.of(Shape.of(2, 0), 0, granularity).count()).isGreaterThanOrEqualTo(1);
    }
  }

  @Test
  void refusesAnAxisThatIsNotThere() {
    assertThatThrownBy(() -> ScaleGroups.of(Shape.of(2, 3), 2, Granularity.CHANNEL)).hasMessageContaining("no axis 2");
  }
}
