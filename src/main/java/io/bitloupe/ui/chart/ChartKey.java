package io.bitloupe.ui.chart;

import java.util.List;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.TextAlignment;

/**
 * What the lines of a chart mean, beside its plot, where no line passes through a name.
 *
 * @param entries from left to right
 */
public record ChartKey(List<Entry> entries) {
  /** Height of a row. */
  public static final double ROW = 16;

  private static final double LINE = 14;
  private static final double BESIDE = 5;
  private static final double BETWEEN = 14;

  /**
   * A line.
   *
   * @param name what it means
   * @param pen how it is drawn
   */
  public record Entry(String name, Pen pen) {}

  /** Copies the list. */
  public ChartKey {
    entries = List.copyOf(entries);
  }

  /** A key of these lines. */
  public static ChartKey of(Entry... entries) {
    return new ChartKey(List.of(entries));
  }

  /** Height of all rows in {@code width} pixels. */
  public double height(ChartPane pane, double width) {
    return ROW * (1 + place(pane, width, (_, _, _) -> {}));
  }

  /** Draws it, the middle of its first row at {@code y}; entries that do not fit beside the others take another row. */
  public void draw(ChartPane pane, GraphicsContext gc, double y, double width) {
    place(
        pane,
        width,
        (entry, left, row) -> {
          double middle = y + row * ROW;
          entry.pen.take(pane, gc);
          ChartPane.horizontal(gc, left, left + LINE, middle);
          Pen.putDown(gc);
          pane.write(gc, entry.name, left + LINE + BESIDE, middle, ChartPane.text(ChartPane.SMALL), Ink.MUTED, TextAlignment.LEFT);
        });
  }

  private interface Placing {
    void place(Entry entry, double left, int row);
  }

  /** Finds a place for each entry; the number of the last row. */
  private int place(ChartPane pane, double width, Placing placing) {
    double left = 0;
    int row = 0;
    for (Entry entry : entries) {
      double length = LINE + BESIDE + pane.widthOf(entry.name, ChartPane.text(ChartPane.SMALL));
      if (left > 0 && left + length > width) {
        left = 0;
        row++;
      }
      placing.place(entry, left, row);
      left += length + BETWEEN;
    }
    return row;
  }
}
