package io.bitloupe.ui.channels;

import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartKey;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.chart.Pen;
import io.bitloupe.ui.chart.Ticks;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.List;
import java.util.Optional;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.TextAlignment;

/** How many of the tensor's bits are left for each channel when all channels share one scale. */
public final class ChannelBitsChart extends ChartPane {
  private static final Pen OWN_BITS = Pen.solid(Ink.ACCENT);
  private static final Pen MEDIAN = Pen.dashed(Ink.FG);
  /** Middle of the key's first row. */
  private static final double KEY_AT = 27;
  private static final double BOTTOM = 38;

  private Optional<ChannelAnalysis> analysis = Optional.empty();
  private List<ChannelAnalysis.Channel> order = List.of();
  private String title = "";

  /** An empty chart. */
  public ChannelBitsChart() {
    setMinHeight(120);
  }

  /** Shows the channels in {@code order}, which the {@code title} of the axis tells. */
  public void show(Optional<ChannelAnalysis> analysis, List<ChannelAnalysis.Channel> order, String title) {
    this.analysis = analysis;
    this.order = order;
    this.title = title;
    redraw();
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    write(gc, Messages.get("channels.bits"), 0, 9, bold(NORMAL), Ink.FG, TextAlignment.LEFT);
    if (analysis.isEmpty() || order.isEmpty()) {
      return;
    }
    int bits = analysis.get().format().bits();
    double bottom = height - BOTTOM;
    double median = median();
    ChartKey key =
        ChartKey.of(
            new ChartKey.Entry(Messages.get("channels.ownBits", bits), OWN_BITS),
            new ChartKey.Entry(Messages.get("channels.median", Figures.fixed(median, 1)), MEDIAN));
    key.draw(this, gc, KEY_AT, width);
    double top = KEY_AT + key.height(this, width) - 2;
    Axis x = Axis.linear(0, order.size(), ChannelRangesChart.LEFT, width - ChannelRangesChart.RIGHT);
    Axis y = Axis.linear(0, bits, bottom, top);
    for (double tick : Ticks.whole(0, bits, Math.clamp((long) ((bottom - top) / TICK_ROOM), 1, 4)).values()) {
      gc.setStroke(ink(Ink.GRID));
      horizontal(gc, x.from(), x.to(), y.pixel(tick));
      write(gc, Figures.fixed(tick, 0), x.from() - 6, y.pixel(tick), text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    }
    drawBars(gc, bits, x, y, bottom);
    OWN_BITS.take(this, gc);
    horizontal(gc, x.from(), x.to(), y.pixel(bits));
    MEDIAN.take(this, gc);
    horizontal(gc, x.from(), x.to(), y.pixel(median));
    Pen.putDown(gc);
    drawAxis(gc, x, bottom, width, height);
  }

  /** The bars, with a line along their ends: the palest are hardly seen on their ground. */
  private void drawBars(GraphicsContext gc, int bits, Axis x, Axis y, double bottom) {
    gc.setStroke(ink(Ink.FAINT));
    for (int i = 0; i < order.size(); i++) {
      double usable = order.get(i).usableBits();
      double from = x.pixel(i);
      double to = x.pixel(i + 1.0);
      double gap = to - from > 4 ? 1 : 0;
      gc.setFill(ink(Ink.heat((int) Math.round(6 * (1 - usable / bits)))));
      double end = y.pixel(usable);
      gc.fillRect(from, end, Math.max(1, to - from - gap), bottom - end);
      horizontal(gc, from, Math.max(from + 1, to - gap), end);
    }
  }

  private double median() {
    double[] usable = order.stream().mapToDouble(ChannelAnalysis.Channel::usableBits).sorted().toArray();
    return usable[usable.length / 2];
  }

  private void drawAxis(GraphicsContext gc, Axis x, double bottom, double width, double height) {
    gc.setStroke(ink(Ink.BORDER));
    horizontal(gc, x.from(), x.to(), bottom);
    for (double tick : Ticks.whole(0, order.size() - 1.0, 5).values()) {
      write(gc, Figures.fixed(tick, 0), x.pixel(tick + 0.5), bottom + 10, text(SMALL), Ink.MUTED, TextAlignment.CENTER);
    }
    write(gc, Messages.get("channels.bitsAxis"), 0, height - 9, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    write(gc, title, width - ChannelRangesChart.RIGHT, height - 9, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
  }
}
