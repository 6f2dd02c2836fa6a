package io.bitloupe.cli;

import io.bitloupe.data.Dataset;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.engine.sensitivity.SensitivityListener;
import io.bitloupe.engine.sensitivity.SensitivityPlan;
import io.bitloupe.engine.sensitivity.SensitivityRow;
import io.bitloupe.report.Figures;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Prints a table of sensitivities row by row, each as soon as it and all rows above are measured. */
final class SensitivityStream implements SensitivityListener {

  private static final int NUMBERS = 7;

  private final ConsoleProgress progress;
  private final String model;
  private final Dataset samples;
  private final List<Integer> widths;
  private final Deque<Row> waiting = new ArrayDeque<>();
  private final Map<Cell, Response> measured = new IdentityHashMap<>();
  private double baseHeadline;

  /** A row that is not printed yet: the entries of one tensor, with the table that it is in, and what stands above it. */
  private record Row(TextTable table, String above, List<Cell> cells) {}

  /** Prints the entries of {@code plan} above {@code progress}. */
  SensitivityStream(ConsoleProgress progress, String model, Dataset samples, List<Integer> widths, SensitivityPlan plan) {
    this.progress = progress;
    this.model = model;
    this.samples = samples;
    this.widths = widths;
    for (Cell.Direction direction : Cell.Direction.values()) {
      for (Cell.Target target : Cell.Target.values()) {
        addRows(plan, target, direction);
      }
    }
  }

  private void addRows(SensitivityPlan plan, Cell.Target target, Cell.Direction direction) {
    List<Cell> cells = plan.cells().stream().filter(cell -> cell.target() == target && cell.direction() == direction).toList();
    int names = cells.stream().mapToInt(cell -> cell.name().length()).max().orElse(0);
    TextTable table =
        new TextTable().text(name(target) + (direction == Cell.Direction.ONLY_THIS ? ", one at a time" : ", all but one"), names);
    widths.forEach(width -> table.number(width + " bits", "points", NUMBERS).number("", "mnat", NUMBERS));
    List<String> tensors = cells.stream().map(Cell::tensor).distinct().toList();
    String above = System.lineSeparator() + table.head();
    for (String tensor : tensors) {
      waiting.add(new Row(table, above, cells.stream().filter(cell -> cell.tensor().equals(tensor)).toList()));
      above = "";
    }
  }

  /** What people call a kind of tensors. */
  static String name(Cell.Target target) {
    return target == Cell.Target.WEIGHT ? "weights" : "activations";
  }

  @Override
  public void onBase(Response reference, Response base) {
    baseHeadline = base.headline();
    progress.print(
        ("%s on %d samples of the tuning part of %s: float %s, base %s%n"
                + "points of difference to the base, and the divergence from float in 1/1000 nats%n")
            .formatted(
                model, samples.size(), samples.name(), Figures.percent(reference.headline()), Figures.percent(base.headline())));
  }

  @Override
  public void onRow(SensitivityRow row) {
    row.measured().ifPresent(response -> measured.put(row.cell(), response));
    while (!waiting.isEmpty() && measured.keySet().containsAll(waiting.getFirst().cells())) {
      Row complete = waiting.removeFirst();
      progress.print(complete.above() + complete.table().line(figures(complete.cells())));
    }
  }

  private String[] figures(List<Cell> cells) {
    String[] line = new String[1 + 2 * widths.size()];
    Arrays.fill(line, Figures.NONE);
    for (Cell cell : cells) {
      Response response = measured.get(cell);
      int column = 1 + 2 * widths.indexOf(cell.bits());
      line[0] = cell.name();
      if (response != null) {
        line[column] = Figures.points(response.headline() - baseHeadline);
        line[column + 1] = Figures.real(1e3 * response.divergence());
      }
    }
    return line;
  }
}
