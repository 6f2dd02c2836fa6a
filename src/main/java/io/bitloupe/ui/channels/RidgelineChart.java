package io.bitloupe.ui.channels;

import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.TextAlignment;

/** Densities of some channels, in steps of the tensor's one scale: how few codes small channels get. */
public final class RidgelineChart extends ChartPane {
  private static final int ROWS = 16;
  /** Codes on either side of 0: no fewer and no more. */
  private static final int LEAST_CODES = 4;
  private static final int MOST_CODES = 64;
  private static final double LEAST_STEP = 8;
  private static final double TOP = 52;
  private static final double BOTTOM = 56;
  private static final double LEFT = 46;
  private static final double RIGHT = 104;

  private Optional<ChannelAnalysis> analysis = Optional.empty();

  /** An empty chart. */
  public RidgelineChart() {
    setMinHeight(200);
    setMinWidth(240);
  }

  /** Shows some of the channels. */
  public void show(Optional<ChannelAnalysis> analysis) {
    this.analysis = analysis;
    redraw();
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    if (analysis.isEmpty()) {
      return;
    }
    List<ChannelAnalysis.Channel> rows = pick(analysis.get().channels());
    float step = analysis.get().tensorScale();
    int all = analysis.get().channels().size();
    String title =
        rows.size() == all ? Messages.get("channels.ridgeline.all", all) : Messages.get("channels.ridgeline", rows.size(), all);
    write(gc, title, 0, 9, bold(NORMAL), Ink.FG, TextAlignment.LEFT);
    write(gc, Messages.get("channels.ridge.channel"), 0, 34, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    write(gc, Messages.get("channels.ridge.codes"), width - 64, 34, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    write(gc, Messages.get("channels.ridge.sqnr"), width - 4, 34, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    double bottom = height - BOTTOM;
    int codes = codes(rows, step);
    Axis x = Axis.linear(-codes, codes, LEFT, width - RIGHT);
    gc.setStroke(ink(Ink.CLIP));
    gc.setGlobalAlpha(0.35);
    int apart = 1;
    while (apart * (x.pixel(1) - x.pixel(0)) < LEAST_STEP) {
      apart *= 2;
    }
    for (int code = -codes; code <= codes; code += apart) {
      vertical(gc, x.pixel(code), TOP - 8, bottom);
    }
    gc.setGlobalAlpha(1);
    gc.setFill(ink(Ink.INSET));
    gc.setGlobalAlpha(0.6);
    gc.fillRect(x.pixel(-0.5), TOP - 8, x.pixel(0.5) - x.pixel(-0.5), bottom - TOP + 8);
    gc.setGlobalAlpha(1);
    double pitch = (bottom - TOP - 8) / rows.size();
    for (int i = 0; i < rows.size(); i++) {
      drawRow(gc, rows.get(i), step, x, TOP + (i + 1) * pitch, pitch, width);
    }
    for (int code = -codes; code <= codes; code += codes / 2) {
      write(gc, Figures.fixed(code, 0), x.pixel(code), bottom + 11, text(SMALL), Ink.MUTED, TextAlignment.CENTER);
    }
    write(gc, Messages.get("channels.ridge.axis"), width - 4, bottom + 11, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    write(gc, Messages.get("channels.ridge.rows"), 0, bottom + 30, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    write(gc, Messages.get("channels.ridge.marks"), 0, bottom + 45, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
  }

  private void drawRow(GraphicsContext gc, ChannelAnalysis.Channel channel, float step, Axis x, double base, double pitch, double width) {
    double[] density = density(channel.weights(), step, x.high());
    double peak = 0;
    for (double value : density) {
      peak = Math.max(peak, value);
    }
    double codes = x.high();
    double tall = pitch * 1.15;
    int heat = (int) Math.round(6 * (1 - channel.usableBits() / Math.max(1, analysis.orElseThrow().format().bits())));
    if (peak > 0) {
      double[] xs = new double[density.length + 2];
      double[] ys = new double[density.length + 2];
      for (int i = 0; i < density.length; i++) {
        xs[i + 1] = x.from() + (x.to() - x.from()) * i / (density.length - 1.0);
        ys[i + 1] = base - tall * density[i] / peak * Math.min(1, 0.35 + 0.65 * Math.min(1, 0.5 * codes * peak));
      }
      xs[0] = xs[1];
      ys[0] = base;
      xs[xs.length - 1] = xs[xs.length - 2];
      ys[ys.length - 1] = base;
      gc.setFill(ink(Ink.heat(heat)));
      gc.setGlobalAlpha(0.85);
      gc.fillPolygon(xs, ys, xs.length);
      gc.setGlobalAlpha(1);
      gc.setStroke(ink(Ink.FG));
      gc.strokePolyline(xs, ys, xs.length);
    }
    gc.setStroke(ink(Ink.LINE));
    horizontal(gc, x.from(), x.to(), base);
    double end = (x.high() + 0.5) * step;
    gc.setFill(ink(Ink.FG));
    if (channel.statistics().min() < -end) {
      gc.fillPolygon(new double[] {x.from() - 3, x.from() - 3, x.from() - 8}, new double[] {base - 7, base - 1, base - 4}, 3);
    }
    if (channel.statistics().max() > end) {
      gc.fillPolygon(new double[] {x.to() + 3, x.to() + 3, x.to() + 8}, new double[] {base - 7, base - 1, base - 4}, 3);
    }
    double middle = base - 5;
    write(gc, Integer.toString(channel.index()), LEFT - 14, middle, number(SMALL), Ink.FG, TextAlignment.RIGHT);
    write(gc, Integer.toString(channel.codes()), width - 64, middle, number(SMALL), Ink.FG, TextAlignment.RIGHT);
    write(gc, Figures.sqnr(channel.sqnrDb()), width - 4, middle, number(SMALL), Ink.FG, TextAlignment.RIGHT);
  }

  /** Codes on either side of 0 within which half of {@code rows} lie whole: a power of two. */
  static int codes(List<ChannelAnalysis.Channel> rows, float step) {
    double[] reaches = rows.stream().mapToDouble(row -> row.statistics().magnitude() / step).sorted().toArray();
    int codes = LEAST_CODES;
    while (codes < MOST_CODES && codes < reaches[reaches.length / 2] - 0.5) {
      codes *= 2;
    }
    return codes;
  }

  /** A Gauss kernel density over the {@code codes} on either side of 0 that are shown, per code. */
  private static double[] density(float[] weights, float step, double codes) {
    int points = 97;
    double bandwidth = codes * 0.04;
    double[] density = new double[points];
    for (float weight : weights) {
      double code = weight / step;
      if (Math.abs(code) > codes + 5 * bandwidth) {
        continue;
      }
      for (int i = 0; i < points; i++) {
        double distance = (-codes + 2 * codes * i / (points - 1) - code) / bandwidth;
        if (Math.abs(distance) < 5) {
          density[i] += Math.exp(-distance * distance / 2);
        }
      }
    }
    double norm = 1 / (Math.max(1, weights.length) * bandwidth * Math.sqrt(2 * Math.PI));
    for (int i = 0; i < points; i++) {
      density[i] *= norm;
    }
    return density;
  }

  private static List<ChannelAnalysis.Channel> pick(List<ChannelAnalysis.Channel> channels) {
    int rows = Math.min(ROWS, channels.size());
    List<ChannelAnalysis.Channel> picked = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      picked.add(channels.get(rows == 1 ? 0 : (int) Math.round(i * (channels.size() - 1.0) / (rows - 1))));
    }
    return picked;
  }
}
