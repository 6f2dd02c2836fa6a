package io.bitloupe.ui.chart;

import java.util.List;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/**
 * A small table over a chart that says in numbers what is under the mouse.
 *
 * @param rows names and values; the first one stands out
 */
public record ChartCard(List<Row> rows) {
  private static final double WIDTH = 168;
  private static final double LINE = 16;
  private static final double ASIDE = 16;
  private static final double PAD = 10;

  /** Copies the list. */
  public ChartCard {
    rows = List.copyOf(rows);
  }

  /**
   * A line.
   *
   * @param name at the left
   * @param value at the right
   */
  public record Row(String name, String value) {}

  /** A card of these lines. */
  public static ChartCard of(Row... rows) {
    return new ChartCard(List.of(rows));
  }

  /** Draws it beside {@code at}, at the right where it ends before {@code right}, its upper edge at {@code top}. */
  public void draw(ChartPane pane, GraphicsContext gc, double at, double top, double right) {
    double height = PAD + LINE * rows.size();
    double left = at + ASIDE + WIDTH < right ? at + ASIDE : at - ASIDE - WIDTH;
    gc.setFill(pane.ink(Ink.BG));
    gc.fillRoundRect(left, top, WIDTH, height, 8, 8);
    gc.setStroke(pane.ink(Ink.BORDER));
    gc.strokeRoundRect(left + 0.5, top + 0.5, WIDTH - 1, height - 1, 8, 8);
    for (int i = 0; i < rows.size(); i++) {
      double line = top + 13 + i * LINE;
      Font font = i == 0 ? ChartPane.bold(ChartPane.SMALL) : ChartPane.text(ChartPane.SMALL);
      pane.write(gc, rows.get(i).name(), left + PAD, line, font, i == 0 ? Ink.FG : Ink.MUTED, TextAlignment.LEFT);
      pane.write(gc, rows.get(i).value(), left + WIDTH - PAD, line, ChartPane.number(ChartPane.SMALL), Ink.FG, TextAlignment.RIGHT);
    }
  }
}
