package io.bitloupe.ui.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.exec.Lab;
import io.bitloupe.model.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayeredLayoutTest {

  private final long seed = Long.getLong("seed", System.nanoTime());

  LayeredLayoutTest() {
    System.out.println(getClass().getSimpleName() + " seed " + seed);
  }

  /** No two boxes overlap, edges run downward and cross no box, the same again gives the same. */
  private static Placement check(int vertices, double[] widths, double[] heights, List<int[]> edges) {
    Placement placement = LayeredLayout.of(widths, heights, edges);
    assertThat(placement.boxes()).hasSize(vertices);
    for (int i = 0; i < vertices; i++) {
      Box box = placement.boxes().get(i);
      assertThat(box.x()).isGreaterThanOrEqualTo(-1e-6);
      assertThat(box.right()).isLessThanOrEqualTo(placement.width() + 1e-6);
      assertThat(box.bottom()).isLessThanOrEqualTo(placement.height() + 1e-6);
      for (int j = 0; j < i; j++) {
        assertThat(box.intersects(placement.boxes().get(j))).as("%d and %d", i, j).isFalse();
      }
    }
    assertThat(placement.routes()).hasSameSizeAs(edges);
    for (Route route : placement.routes()) {
      assertThat(placement.boxes().get(route.from()).bottom()).isLessThan(placement.boxes().get(route.to()).y());
      for (int i = 1; i < route.y().length; i++) {
        assertThat(route.y()[i]).isGreaterThanOrEqualTo(route.y()[i - 1]);
        Box segment =
            new Box(Math.min(route.x()[i], route.x()[i - 1]), route.y()[i - 1], Math.abs(route.x()[i] - route.x()[i - 1]),
                route.y()[i] - route.y()[i - 1]);
        for (Box box : placement.boxes()) {
          assertThat(segment.intersects(box.grown(-0.01))).as("an edge through a box").isFalse();
        }
      }
    }
    Placement again = LayeredLayout.of(widths, heights, edges);
    assertThat(again.boxes()).isEqualTo(placement.boxes());
    for (int i = 0; i < edges.size(); i++) {
      assertThat(again.routes().get(i).x()).isEqualTo(placement.routes().get(i).x());
    }
    return placement;
  }

  private static double[] filled(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void fiveHundredVertices() {
    Random random = new Random(seed);
    int vertices = 500;
    List<int[]> edges = new ArrayList<>();
    for (int to = 1; to < vertices; to++) {
      edges.add(new int[] {Math.max(0, to - 1 - random.nextInt(3)), to});
      if (random.nextInt(3) == 0 && to > 1) {
        int from = Math.max(0, to - 2 - random.nextInt(to < 8 ? 1 : 8));
        int target = to;
        boolean there = edges.stream().anyMatch(edge -> edge[0] == from && edge[1] == target) || from >= to;
        if (!there) {
          edges.add(new int[] {from, to});
        }
      }
    }
    double[] widths = IntStream.range(0, vertices).mapToDouble(_ -> 60 + random.nextInt(140)).toArray();
    double[] heights = IntStream.range(0, vertices).mapToDouble(_ -> 24 + random.nextInt(40)).toArray();
    check(vertices, widths, heights, edges);
  }

  @Test
  void aChainIsStraight() {
    List<int[]> chain = new ArrayList<>();
    for (int i = 1; i < 30; i++) {
      chain.add(new int[] {i - 1, i});
    }
    Placement straight = check(30, filled(30, 100), filled(30, 40), chain);
    for (Box box : straight.boxes()) {
      assertThat(box.centreX()).isEqualTo(50);
    }
  }

  @Test
  void aResidualBlockIsStraightAndTheSkipLiesBeside() {
    List<int[]> edges = List.of(new int[] {0, 1}, new int[] {1, 2}, new int[] {2, 3}, new int[] {0, 3}, new int[] {3, 4});
    Placement block = check(5, new double[] {100, 160, 60, 90, 100}, filled(5, 40), edges);
    assertThat(block.boxes()).extracting(Box::centreX).containsOnly(block.boxes().getFirst().centreX());
    double[] skip = block.routes().get(3).x();
    double beside = skip[skip.length / 2];
    assertThat(Arrays.copyOfRange(skip, 2, skip.length - 2)).containsOnly(beside);
    assertThat(Math.abs(beside - block.boxes().get(1).centreX())).isGreaterThan(80);
  }

  @Test
  void aProjectionStandsBesideTheMainPath() {
    // The shortcut has a vertex of its own: the longer way is the straight one.
    List<int[]> edges = List.of(new int[] {0, 1}, new int[] {0, 2}, new int[] {2, 3}, new int[] {1, 4}, new int[] {3, 4}, new int[] {4, 5});
    Placement block = check(6, filled(6, 100), filled(6, 40), edges);
    double main = block.boxes().getFirst().centreX();
    assertThat(List.of(2, 3, 4, 5)).allSatisfy(vertex -> assertThat(block.boxes().get(vertex).centreX()).isEqualTo(main));
    assertThat(block.boxes().get(1).centreX()).isNotEqualTo(main);
  }

  @Test
  void crossingsThatCanBeAvoidedAreAvoided() {
    // Two independent chains given so that they cross at first.
    List<int[]> edges = List.of(new int[] {0, 3}, new int[] {1, 2}, new int[] {2, 4}, new int[] {3, 5});
    Placement placement = check(6, filled(6, 80), filled(6, 30), edges);
    double first = placement.boxes().get(0).centreX() - placement.boxes().get(1).centreX();
    double second = placement.boxes().get(3).centreX() - placement.boxes().get(2).centreX();
    assertThat(Math.signum(first)).isEqualTo(Math.signum(second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenetv2-mini", "resnet-14", "vit-tiny"})
  void sampleModels(String name) {
    Network network = Network.of(Lab.sample(name), Layer::name);
    Diagram open = Diagram.of(network, List.of());
    Placement placement = check(open.vertices().size(), open.widths(), open.heights(), open.edges());
    assertThat(straightChains(open, placement)).isGreaterThan(open.vertices().size() / 4);
    assertThat(network.blocks()).hasSizeGreaterThan(2);
    Diagram folded = Diagram.of(network, network.blocks());
    assertThat(folded.vertices().size()).isLessThan(open.vertices().size());
    check(folded.vertices().size(), folded.widths(), folded.heights(), folded.edges());
  }

  /** That a vertex stands right under the only one that leads to it and to nothing else; for how many. */
  private static int straightChains(Diagram diagram, Placement placement) {
    int[] outs = new int[diagram.vertices().size()];
    int[] ins = new int[outs.length];
    diagram.edges().forEach(
        edge -> {
          outs[edge[0]]++;
          ins[edge[1]]++;
        });
    List<int[]> single = diagram.edges().stream().filter(edge -> outs[edge[0]] == 1 && ins[edge[1]] == 1).toList();
    for (int[] edge : single) {
      assertThat(placement.boxes().get(edge[1]).centreX())
          .as("%d under %d", edge[1], edge[0])
          .isCloseTo(placement.boxes().get(edge[0]).centreX(), within(1e-9));
    }
    return single.size();
  }

  @Test
  void emptyAndBackwardEdges() {
    assertThat(LayeredLayout.of(new double[0], new double[0], List.of()).boxes()).isEmpty();
    assertThatThrownBy(() -> LayeredLayout.of(filled(2, 1), filled(2, 1), List.of(new int[] {1, 0})))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
