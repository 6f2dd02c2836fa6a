package io.bitloupe.ui.distribution;

import io.bitloupe.quant.Range;
import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.chart.Ticks;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.text.TextAlignment;

/** The bars of a histogram, those outside of the clipping range in a colour of their own, and the axes of counts and values. */
final class HistogramBars {
  /** So many are wanted that 0 has one on either side. */
  private static final int LEAST_TICKS = 4;

  private static final double PAD = 16;
  private static final double KEY = 10;

  private final ChartPane pane;

  /** Draws on {@code pane}. */
  HistogramBars(ChartPane pane) {
    this.pane = pane;
  }

  /** Draws grid lines and labels of the axis {@code y}, over the length of {@code x}. */
  void drawCountAxis(GraphicsContext gc, Axis y, Axis x, double top, double bottom) {
    int most = Math.clamp((long) ((bottom - top) / ChartPane.TICK_ROOM), 1, y.logarithmic() ? 6 : 5);
    Ticks ticks = y.logarithmic() ? Ticks.along(y, ChartPane.TICK_ROOM, most) : Ticks.whole(y.low(), y.high(), most);
    for (double tick : ticks.values()) {
      double at = y.pixel(tick);
      if (at >= top + 6 && at <= bottom + 0.5) {
        gc.setStroke(pane.ink(Ink.GRID));
        ChartPane.horizontal(gc, x.from(), x.to(), at);
        String text = Figures.count(Math.round(tick));
        pane.write(gc, text, x.from() - 8, at, ChartPane.text(ChartPane.SMALL), Ink.MUTED, TextAlignment.RIGHT);
      }
    }
  }

  /** Draws the bars of {@code bins}. */
  void draw(GraphicsContext gc, DisplayBins bins, Range clip, Axis x, Axis y, double bottom) {
    Color inside = pane.ink(Ink.BAR);
    Color outside = pane.ink(Ink.CLIP);
    for (int i = 0; i < bins.counts().length; i++) {
      double count = bins.counts()[i];
      if (count <= 0) {
        continue;
      }
      double from = ChartPane.edge(gc, x.pixel(bins.edge(i)));
      double to = ChartPane.edge(gc, x.pixel(bins.edge(i + 1)));
      double at = Math.min(y.clamped(count), bottom - 1);
      boolean clipped = bins.edge(i) + bins.width() <= clip.min() || bins.edge(i) >= clip.max();
      gc.setFill(clipped ? outside : inside);
      gc.fillRect(from, at, Math.max(1, to - from), bottom - at);
    }
  }

  /** Says which is which of bars and outline, at {@code left}. */
  void drawKey(GraphicsContext gc, double left, double bottom) {
    gc.setFill(pane.ink(Ink.BAR));
    gc.fillRect(left, bottom - 34, KEY, 8);
    pane.write(gc, Messages.get("histogram.before"), left + KEY + 5, bottom - 30, ChartPane.text(ChartPane.SMALL), Ink.MUTED,
        TextAlignment.LEFT);
    gc.setStroke(pane.ink(Ink.FG));
    gc.setLineWidth(1.4);
    double right = left + KEY;
    gc.strokePolyline(new double[] {left, left, right, right}, new double[] {bottom - 8, bottom - 17, bottom - 17, bottom - 8}, 4);
    gc.setLineWidth(1);
    pane.write(gc, Messages.get("histogram.after"), left + KEY + 5, bottom - 12, ChartPane.text(ChartPane.SMALL), Ink.MUTED,
        TextAlignment.LEFT);
  }

  /** Draws the axis {@code x} with {@code title}. */
  void drawValueAxis(GraphicsContext gc, String title, Axis x, double bottom) {
    gc.setStroke(pane.ink(Ink.BORDER));
    ChartPane.horizontal(gc, x.from(), x.to(), bottom);
    pane.write(gc, title, PAD, bottom + 34, ChartPane.text(ChartPane.SMALL), Ink.MUTED, TextAlignment.LEFT);
    Ticks ticks = Ticks.linear(x.low(), x.high(), Math.clamp((int) ((x.to() - x.from()) / 70), LEAST_TICKS, 9));
    for (double tick : ticks.values()) {
      double at = x.pixel(tick);
      gc.setStroke(pane.ink(Ink.FAINT));
      ChartPane.vertical(gc, at, bottom + 24, bottom + 27);
      String text = Figures.tick(tick, ticks.decimals());
      pane.write(gc, text, at, bottom + 35, ChartPane.text(ChartPane.SMALL), Ink.MUTED, TextAlignment.CENTER);
    }
  }
}
