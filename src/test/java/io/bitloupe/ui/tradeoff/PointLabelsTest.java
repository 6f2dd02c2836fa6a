package io.bitloupe.ui.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.engine.Latency;
import io.bitloupe.metric.Interval;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointLabelsTest {
  private static final Rectangle2D AREA = new Rectangle2D.Double(0, 0, 330, 230);
  private static final double DIGITS = 13;

  private static Mark mark(int step, double x, double y) {
    TradeoffPoint point =
        new TradeoffPoint(
            step, "step", 0.9, new Interval(0.8, 0.95), 10, 10, 1, 1, Latency.UNKNOWN, OptionalDouble.empty(),
            TradeoffPoint.Status.MEASURED, false);
    return new Mark(point, x, y, 3.5, true, List.of(new Line2D.Double(x, y - 40, x, y + 40)));
  }

  /** What a chart shows beside points: crosses of a search, and lines across and up. */
  private record Scene(List<Mark> marks, List<Rectangle2D> crosses, List<Line2D> lines) {
    static Scene of(Mark... marks) {
      return new Scene(List.of(marks), List.of(), List.of());
    }

    static Scene crowded(Random random, int points, int crosses) {
      List<Mark> marks = new ArrayList<>();
      for (int step = 1; step <= points; step++) {
        // Half of them where most configurations are: few bytes apart, and with the same accuracies.
        boolean near = random.nextBoolean();
        double x = near ? 200 + 60 * random.nextDouble() : 330 * random.nextDouble();
        marks.add(mark(step, x, near ? 60 + 4 * random.nextInt(15) : 230 * random.nextDouble()));
      }
      List<Rectangle2D> areas = new ArrayList<>();
      for (int i = 0; i < crosses; i++) {
        areas.add(new Rectangle2D.Double(40 + 200 * random.nextDouble(), 20 + 150 * random.nextDouble(), 5, 5));
      }
      double y = 230 * random.nextDouble();
      double x = 330 * random.nextDouble();
      Line2D across = new Line2D.Double(0, y, 330, y);
      return new Scene(marks, areas, List.of(across, new Line2D.Double(x, 0, x, y)));
    }

    Obstacles obstacles() {
      Obstacles obstacles = new Obstacles();
      marks.forEach(mark -> obstacles.addSolid(mark.area()));
      crosses.forEach(obstacles::addSolid);
      marks.forEach(mark -> mark.whiskers().forEach(obstacles::addLine));
      lines.forEach(obstacles::addLine);
      return obstacles;
    }

    PointLabels labels() {
      return new PointLabels(marks, obstacles(), AREA);
    }
  }

  /** A label of a point where it went. */
  private record Placed(Mark own, PointLabels.Place place) {}

  private static List<Placed> placeAll(Scene scene) {
    PointLabels labels = scene.labels();
    List<Placed> placed = new ArrayList<>();
    placed.add(new Placed(scene.marks().getFirst(), labels.placeAnyway(scene.marks().getFirst(), DIGITS)));
    for (Mark own : scene.marks().subList(1, scene.marks().size())) {
      Optional<PointLabels.Place> place = labels.place(own, DIGITS);
      place.ifPresent(it -> placed.add(new Placed(own, it)));
    }
    return placed;
  }

  private static void check(Scene scene, List<Placed> placed, String what) {
    for (Placed it : placed) {
      Rectangle2D box = it.place().box();
      List<Placed> others = placed.stream().filter(other -> other != it).toList();
      assertThat(others).as(what).noneMatch(other -> other.place().box().intersects(box));
      assertThat(others).as(what).noneMatch(other -> other.place().leader().filter(box::intersectsLine).isPresent());
      if (it.place().free()) {
        assertThat(AREA.contains(box)).as(what).isTrue();
        assertThat(scene.marks()).as(what).noneMatch(mark -> mark.area().intersects(box));
        assertThat(scene.crosses()).as(what).noneMatch(cross -> cross.intersects(box));
        assertThat(scene.marks()).as(what).noneMatch(mark -> mark.whiskers().stream().anyMatch(box::intersectsLine));
        assertThat(scene.lines()).as(what).noneMatch(box::intersectsLine);
      }
      it.place().leader().ifPresent(leader -> checkLeader(scene, it, leader, what));
    }
  }

  private static void checkLeader(Scene scene, Placed it, Line2D leader, String what) {
    assertThat(leader.ptLineDist(it.own().x(), it.own().y())).as(what).isLessThan(1e-6);
    assertThat(scene.marks()).as(what).noneMatch(mark -> mark.area().intersectsLine(leader));
    assertThat(scene.crosses()).as(what).noneMatch(cross -> cross.intersectsLine(leader));
  }

  @Test
  void aPointAloneHasItsLabelBesideIt() {
    Mark only = mark(1, 100, 100);
    PointLabels.Place place = Scene.of(only).labels().place(only, DIGITS).orElseThrow();
    assertThat(place.leader()).isEmpty();
    assertThat(place.box().getMinX()).isBetween(105.0, 110.0);
    assertThat(place.box().getMaxY()).isBetween(92.0, 99.0);
  }

  @Test
  void betweenItsNeighboursALineLeadsToThePoint() {
    Scene scene = Scene.of(mark(1, 100, 100), mark(2, 86, 90), mark(3, 114, 90), mark(4, 86, 110), mark(5, 114, 110));
    PointLabels.Place place = scene.labels().place(scene.marks().getFirst(), DIGITS).orElseThrow();
    assertThat(place.leader()).isPresent();
    check(scene, List.of(new Placed(scene.marks().getFirst(), place)), "one label");
  }

  @Test
  void pointsOnOneAnotherHaveALabelEach() {
    Scene scene = Scene.of(mark(1, 100, 100), mark(2, 100, 100));
    List<Placed> placed = placeAll(scene);
    assertThat(placed).hasSize(2).allSatisfy(it -> assertThat(it.place().leader()).isEmpty());
    check(scene, placed, "two labels");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 25, 60})
  void inACrowdLabelsTouchNothing(int points) {
    int placed = 0;
    for (long seed = 1; seed <= 50; seed++) {
      Scene scene = Scene.crowded(new Random(seed), points, seed % 2 == 0 ? 150 : 0);
      List<Placed> labels = placeAll(scene);
      assertThat(labels.getFirst().own()).as("the current point always has its number").isEqualTo(scene.marks().getFirst());
      assertThat(labels.stream().filter(it -> !it.place().free()).count()).isLessThanOrEqualTo(1);
      check(scene, labels, points + " points, seed " + seed);
      placed += labels.size();
    }
    assertThat(placed).as("most have room where there are few").isGreaterThan(points <= 8 ? 50 * points * 8 / 10 : 50 * 4);
  }

  /** As a long history has it: every point is an obstacle, and each asks for a label. */
  @Test
  void aThousandPointsAreLabelledWithoutTouching() {
    Scene scene = Scene.crowded(new Random(7), 1_000, 300);
    List<Placed> labels = placeAll(scene);
    assertThat(labels).isNotEmpty();
    check(scene, labels, "1000 points, seed 7");
  }

  @Test
  void whereThereIsNoRoomOnlyTheCurrentPointHasItsNumber() {
    List<Rectangle2D> everywhere = new ArrayList<>();
    for (int x = 0; x < 330; x += 6) {
      for (int y = 0; y < 230; y += 6) {
        everywhere.add(new Rectangle2D.Double(x, y, 4, 4));
      }
    }
    Scene scene = new Scene(List.of(mark(1, 100, 100), mark(2, 150, 100)), everywhere, List.of());
    List<Placed> labels = placeAll(scene);
    assertThat(labels).hasSize(1);
    assertThat(labels.getFirst().place().free()).isFalse();
  }
}
