package io.bitloupe.ui.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.engine.Latency;
import io.bitloupe.metric.Interval;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PointLabelsTest {
  private static final Rectangle2D AREA = new Rectangle2D.Double(0, 0, 300, 200);
  private static final long SEED = 7;

  private static PointRenderer.Mark mark(int step, double x, double y) {
    TradeoffPoint point =
        new TradeoffPoint(
            step, "step", 0.9, new Interval(0.8, 0.95), 10, 10, 1, 1, Latency.UNKNOWN, OptionalDouble.empty(),
            TradeoffPoint.Status.MEASURED, false);
    return new PointRenderer.Mark(point, x, y, y - 20, y + 20);
  }

  @Test
  void aPointAloneHasItsLabelBesideIt() {
    PointRenderer.Mark only = mark(1, 100, 100);
    PointLabels.Place place = new PointLabels(List.of(only), List.of()).place(only, 12, AREA).orElseThrow();
    assertThat(place.leader()).isEmpty();
    assertThat(place.box().getMinX()).isEqualTo(107);
    assertThat(place.box().getMaxY()).isLessThan(100);
  }

  @Test
  void betweenTwoNeighboursALineLeadsToThePoint() {
    List<PointRenderer.Mark> marks = List.of(mark(1, 88, 90), mark(2, 100, 100), mark(3, 112, 90), mark(4, 88, 110), mark(5, 112, 110));
    PointLabels.Place place = new PointLabels(marks, List.of()).place(marks.get(1), 12, AREA).orElseThrow();
    assertThat(place.leader()).isPresent();
    assertThat(place.leader().orElseThrow().ptLineDist(100, 100)).isLessThan(1e-6);
  }

  @Test
  void labelsOfManyPointsAreApartAndNearTheirOwn() {
    Random random = new Random(SEED);
    List<PointRenderer.Mark> marks = new ArrayList<>();
    for (int step = 1; step <= 25; step++) {
      marks.add(mark(step, 10 + 280 * random.nextDouble(), 10 + 180 * random.nextDouble()));
    }
    PointLabels labels = new PointLabels(marks, List.of());
    int placed = 0;
    for (PointRenderer.Mark own : marks) {
      for (PointLabels.Place place : labels.place(own, 12, AREA).stream().toList()) {
        placed++;
        assertThat(AREA.contains(place.box())).isTrue();
        if (place.leader().isEmpty()) {
          assertThat(marks).as("seed " + SEED)
              .allSatisfy(
                  mark ->
                      assertThat(Math.hypot(mark.x() - place.box().getCenterX(), mark.y() - place.box().getCenterY()))
                          .isGreaterThanOrEqualTo(Math.hypot(own.x() - place.box().getCenterX(), own.y() - place.box().getCenterY())));
        }
      }
    }
    assertThat(placed).isGreaterThan(20);
    List<Rectangle2D> boxes = labels.boxes();
    for (int i = 0; i < boxes.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(boxes.get(i).intersects(boxes.get(j))).as("labels %d and %d, seed %d", i, j, SEED).isFalse();
      }
    }
  }
}
