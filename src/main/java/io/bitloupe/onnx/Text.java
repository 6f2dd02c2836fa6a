package io.bitloupe.onnx;

/** Makes names from a file fit for a sentence: one line, bounded length. */
final class Text {

  private static final int LONGEST = 80;

  private Text() {}

  /** {@code name} in quotation marks, control characters replaced, cut where it is longer than a line. */
  static String quote(String name) {
    String line = name.replaceAll("\\p{Cntrl}", "?");
    return "'" + (line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…") + "'";
  }
}
