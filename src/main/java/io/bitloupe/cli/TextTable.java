package io.bitloupe.cli;

import java.util.ArrayList;
import java.util.List;

/** A table in plain text: columns as wide as their widest cell, numbers to the right, the unit under a column's name. */
final class TextTable {

  /** Where cells stand in their column. */
  enum Align {
    LEFT,
    RIGHT
  }

  private record Column(String name, String unit, Align align) {}

  private static final String GAP = "  ";

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column of text. */
  TextTable text(String name) {
    columns.add(new Column(name, "", Align.LEFT));
    return this;
  }

  /** Adds a column of numbers; {@code unit} may be empty. */
  TextTable number(String name, String unit) {
    columns.add(new Column(name, unit, Align.RIGHT));
    return this;
  }

  /** Adds a row with a cell for each column. */
  TextTable row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  /** Adds a row with a cell for each column. */
  TextTable row(List<String> cells) {
    return row(cells.toArray(String[]::new));
  }

  /** The table, each line ended by a line break. */
  String render() {
    StringBuilder text = new StringBuilder();
    line(text, columns.stream().map(Column::name).toList());
    if (columns.stream().anyMatch(column -> !column.unit().isEmpty())) {
      line(text, columns.stream().map(Column::unit).toList());
    }
    int width = 0;
    for (int i = 0; i < columns.size(); i++) {
      width += width(i) + (i == 0 ? 0 : GAP.length());
    }
    text.append("-".repeat(width)).append('\n');
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String blanks = " ".repeat(width(i) - length(cells.get(i)));
      line.append(i == 0 ? "" : GAP);
      line.append(columns.get(i).align() == Align.LEFT ? cells.get(i) + blanks : blanks + cells.get(i));
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private int width(int column) {
    int width = Math.max(length(columns.get(column).name()), length(columns.get(column).unit()));
    for (List<String> row : rows) {
      width = Math.max(width, length(row.get(column)));
    }
    return width;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
