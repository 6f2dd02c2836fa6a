package io.bitloupe.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A table in plain text: columns as wide as their widest cell, numbers to the right, the unit under a column's name. Rows that are
 * not known together are printed one by one: {@link #head}, then a {@link #line} for each, in columns as wide as was asked for.
 */
final class TextTable {

  /** Where cells stand in their column. */
  enum Align {
    LEFT,
    RIGHT
  }

  private record Column(String name, String unit, Align align, int least) {}

  private static final String GAP = "  ";

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column of text. */
  TextTable text(String name) {
    return text(name, 0);
  }

  /** Adds a column of text that is at least {@code least} characters wide. */
  TextTable text(String name, int least) {
    columns.add(new Column(name, "", Align.LEFT, least));
    return this;
  }

  /** Adds a column of numbers; {@code unit} may be empty. */
  TextTable number(String name, String unit) {
    return number(name, unit, 0);
  }

  /** Adds a column of numbers that is at least {@code least} characters wide. */
  TextTable number(String name, String unit, int least) {
    columns.add(new Column(name, unit, Align.RIGHT, least));
    return this;
  }

  /** Adds a row with a cell for each column. */
  TextTable row(String... cells) {
    rows.add(checked(cells));
    return this;
  }

  private List<String> checked(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
    }
    return List.of(cells);
  }

  /** Adds a row with a cell for each column. */
  TextTable row(List<String> cells) {
    return row(cells.toArray(String[]::new));
  }

  /** The table, each line ended by a line break. */
  String render() {
    StringBuilder text = new StringBuilder(head());
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  /** A row by itself, ended by a line break. */
  String line(String... cells) {
    StringBuilder text = new StringBuilder();
    line(text, checked(cells));
    return text.toString();
  }

  /** What stands above the rows, each line ended by a line break. */
  String head() {
    StringBuilder text = new StringBuilder();
    line(text, columns.stream().map(Column::name).toList());
    if (columns.stream().anyMatch(column -> !column.unit().isEmpty())) {
      line(text, columns.stream().map(Column::unit).toList());
    }
    int width = 0;
    for (int i = 0; i < columns.size(); i++) {
      width += width(i) + (i == 0 ? 0 : GAP.length());
    }
    return text.append("-".repeat(width)).append('\n').toString();
  }

  private void line(StringBuilder text, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String blanks = " ".repeat(Math.max(0, width(i) - length(cells.get(i))));
      line.append(i == 0 ? "" : GAP);
      line.append(columns.get(i).align() == Align.LEFT ? cells.get(i) + blanks : blanks + cells.get(i));
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private int width(int column) {
    Column head = columns.get(column);
    int width = Math.max(head.least(), Math.max(length(head.name()), length(head.unit())));
    for (List<String> row : rows) {
      width = Math.max(width, length(row.get(column)));
    }
    return width;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
