package io.bitloupe.ui.distribution;

import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartCard;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/** The quantization grid over a histogram: the cell of each code, the codes as an axis, and what the code under the mouse holds. */
final class CodeGrid {
  private static final double PAD = 16;
  /** Cells narrower than this many pixels are not told apart. */
  private static final double LEAST_CELL = 4;
  private static final double MARK = 12;

  /** More levels than these have no lines through the bars. */
  private static final int MOST_LINES = 64;

  private final ChartPane pane;
  private final double left;
  private OptionalInt hovered = OptionalInt.empty();

  /** Draws on {@code pane}; {@code left} is where its axis begins. */
  CodeGrid(ChartPane pane, double left) {
    this.pane = pane;
    this.left = left;
  }

  /** The cell under the mouse; whether that is another one. */
  boolean hover(OptionalInt cell) {
    boolean changed = !cell.equals(hovered);
    hovered = cell;
    return changed;
  }

  /** Draws every other cell, and the one under the mouse, from {@code low} to {@code high}. */
  void drawBands(GraphicsContext gc, GridCells cells, double low, double high, Axis x, double top, double bottom) {
    if (widthOf(cells.narrowest(), x) < LEAST_CELL && cells.integers().isPresent()) {
      return;
    }
    for (int i = 0; i < cells.size(); i++) {
      boolean lit = hovered.orElse(-1) == i;
      if (Math.floorMod(cells.codes()[i], 2) == 0 || lit) {
        gc.setFill(pane.ink(Ink.SELECTION));
        double from = x.clamped(Math.max(cells.from(i), low));
        double to = x.clamped(Math.min(cells.to(i), high));
        gc.setGlobalAlpha(lit ? 1 : 0.6);
        gc.fillRect(from, top, Math.max(0, to - from), bottom - top);
      }
    }
    gc.setGlobalAlpha(1);
  }

  private static double widthOf(double difference, Axis x) {
    return x.pixel(difference) - x.pixel(0);
  }

  /** Draws the word for codes, and why there are none where {@code sentence} says it. */
  void drawTitle(GraphicsContext gc, String sentence, double bottom) {
    Font font = ChartPane.text(ChartPane.SMALL);
    pane.write(gc, Messages.get("histogram.code"), PAD, bottom + 13, font, Ink.MUTED, TextAlignment.LEFT);
    pane.write(gc, sentence, left, bottom + 13, font, Ink.MUTED, TextAlignment.LEFT);
  }

  /** Draws the codes below the bars, and a line for each where they do not crowd. */
  void drawAxis(GraphicsContext gc, GridCells cells, Axis x, double top, double bottom) {
    drawTitle(gc, "", bottom);
    double cell = widthOf(cells.narrowest(), x);
    boolean levels = cells.integers().isEmpty();
    gc.setStroke(pane.ink(Ink.ACCENT));
    if (levels || (cell >= LEAST_CELL && cells.size() > 2)) {
      gc.setGlobalAlpha(0.4);
      for (double level : cells.levels()) {
        boolean tall = levels ? cells.size() <= MOST_LINES : cell >= 8;
        ChartPane.vertical(gc, x.pixel(level), tall ? top : bottom - 5, bottom + 4);
      }
      gc.setGlobalAlpha(1);
    }
    double lastRight = Double.NEGATIVE_INFINITY;
    for (int i : labelled(cells, cell)) {
      String text = Figures.count(cells.codes()[i]);
      double half = pane.widthOf(text, ChartPane.number(ChartPane.SMALL)) / 2;
      double at = x.pixel(cells.levels()[i]);
      if (at >= x.from() - 2 && at <= x.to() + 2 && at - half > lastRight + 4) {
        pane.write(gc, text, at, bottom + 13, ChartPane.number(ChartPane.SMALL), Ink.ACCENT, TextAlignment.CENTER);
        lastRight = at + half;
      }
    }
  }

  /** Draws a mark for each number in the vectors of a codebook: a weight goes to one of them, not always to the nearest. */
  void drawMarks(GraphicsContext gc, float[] coordinates, Axis x, double bottom) {
    gc.setStroke(pane.ink(Ink.ACCENT));
    gc.setGlobalAlpha(0.4);
    for (float coordinate : coordinates) {
      ChartPane.vertical(gc, x.pixel(coordinate), bottom - MARK, bottom + 4);
    }
    gc.setGlobalAlpha(1);
  }

  /** Cells whose codes are to be labelled as far as they do not run into each other. */
  private int[] labelled(GridCells cells, double cell) {
    int first = cells.codes()[0];
    int last = cells.codes()[cells.size() - 1];
    Font font = ChartPane.number(ChartPane.SMALL);
    double width = Math.max(pane.widthOf(Figures.count(first), font), pane.widthOf(Figures.count(last), font)) + 10;
    return cells
        .integers()
        .filter(it -> !it.format().isBinary())
        .map(it -> IntStream.of(CodeOverlay.labelled(it.format(), it.zeroPoint(), cell, width)).map(code -> code - first))
        .orElseGet(() -> IntStream.range(0, cells.size()))
        .toArray();
  }

  /** Draws what the code under the mouse holds. */
  void drawCard(GraphicsContext gc, TensorPicture shown, GridCells cells, Axis x, double top, double right) {
    if (hovered.isEmpty() || hovered.getAsInt() >= cells.size()) {
      return;
    }
    int cell = hovered.getAsInt();
    double level = cells.levels()[cell];
    double count = cells.count(shown.counts(), cell);
    double share = count / Math.max(1, shown.statistics().count());
    ChartCard.of(
            new ChartCard.Row(Messages.get("histogram.hover.code", Figures.count(cells.codes()[cell])), Figures.real(level)),
            new ChartCard.Row(Messages.get("histogram.hover.count", Figures.count(Math.round(count))), Figures.percent(share, 2)),
            new ChartCard.Row(Messages.get("histogram.hover.width"), Figures.real(cells.to(cell) - cells.from(cell))))
        .draw(pane, gc, x.clamped(level), top + 24, right);
  }
}
