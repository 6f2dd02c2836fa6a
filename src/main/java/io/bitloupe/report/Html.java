package io.bitloupe.report;

import java.util.Locale;

/** Text inside HTML and SVG. */
final class Html {

  private Html() {}

  /** {@code text} so that it shows as it is, in an element as in a quoted attribute. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                  if (Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                    escaped.append('\ufffd');
                  } else {
                    escaped.appendCodePoint(c);
                  }
                }
              }
            });
    return escaped.toString();
  }

  /** A pixel position with one decimal. */
  static String px(double position) {
    return String.format(Locale.ROOT, "%.1f", position);
  }
}
