package io.bitloupe.ui.tradeoff;

import io.bitloupe.ui.i18n.Figures;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
 * whisker, and the middle half of its repeated times as one across. Points below the axis sit on its edge as a triangle with their value.
 */
final class PointRenderer extends AbstractXYItemRenderer {
  private static final long serialVersionUID = 1L;
  /** With more points than this only the intervals of those that are looked at are drawn: the others would hide everything. */
  private static final int MOST_WHISKERS = 150;
  private static final double CELL = 4;
  /** From the top of a label to its base line. */
  private static final float BASELINE = 9;

  /** The colours of a theme. */
  record Inks(Color background, Color foreground, Color muted, Color faint, Color stale, Color accent) {}

  /**
   * A drawn point.
   *
   * @param point the point
   * @param x its pixel
   * @param y its pixel
   * @param top upper end of its whisker
   * @param bottom lower end of its whisker
   */
  record Mark(TradeoffPoint point, double x, double y, double top, double bottom) {
    private static final double RADIUS = 8;

    /** What the point and its whisker take. */
    Occupancy.Area area() {
      return new Occupancy.Area(x - RADIUS, Math.min(top, y - RADIUS), x + RADIUS, Math.max(bottom, y + RADIUS));
    }
  }

  private final transient List<Mark> marks = new ArrayList<>();
  private final transient List<Line2D> frontLine = new ArrayList<>();
  private transient PointLabels labels = new PointLabels(marks, frontLine);
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

  /** Where points were drawn last. */
  List<Mark> marks() {
    return marks;
  }

  @Override
  public XYItemRendererState initialise(
      Graphics2D g2, Rectangle2D dataArea, XYPlot plot, XYDataset dataset, PlotRenderingInfo info) {
    marks.clear();
    labels = new PointLabels(marks, frontLine);
    frontLine.clear();
    findFrontLine(plot, dataArea);
    cells.clear();
    return super.initialise(g2, dataArea, plot, dataset, info);
  }

  @Override
  public void notifyListeners(RendererChangeEvent event) {
    // The chart is redrawn by whoever changes it.
  }

  /** Whiskers, then points over them, then numbers where no point is. */
  @Override
  public int getPassCount() {
    return 3;
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
    TradeoffPoint point = points.get(item);
    double x = domain.valueToJava2D(dataset.getXValue(series, item), area, RectangleEdge.BOTTOM);
    double y = range.valueToJava2D(dataset.getYValue(series, item), area, RectangleEdge.LEFT);
    boolean offScale = dataset.getYValue(series, item) < range.getLowerBound();
    double low = range.valueToJava2D(Math.max(100 * point.interval().low(), range.getLowerBound()), area, RectangleEdge.LEFT);
    double high = range.valueToJava2D(Math.min(100 * point.interval().high(), range.getUpperBound()), area, RectangleEdge.LEFT);
    if (pass == 0) {
      if (!offScale && (points.size() <= MOST_WHISKERS || isProminent(point))) {
        drawWhisker(g2, point, x, low, high);
        axis.spread(point)
            .ifPresent(
                it -> {
                  double from = domain.valueToJava2D(it.lowerQuartile(), area, RectangleEdge.BOTTOM);
                  double to = domain.valueToJava2D(it.upperQuartile(), area, RectangleEdge.BOTTOM);
                  drawSpread(g2, point, y, from, to);
                });
      }
    } else if (pass == 2) {
      marks.stream().filter(mark -> mark.point().equals(point)).findFirst().ifPresent(mark -> drawLabel(g2, mark, offScale, area));
    } else if (offScale) {
      drawTriangle(g2, point, x, area.getMaxY() - 7);
    } else {
      boolean whisker = points.size() <= MOST_WHISKERS || isProminent(point);
      marks.add(whisker ? new Mark(point, x, y, high, low) : new Mark(point, x, y, y, y));
      if (points.size() <= MOST_WHISKERS || isProminent(point) || cells.add(cell(x, y))) {
        drawDisc(g2, point, x, y);
      }
    }
  }

  /** Whether it is looked at: the current one, one on the front, the one under the mouse, or one that is being measured. */
  private boolean isProminent(TradeoffPoint point) {
    return isCurrent(point) || frontSteps.contains(point.step()) || point.step() == hovered || point.running();
  }

  /** Names a square of a few pixels: of many points in one, only the first is drawn. */
  private static long cell(double x, double y) {
    return Math.round(x / CELL) << Integer.SIZE | Math.round(y / CELL);
  }

  private boolean isCurrent(TradeoffPoint point) {
    return point.status() == TradeoffPoint.Status.CURRENT;
  }

  private void drawWhisker(Graphics2D g2, TradeoffPoint point, double x, double low, double high) {
    setWhisker(g2, point);
    g2.draw(new Line2D.Double(x, low, x, high));
    double half = capHalf(point);
    g2.draw(new Line2D.Double(x - half, low, x + half, low));
    g2.draw(new Line2D.Double(x - half, high, x + half, high));
  }

  private void drawSpread(Graphics2D g2, TradeoffPoint point, double y, double from, double to) {
    setWhisker(g2, point);
    g2.draw(new Line2D.Double(from, y, to, y));
    double half = capHalf(point);
    g2.draw(new Line2D.Double(from, y - half, from, y + half));
    g2.draw(new Line2D.Double(to, y - half, to, y + half));
  }

  private void setWhisker(Graphics2D g2, TradeoffPoint point) {
    boolean current = isCurrent(point);
    boolean front = frontSteps.contains(point.step());
    g2.setPaint(current ? inks.accent() : front ? inks.muted() : translucent(inks.stale()));
    g2.setStroke(new BasicStroke(current ? 2.2f : 1f));
  }

  private double capHalf(TradeoffPoint point) {
    return isCurrent(point) ? 3.5 : 2.5;
  }

  private void drawDisc(Graphics2D g2, TradeoffPoint point, double x, double y) {
    boolean current = isCurrent(point);
    boolean front = frontSteps.contains(point.step());
    double radius = current ? 5 : point.step() == hovered ? 5 : front ? 3.5 : 3.2;
    Ellipse2D disc = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    if (current || front) {
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

  private void drawTriangle(Graphics2D g2, TradeoffPoint point, double x, double y) {
    marks.add(new Mark(point, x, y, y - 5, y + 5));
    Path2D triangle = new Path2D.Double();
    triangle.moveTo(x - 5, y - 4);
    triangle.lineTo(x + 5, y - 4);
    triangle.lineTo(x, y + 5);
    triangle.closePath();
    Color color = isCurrent(point) ? inks.accent() : inks.muted();
    g2.setPaint(isCurrent(point) ? color : inks.background());
    g2.fill(triangle);
    g2.setPaint(color);
    g2.setStroke(new BasicStroke(1.3f));
    g2.draw(triangle);
  }

  /** The corners of the front are the first dataset; its line goes across before it goes up. */
  private void findFrontLine(XYPlot plot, Rectangle2D area) {
    XYDataset corners = plot.getDataset(0);
    for (int i = 0; i + 1 < corners.getItemCount(0); i++) {
      double from = plot.getDomainAxis().valueToJava2D(corners.getXValue(0, i), area, RectangleEdge.BOTTOM);
      double to = plot.getDomainAxis().valueToJava2D(corners.getXValue(0, i + 1), area, RectangleEdge.BOTTOM);
      double low = plot.getRangeAxis().valueToJava2D(corners.getYValue(0, i), area, RectangleEdge.LEFT);
      double high = plot.getRangeAxis().valueToJava2D(corners.getYValue(0, i + 1), area, RectangleEdge.LEFT);
      frontLine.add(new Line2D.Double(from, low, to, low));
      frontLine.add(new Line2D.Double(to, low, to, high));
    }
  }

  /** Writes the number of a point, or its value where it lies below the axis; where there is no room for it, not at all. */
  private void drawLabel(Graphics2D g2, Mark mark, boolean offScale, Rectangle2D area) {
    TradeoffPoint point = mark.point();
    boolean named = isCurrent(point) || frontSteps.contains(point.step());
    if (!named && !offScale) {
      return;
    }
    String text = offScale ? Figures.percent(point.value(), 1) : Integer.toString(point.step());
    Font font = ChartFonts.label();
    g2.setFont(TickAxis.OTHER);
    g2.setFont(font);
    labels
        .place(mark, g2.getFontMetrics(font).stringWidth(text), area)
        .ifPresent(
            place -> {
              place
                  .leader()
                  .ifPresent(
                      line -> {
                        g2.setPaint(inks.faint());
                        g2.setStroke(new BasicStroke(1f));
                        g2.draw(line);
                      });
              g2.setPaint(isCurrent(point) ? inks.accent() : inks.muted());
              g2.drawString(text, (float) place.box().getMinX(), (float) place.box().getMinY() + BASELINE);
            });
  }

  /** Where the points and their whiskers, their numbers and the front were drawn last. */
  List<Occupancy.Area> taken() {
    List<Occupancy.Area> taken = new ArrayList<>();
    marks.forEach(mark -> taken.add(mark.area()));
    labels.boxes().forEach(box -> taken.add(area(box)));
    frontLine.forEach(line -> taken.add(area(line.getBounds2D())));
    return taken;
  }

  private static Occupancy.Area area(Rectangle2D box) {
    return new Occupancy.Area(box.getMinX(), box.getMinY(), box.getMaxX(), box.getMaxY());
  }

  private static Color translucent(Color color) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), 150);
  }
}
