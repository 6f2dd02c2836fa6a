package io.bitloupe.ui.tradeoff;

import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.workspace.Searched;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Optional;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/** What goes around the lines and points of a chart, in this order: crosses of a search, numbers of points, what lines are. */
final class Annotations {
  private static final Font FONT = ChartPane.text(ChartPane.SMALL);
  private static final double ARM = 2.5;
  private static final double DASH = 16;
  private static final double GAP = 4;

  private final ChartPane chart;
  private final GraphicsContext gc;
  private final Scales scales;
  private final List<Mark> marks;
  private final Obstacles obstacles = new Obstacles();

  /** Around {@code marks} and the other {@code lines} that were drawn. */
  Annotations(ChartPane chart, GraphicsContext gc, Scales scales, List<Mark> marks, List<Line2D> lines) {
    this.chart = chart;
    this.gc = gc;
    this.scales = scales;
    this.marks = marks;
    lines.forEach(obstacles::addLine);
    for (Mark mark : marks) {
      obstacles.addSolid(mark.area());
      mark.whiskers().forEach(obstacles::addLine);
    }
  }

  /** Crosses for what a search measured, as far as their accuracy lies on the scale that the measured steps set. */
  void drawCandidates(List<Searched.Candidate> candidates) {
    if (candidates.isEmpty()) {
      return;
    }
    List<Searched.Candidate> inside =
        candidates.stream().filter(candidate -> scales.contains((double) candidate.bytes(), 100 * candidate.value())).toList();
    gc.setStroke(chart.ink(Ink.MUTED));
    gc.setLineWidth(1);
    for (Searched.Candidate candidate : inside) {
      double x = scales.x((double) candidate.bytes());
      double y = scales.y(100 * candidate.value());
      gc.strokeLine(x - ARM, y - ARM, x + ARM, y + ARM);
      gc.strokeLine(x - ARM, y + ARM, x + ARM, y - ARM);
      obstacles.addSolid(new Rectangle2D.Double(x - ARM, y - ARM, 2 * ARM, 2 * ARM));
    }
    String note = Messages.get("tradeoff.candidates", inside.size(), candidates.size());
    room().take(chart.widthOf(note, FONT)).ifPresent(line -> write(note, line));
  }

  /** Numbers of points, the current one's first; values of those that lie below the axis. */
  void drawLabels(List<Mark> named) {
    PointLabels labels = new PointLabels(marks, obstacles, scales.area());
    named.stream().filter(Annotations::isCurrent).forEach(mark -> draw(mark, Optional.of(labels.placeAnyway(mark, width(mark)))));
    named.stream().filter(mark -> !isCurrent(mark)).forEach(mark -> draw(mark, labels.place(mark, width(mark))));
  }

  private static boolean isCurrent(Mark mark) {
    return mark.point().status() == TradeoffPoint.Status.CURRENT;
  }

  private static String text(Mark mark) {
    return mark.onScale() ? Integer.toString(mark.point().step()) : Figures.percent(mark.point().value(), 1);
  }

  private double width(Mark mark) {
    return chart.widthOf(text(mark), FONT);
  }

  private void draw(Mark mark, Optional<PointLabels.Place> found) {
    if (found.isEmpty()) {
      return;
    }
    PointLabels.Place place = found.get();
    if (place.leader().isPresent()) {
      Line2D leader = place.leader().get();
      gc.setStroke(chart.ink(Ink.FAINT));
      gc.strokeLine(leader.getX1(), leader.getY1(), leader.getX2(), leader.getY2());
    }
    Rectangle2D box = place.box();
    if (!place.free()) {
      gc.setFill(chart.ink(Ink.BG));
      gc.fillRect(box.getX(), box.getY(), box.getWidth(), box.getHeight());
    }
    chart.write(gc, text(mark), box.getX(), box.getCenterY(), FONT, isCurrent(mark) ? Ink.ACCENT : Ink.MUTED, TextAlignment.LEFT);
  }

  /** What the line of the float model is: beside the line, or elsewhere with a piece of it. */
  void drawReference(TradeoffData.Reference reference, CostAxis axis) {
    String value = Figures.percent(reference.value(), 1);
    String label =
        axis == CostAxis.SIZE
            ? Messages.get("tradeoff.floatSize", value, Figures.bytes(reference.bytes()))
            : Messages.get("tradeoff.float", value);
    double width = chart.widthOf(label, FONT);
    Optional<Room.Line> beside = room().takeBeside(width, scales.y(100 * reference.value()));
    if (beside.isPresent()) {
      write(label, beside.get());
    } else {
      room().take(width + DASH + GAP).ifPresent(line -> writeWithDash(label, line));
    }
  }

  /** What the whiskers across are. */
  void drawSpreadKey() {
    String label = Messages.get("tradeoff.spread");
    room().take(chart.widthOf(label, FONT) + DASH + GAP).ifPresent(line -> writeWithWhisker(label, line));
  }

  private void writeWithWhisker(String label, Room.Line line) {
    double right = line.left() + DASH;
    gc.setStroke(chart.ink(Ink.MUTED));
    ChartPane.horizontal(gc, line.left(), right, line.middle());
    ChartPane.vertical(gc, line.left(), line.middle() - ARM, line.middle() + ARM);
    ChartPane.vertical(gc, right, line.middle() - ARM, line.middle() + ARM);
    write(label, new Room.Line(right + GAP + 1, line.middle()));
  }

  private void writeWithDash(String label, Room.Line line) {
    gc.setStroke(chart.ink(Ink.MUTED));
    gc.setLineDashes(5, 4);
    ChartPane.horizontal(gc, line.left(), line.left() + DASH, line.middle());
    gc.setLineDashes((double[]) null);
    write(label, new Room.Line(line.left() + DASH + GAP, line.middle()));
  }

  private Room room() {
    return new Room(scales.area(), obstacles);
  }

  private void write(String text, Room.Line line) {
    chart.write(gc, text, line.left(), line.middle(), FONT, Ink.MUTED, TextAlignment.LEFT);
  }
}
