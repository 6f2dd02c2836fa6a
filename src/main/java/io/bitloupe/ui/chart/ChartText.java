package io.bitloupe.ui.chart;

import javafx.geometry.BoundingBox;
import javafx.geometry.Bounds;
import javafx.scene.text.Font;
import javafx.scene.text.Text;
import javafx.scene.text.TextAlignment;
import javafx.scene.transform.Transform;

/**
 * A text that is written on a chart.
 *
 * @param text what it says
 * @param font its font
 * @param alignment which part of it is at {@code x}
 * @param x pixels, before {@code place}
 * @param y its vertical middle in pixels, before {@code place}
 * @param place from there to pixels of the chart's canvas
 */
public record ChartText(String text, Font font, TextAlignment alignment, double x, double y, Transform place) {
  /** A line is as high as its font is large, and this much of that are letters without strokes above or below the others. */
  private static final double LETTERS = 0.7;

  /** Where its letters are, in pixels of the chart's canvas. */
  public Bounds letters() {
    Text measured = new Text(text);
    measured.setFont(font);
    double width = measured.getLayoutBounds().getWidth();
    double height = LETTERS * font.getSize();
    double left =
        switch (alignment) {
          case RIGHT -> x - width;
          case CENTER -> x - width / 2;
          case LEFT, JUSTIFY -> x;
        };
    return place.transform(new BoundingBox(left, y - height / 2, width, height));
  }
}
