package io.bitloupe.ui.chart;

import java.util.List;
import javafx.scene.canvas.GraphicsContext;

/**
 * How a line of a chart is drawn, and the same in its key.
 *
 * @param ink its colour
 * @param width its width in pixels
 * @param dashes pixels drawn and left out in turn; empty for a solid line
 */
public record Pen(Ink ink, double width, List<Double> dashes) {
  private static final double USUAL = 1.5;

  /** Copies the list. */
  public Pen {
    dashes = List.copyOf(dashes);
  }

  /** A solid line. */
  public static Pen solid(Ink ink) {
    return new Pen(ink, USUAL, List.of());
  }

  /** A dashed line. */
  public static Pen dashed(Ink ink) {
    return new Pen(ink, USUAL, List.of(5.0, 3.0));
  }

  /** Draws lines with it from now on. */
  public void take(ChartPane pane, GraphicsContext gc) {
    gc.setStroke(pane.ink(ink));
    gc.setLineWidth(width);
    gc.setLineDashes(dashes.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Draws lines of one pixel without gaps from now on. */
  public static void putDown(GraphicsContext gc) {
    gc.setLineWidth(1);
    gc.setLineDashes();
  }
}
