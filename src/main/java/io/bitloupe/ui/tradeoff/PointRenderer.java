package io.bitloupe.ui.tradeoff;

import io.bitloupe.exec.DeploymentTiming.Spread;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.event.RendererChangeEvent;
import org.jfree.chart.plot.CrosshairState;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.AbstractXYItemRenderer;
import org.jfree.chart.renderer.xy.XYItemRendererState;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.data.xy.XYDataset;

/**
 * Draws points by their role: current an accent disc, on the front a filled disc, measured a ring; each with its interval as a
 * whisker, and the middle half of its repeated times as one across. Points below the axis sit on its edge as a triangle.
 */
final class PointRenderer extends AbstractXYItemRenderer {
  private static final long serialVersionUID = 1L;
  /** With more points than this only the intervals of those that are looked at are drawn: the others would hide everything. */
  private static final int MOST_WHISKERS = 150;
  private static final double CELL = 4;
  private static final double TRIANGLE = 5;

  /** The colours of a theme. */
  record Inks(Color background, Color foreground, Color muted, Color faint, Color stale, Color accent) {}

  private final transient List<Mark> marks = new ArrayList<>();
  private final transient Set<Integer> frontSteps = new HashSet<>();
  private final transient Set<Long> cells = new HashSet<>();
  private transient List<TradeoffPoint> points = List.of();
  private transient CostAxis axis = CostAxis.SIZE;
  private transient Inks inks = new Inks(Color.WHITE, Color.BLACK, Color.GRAY, Color.GRAY, Color.GRAY, Color.BLUE);
  private transient int hovered;

  /** What the items of the dataset are. */
  void show(List<TradeoffPoint> points, CostAxis axis, List<TradeoffPoint> front, Inks inks, int hovered) {
    this.points = points;
    this.axis = axis;
    this.inks = inks;
    this.hovered = hovered;
    frontSteps.clear();
    front.forEach(point -> frontSteps.add(point.step()));
  }

  /** Where points were drawn last, the current one at the end. */
  List<Mark> marks() {
    return marks;
  }

  /** Whether a point has its number beside it, or its value where it lies below the axis. */
  boolean isNamed(Mark mark) {
    TradeoffPoint point = mark.point();
    return isCurrent(point) || frontSteps.contains(point.step()) || !mark.onScale() && isDetailed(point);
  }

  @Override
  public XYItemRendererState initialise(
      Graphics2D g2, Rectangle2D dataArea, XYPlot plot, XYDataset dataset, PlotRenderingInfo info) {
    marks.clear();
    cells.clear();
    return super.initialise(g2, dataArea, plot, dataset, info);
  }

  @Override
  public void notifyListeners(RendererChangeEvent event) {
    // The chart is redrawn by whoever changes it.
  }

  /** Whiskers, then points over them. */
  @Override
  public int getPassCount() {
    return 2;
  }

  @Override
  public void drawItem(
      Graphics2D g2,
      XYItemRendererState state,
      Rectangle2D area,
      PlotRenderingInfo info,
      XYPlot plot,
      ValueAxis domain,
      ValueAxis range,
      XYDataset dataset,
      int series,
      int item,
      CrosshairState crosshair,
      int pass) {
    if (pass == 0) {
      Mark mark = mark(points.get(item), area, domain, range, dataset.getXValue(series, item), dataset.getYValue(series, item));
      marks.add(mark);
      setWhisker(g2, mark.point());
      mark.whiskers().forEach(g2::draw);
    } else if (marks.get(item).onScale()) {
      drawDisc(g2, marks.get(item));
    } else {
      drawTriangle(g2, marks.get(item));
    }
    // FXGraphics2D forgets the canvas' paint when a clip ends but thinks that it is still set: the next chart begins with its background.
    g2.setPaint(inks.foreground());
  }

  private Mark mark(TradeoffPoint point, Rectangle2D area, ValueAxis domain, ValueAxis range, double cost, double value) {
    double x = domain.valueToJava2D(cost, area, RectangleEdge.BOTTOM);
    if (value < range.getLowerBound()) {
      return new Mark(point, x, area.getMaxY() - TRIANGLE - 2, TRIANGLE, false, List.of());
    }
    double y = range.valueToJava2D(value, area, RectangleEdge.LEFT);
    double half = isCurrent(point) ? 3.5 : 2.5;
    List<Line2D> whiskers = new ArrayList<>();
    if (isDetailed(point)) {
      double low = range.valueToJava2D(Math.max(100 * point.interval().low(), range.getLowerBound()), area, RectangleEdge.LEFT);
      double high = range.valueToJava2D(Math.min(100 * point.interval().high(), range.getUpperBound()), area, RectangleEdge.LEFT);
      whiskers.add(new Line2D.Double(x, low, x, high));
      whiskers.add(new Line2D.Double(x - half, low, x + half, low));
      whiskers.add(new Line2D.Double(x - half, high, x + half, high));
      Optional<Spread> spread = axis.spread(point);
      if (spread.isPresent()) {
        double from = domain.valueToJava2D(spread.get().lowerQuartile(), area, RectangleEdge.BOTTOM);
        double to = domain.valueToJava2D(spread.get().upperQuartile(), area, RectangleEdge.BOTTOM);
        whiskers.add(new Line2D.Double(from, y, to, y));
        whiskers.add(new Line2D.Double(from, y - half, from, y + half));
        whiskers.add(new Line2D.Double(to, y - half, to, y + half));
      }
    }
    return new Mark(point, x, y, radius(point), true, whiskers);
  }

  /** Whether it is drawn in full: among so many only those that are looked at. */
  private boolean isDetailed(TradeoffPoint point) {
    return points.size() <= MOST_WHISKERS || isProminent(point);
  }

  /** Whether it is looked at: the current one, one on the front, the one under the mouse, or one that is being measured. */
  private boolean isProminent(TradeoffPoint point) {
    return isCurrent(point) || frontSteps.contains(point.step()) || point.step() == hovered || point.running();
  }

  /** Names a square of a few pixels: of many points in one, only the first is drawn. */
  private static long cell(Mark mark) {
    return Math.round(mark.x() / CELL) << Integer.SIZE | Math.round(mark.y() / CELL);
  }

  private static boolean isCurrent(TradeoffPoint point) {
    return point.status() == TradeoffPoint.Status.CURRENT;
  }

  private void setWhisker(Graphics2D g2, TradeoffPoint point) {
    boolean current = isCurrent(point);
    boolean front = frontSteps.contains(point.step());
    g2.setPaint(current ? inks.accent() : front ? inks.muted() : translucent(inks.stale()));
    g2.setStroke(new BasicStroke(current ? 2.2f : 1f));
  }

  private double radius(TradeoffPoint point) {
    return isCurrent(point) || point.step() == hovered ? 5 : frontSteps.contains(point.step()) ? 3.5 : 3.2;
  }

  private void drawDisc(Graphics2D g2, Mark mark) {
    TradeoffPoint point = mark.point();
    if (!isDetailed(point) && !cells.add(cell(mark))) {
      return;
    }
    boolean current = isCurrent(point);
    Rectangle2D area = mark.area();
    Ellipse2D disc = new Ellipse2D.Double(area.getX(), area.getY(), area.getWidth(), area.getHeight());
    if (current || frontSteps.contains(point.step())) {
      g2.setPaint(current ? inks.accent() : inks.foreground());
      g2.fill(disc);
      g2.setPaint(inks.background());
      g2.setStroke(new BasicStroke(1f));
      g2.draw(disc);
    } else {
      g2.setPaint(inks.background());
      g2.fill(disc);
      Paint ring = point.status() == TradeoffPoint.Status.PARTIAL ? inks.stale() : inks.faint();
      g2.setPaint(point.step() == hovered ? inks.foreground() : ring);
      g2.setStroke(new BasicStroke(1.4f));
      g2.draw(disc);
    }
  }

  private void drawTriangle(Graphics2D g2, Mark mark) {
    double x = mark.x();
    double y = mark.y();
    Path2D triangle = new Path2D.Double();
    triangle.moveTo(x - TRIANGLE, y - 4);
    triangle.lineTo(x + TRIANGLE, y - 4);
    triangle.lineTo(x, y + TRIANGLE);
    triangle.closePath();
    boolean current = isCurrent(mark.point());
    Color color = current ? inks.accent() : inks.muted();
    g2.setPaint(current ? color : inks.background());
    g2.fill(triangle);
    g2.setPaint(color);
    g2.setStroke(new BasicStroke(1.3f));
    g2.draw(triangle);
  }

  private static Color translucent(Color color) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), 150);
  }
}
