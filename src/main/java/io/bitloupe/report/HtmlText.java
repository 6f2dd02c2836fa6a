package io.bitloupe.report;

/** A piece of HTML in the making. */
final class HtmlText {

  private final StringBuilder text = new StringBuilder();

  /** Adds a line; without arguments {@code format} is taken as it is. Arguments are not escaped. */
  void line(String format, Object... arguments) {
    text.append(arguments.length == 0 ? format : format.formatted(arguments)).append('\n');
  }

  /** Adds HTML as it is. */
  void append(String html) {
    text.append(html);
  }

  /** Adds a table's cell with words. */
  void cell(String words) {
    text.append("<td>").append(Html.escape(words)).append("</td>");
  }

  /** Adds a table's cell with a number. */
  void number(String number) {
    text.append("<td class=\"n\">").append(Html.escape(number)).append("</td>");
  }

  /** Adds the head of a numeric column; {@code unit} may be empty. */
  void numberHead(String name, String unit) {
    line("<th class=\"n\">%s%s</th>", Html.escape(name), unit.isEmpty() ? "" : "<small>" + Html.escape(unit) + "</small>");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
