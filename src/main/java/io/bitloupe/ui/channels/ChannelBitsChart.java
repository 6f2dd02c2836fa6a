package io.bitloupe.ui.channels;

import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.chart.Ticks;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.List;
import java.util.Optional;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.TextAlignment;

/** How many of the tensor's bits are left for each channel when all channels share one scale. */
public final class ChannelBitsChart extends ChartPane {
  private static final double TOP = 38;
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
    Axis x = Axis.linear(0, order.size(), ChannelRangesChart.LEFT, width - ChannelRangesChart.RIGHT);
    Axis y = Axis.linear(0, bits, bottom, TOP);
    for (double tick : Ticks.whole(0, bits, Math.clamp((long) ((bottom - TOP) / TICK_ROOM), 1, 4)).values()) {
      gc.setStroke(ink(Ink.GRID));
      horizontal(gc, x.from(), x.to(), y.pixel(tick));
      write(gc, Figures.fixed(tick, 0), x.from() - 6, y.pixel(tick), text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    }
    for (int i = 0; i < order.size(); i++) {
      double usable = order.get(i).usableBits();
      double from = x.pixel(i);
      double to = x.pixel(i + 1.0);
      double gap = to - from > 4 ? 1 : 0;
      gc.setFill(ink(Ink.heat((int) Math.round(6 * (1 - usable / bits)))));
      double top = y.pixel(usable);
      gc.fillRect(from, top, Math.max(1, to - from - gap), bottom - top);
    }
    gc.setStroke(ink(Ink.ACCENT));
    gc.setLineWidth(1.6);
    gc.strokeLine(x.from(), y.pixel(bits), x.to(), y.pixel(bits));
    gc.setLineWidth(1);
    write(gc, Messages.get("channels.ownBits", bits), x.from() + 8, y.pixel(bits) - 9, text(SMALL), Ink.ACCENT, TextAlignment.LEFT);
    drawMedian(gc, x, y);
    drawAxis(gc, x, bottom, width, height);
  }

  private void drawMedian(GraphicsContext gc, Axis x, Axis y) {
    double[] usable = order.stream().mapToDouble(ChannelAnalysis.Channel::usableBits).sorted().toArray();
    double median = usable[usable.length / 2];
    gc.setStroke(ink(Ink.FG));
    gc.setLineDashes(4, 3);
    horizontal(gc, x.from(), x.to(), y.pixel(median));
    gc.setLineDashes((double[]) null);
    String label = Messages.get("channels.median", Figures.fixed(median, 1));
    boolean above = y.pixel(median) - TOP > 20;
    writeOnPatch(gc, label, x.from() + 8, y.pixel(median) + (above ? -11 : 11), text(SMALL), Ink.FG, TextAlignment.LEFT);
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
