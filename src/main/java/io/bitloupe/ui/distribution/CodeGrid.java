package io.bitloupe.ui.distribution;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.OptionalInt;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/** The quantization grid over a histogram: the cell of each code, the codes as an axis, and what the code under the mouse holds. */
final class CodeGrid {
  private static final double PAD = 16;

  private final ChartPane pane;
  private final double left;
  private OptionalInt hovered = OptionalInt.empty();

  /** Draws on {@code pane}; {@code left} is where its axis begins. */
  CodeGrid(ChartPane pane, double left) {
    this.pane = pane;
    this.left = left;
  }

  /** The code under the mouse; whether that is another one. */
  boolean hover(OptionalInt code) {
    boolean changed = !code.equals(hovered);
    hovered = code;
    return changed;
  }

  /** The code of the cell at {@code x}; empty outside of the range, and where groups have their own scales. */
  static OptionalInt codeAt(double mouseX, TensorPicture shown, ClipFigures clip, Axis x) {
    Range range = clip.range();
    double value = x.value(mouseX);
    if (shown.quantized().isEmpty() || clip.affine().size() > 1 || value < range.min() || value > range.max()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(clip.affine().getFirst().quantize((float) value, shown.quantized().get().format()));
  }

  /** Draws every other cell, and the one under the mouse. */
  void drawBands(GraphicsContext gc, TensorPicture shown, ClipFigures clip, Axis x, double top, double bottom) {
    if (clip.affine().size() > 1) {
      return;
    }
    Affine affine = clip.affine().getFirst();
    IntegerFormat format = shown.quantized().orElseThrow().format();
    double cell = x.pixel(affine.scale()) - x.pixel(0);
    if (cell < 4) {
      return;
    }
    gc.setGlobalAlpha(0.6);
    for (int code = format.quantMin(); code <= format.quantMax(); code++) {
      double center = x.pixel(affine.dequantize(code));
      boolean lit = hovered.orElse(Integer.MIN_VALUE) == code;
      if (Math.floorMod(code, 2) == 0 || lit) {
        gc.setFill(pane.ink(Ink.SELECTION));
        double from = Math.max(center - cell / 2, x.pixel(clip.range().min()));
        double to = Math.min(center + cell / 2, x.pixel(clip.range().max()));
        gc.setGlobalAlpha(lit ? 1 : 0.6);
        gc.fillRect(from, top, Math.max(0, to - from), bottom - top);
      }
    }
    gc.setGlobalAlpha(1);
  }

  /** Draws the codes below the bars, and a line for each where they do not crowd. */
  void drawAxis(GraphicsContext gc, TensorPicture shown, ClipFigures clip, Axis x, double top, double bottom) {
    Font font = ChartPane.text(ChartPane.SMALL);
    pane.write(gc, Messages.get("histogram.code"), PAD, bottom + 13, font, Ink.MUTED, TextAlignment.LEFT);
    if (clip.affine().size() > 1) {
      pane.write(gc, Messages.get("histogram.ownScales"), left, bottom + 13, font, Ink.MUTED, TextAlignment.LEFT);
      return;
    }
    Affine affine = clip.affine().getFirst();
    IntegerFormat format = shown.quantized().orElseThrow().format();
    double cell = x.pixel(affine.scale()) - x.pixel(0);
    double label = pane.widthOf(Figures.count(format.quantMin()), ChartPane.number(ChartPane.SMALL)) + 10;
    int[] codes = CodeOverlay.labelled(format, affine.zeroPoint(), cell, label);
    gc.setStroke(pane.ink(Ink.ACCENT));
    if (cell >= 4 && !format.isBinary()) {
      gc.setGlobalAlpha(0.4);
      for (int code = format.quantMin(); code <= format.quantMax(); code++) {
        ChartPane.vertical(gc, x.pixel(affine.dequantize(code)), cell >= 8 ? top : bottom - 5, bottom + 4);
      }
      gc.setGlobalAlpha(1);
    }
    double lastRight = Double.NEGATIVE_INFINITY;
    for (int code : codes) {
      String text = Figures.count(code);
      double half = pane.widthOf(text, ChartPane.number(ChartPane.SMALL)) / 2;
      double at = x.pixel(affine.dequantize(code));
      if (at >= x.from() - 2 && at <= x.to() + 2 && at - half > lastRight + 4) {
        pane.write(gc, text, at, bottom + 13, ChartPane.number(ChartPane.SMALL), Ink.ACCENT, TextAlignment.CENTER);
        lastRight = at + half;
      }
    }
  }

  /** Draws what the code under the mouse holds. */
  void drawCard(GraphicsContext gc, TensorPicture shown, ClipFigures clip, Axis x, double top, double right) {
    if (hovered.isEmpty() || clip.affine().size() > 1) {
      return;
    }
    Affine affine = clip.affine().getFirst();
    IntegerFormat format = shown.quantized().orElseThrow().format();
    int code = hovered.getAsInt();
    double count = ClipFigures.countOf(shown.counts(), affine, format, code);
    double share = count / Math.max(1, shown.statistics().count());
    String[][] rows = {
      {Messages.get("histogram.hover.code", Figures.count(code)), Figures.real(affine.dequantize(code))},
      {Messages.get("histogram.hover.count", Figures.count(Math.round(count))), Figures.percent(share, 2)},
      {Messages.get("histogram.hover.width"), Figures.real(affine.scale())},
    };
    double cardWidth = 168;
    double cardHeight = 58;
    double at = x.clamped(affine.dequantize(code));
    double edge = at + 16 + cardWidth < right ? at + 16 : at - 16 - cardWidth;
    double cardTop = top + 24;
    gc.setFill(pane.ink(Ink.BG));
    gc.fillRoundRect(edge, cardTop, cardWidth, cardHeight, 8, 8);
    gc.setStroke(pane.ink(Ink.BORDER));
    gc.strokeRoundRect(edge + 0.5, cardTop + 0.5, cardWidth - 1, cardHeight - 1, 8, 8);
    for (int i = 0; i < rows.length; i++) {
      double line = cardTop + 13 + i * 16;
      Font font = i == 0 ? ChartPane.bold(ChartPane.SMALL) : ChartPane.text(ChartPane.SMALL);
      pane.write(gc, rows[i][0], edge + 10, line, font, i == 0 ? Ink.FG : Ink.MUTED, TextAlignment.LEFT);
      pane.write(gc, rows[i][1], edge + cardWidth - 10, line, ChartPane.number(ChartPane.SMALL), Ink.FG, TextAlignment.RIGHT);
    }
  }
}
