package io.bitloupe.cli;

import io.bitloupe.engine.Response;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.report.Figures;
import io.bitloupe.search.MeasuredPoint;
import io.bitloupe.search.SearchListener;

/** Prints what a search measures as soon as it is measured, a line each. */
final class SearchStream implements SearchListener {

  private static final int NAMES = 32;
  private static final int NUMBERS = 9;

  private final ConsoleProgress progress;
  private int layers;
  private int points;

  /** Prints above {@code progress}. */
  SearchStream(ConsoleProgress progress) {
    this.progress = progress;
  }

  private static TextTable alone(String accuracy) {
    return new TextTable().text("alone", NAMES).number("bits", "").number(accuracy, "%", NUMBERS).number("loss", "mnat", NUMBERS);
  }

  private static TextTable together(String accuracy) {
    return new TextTable()
        .number("measured", "", NUMBERS)
        .number("size", "kB", NUMBERS)
        .number(accuracy, "%", NUMBERS)
        .number("divergence", "mnat", NUMBERS)
        .number("sum of losses", "mnat");
  }

  /** Without labels agreement with the float model stands in for accuracy. */
  private static String accuracy(Response response) {
    return response.right().isPresent() ? "top-1" : "agreement";
  }

  @Override
  public void onSensitivity(Cell.Target target, String name, int bits, double loss, Response response) {
    TextTable alone = alone(accuracy(response));
    String above = layers++ == 0 ? alone.head() : "";
    progress.print(
        above + alone.line(name, String.valueOf(bits), Figures.percentNumber(response.headline()), Figures.real(1e3 * loss)));
  }

  @Override
  public void onMeasured(MeasuredPoint point) {
    TextTable together = together(accuracy(point.tuning()));
    String above = points++ == 0 ? System.lineSeparator() + together.head() : "";
    progress.print(
        above
            + together.line(
            String.valueOf(points),
            Figures.decimal(point.weightBytes() * 1e-3, 1),
            Figures.percentNumber(point.tuning().headline()),
            Figures.real(1e3 * point.tuning().divergence()),
            Figures.real(1e3 * point.surrogate())));
  }
}
