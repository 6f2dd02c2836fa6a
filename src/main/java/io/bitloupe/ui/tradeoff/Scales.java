package io.bitloupe.ui.tradeoff;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** The two axes of a trade-off chart, and where values lie on it. */
final class Scales {
  /** Pixels at the right of the data. */
  static final double RIGHT = 14;

  private static final double TOP = 6;
  private static final double BELOW = 18;
  private static final double LEFT = 36;
  private static final double TICK = 52;

  private final TickAxis costs = new TickAxis();
  private final TickAxis values = new TickAxis();
  private Rectangle2D area = new Rectangle2D.Double();

  /** Scales of {@code plot}. */
  Scales(XYPlot plot) {
    plot.setDomainAxis(costs);
    plot.setRangeAxis(values);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    plot.setInsets(new RectangleInsets(TOP, 2, BELOW, RIGHT));
    // Both charts reserve the same width for the labels, so that they share the y axis pixel by pixel.
    values.setFixedDimension(LEFT - 2);
  }

  /** Gives labels and lines their colours. */
  void paint(Color label, Color line) {
    for (NumberAxis axis : new NumberAxis[] {costs, values}) {
      axis.setTickLabelFont(ChartFonts.label());
      axis.setTickLabelPaint(label);
      axis.setAxisLinePaint(line);
      axis.setTickMarksVisible(false);
      axis.setTickLabelInsets(new RectangleInsets(3, 3, 2, 5));
    }
  }

  /**
   * Shows accuracies of {@code range} and costs from {@code low} to {@code high} with some room around, in a chart of {@code width}
   * pixels.
   *
   * @param unit of the figures along the cost axis
   */
  void fit(ValueRange range, double low, double high, double unit, double width) {
    values.show(range.low(), range.high(), 1, 6);
    double pad = Math.max((high - low) * 0.12, Math.max(high * 0.04, 1e-6));
    costs.show(Math.max(0, low - pad), high + 1.6 * pad, unit, (int) Math.clamp((width - LEFT - RIGHT) / TICK, 2, 7));
  }

  /** Says where the data were drawn. */
  void drawnIn(Rectangle2D dataArea) {
    area = dataArea;
  }

  /** Where the data were drawn. */
  Rectangle2D area() {
    return area;
  }

  /** Pixel of a cost. */
  double x(double cost) {
    return costs.valueToJava2D(cost, area, RectangleEdge.BOTTOM);
  }

  /** Pixel of an accuracy in percent. */
  double y(double percent) {
    return values.valueToJava2D(percent, area, RectangleEdge.LEFT);
  }

  /** Whether a point lies on both scales. */
  boolean contains(double cost, double percent) {
    return costs.getRange().contains(cost) && values.getRange().contains(percent);
  }

  /** The greatest cost. */
  double greatestCost() {
    return costs.getUpperBound();
  }

  /** The least accuracy in percent. */
  double leastValue() {
    return values.getLowerBound();
  }
}
