package io.bitloupe.ui.tradeoff;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleInsets;
import org.jspecify.annotations.Nullable;

/** A chart that is drawn on an image with more pixels than it has, so that it is sharp where all is drawn larger or on a finer screen. */
final class DenseChart extends JFreeChart {
  private static final long serialVersionUID = 1;

  private double density = 1;

  /** The chart of {@code plot} alone. */
  DenseChart(XYPlot plot) {
    super(null, ChartFonts.label(), plot, false);
    setPadding(RectangleInsets.ZERO_INSETS);
    setNotify(false);
  }

  /** Says how many pixels the image has for each of the chart's. */
  void setDensity(double pixels) {
    density = pixels;
  }

  /** Draws the chart; what {@code info} is told is in the chart's own pixels. */
  @Override
  public void draw(Graphics2D g2, Rectangle2D image, @Nullable Point2D anchor, @Nullable ChartRenderingInfo info) {
    AffineTransform before = g2.getTransform();
    g2.scale(density, density);
    double width = Math.floor(image.getWidth() / density);
    double height = Math.floor(image.getHeight() / density);
    super.draw(g2, new Rectangle2D.Double(0, 0, width, height), anchor, info);
    g2.setTransform(before);
  }
}
