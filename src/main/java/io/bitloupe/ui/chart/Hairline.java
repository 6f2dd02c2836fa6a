package io.bitloupe.ui.chart;

/**
 * Where a straight line along an axis covers whole pixels of the screen, so that it is as strong everywhere, also where a pixel of the
 * chart is one and a quarter of the screen's.
 *
 * @param middle where it is, in pixels of the chart
 * @param width its width in pixels of the chart
 */
record Hairline(double middle, double width) {
  /** The line nearest to one of {@code width} at {@code at}, where a pixel of the chart is {@code density} of the screen's. */
  static Hairline near(double at, double width, double density) {
    long pixels = Math.max(1, Math.round(width * density));
    double first = Math.floor(at * density - (pixels - 1) / 2.0);
    return new Hairline((first + pixels / 2.0) / density, pixels / density);
  }
}
