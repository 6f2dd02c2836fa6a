package io.bitloupe.ui.arithmetic;

import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;

/** A formula in one line of text: {@code _x} lowers a letter, {@code ^[31]} raises what stands in brackets. */
final class Formula extends TextFlow {
  private static final double SMALL = 0.72;
  private static final double DROP = 0.18;
  private static final double LIFT = -0.38;

  Formula() {
    getStyleClass().add("formula");
  }

  void show(String source, double fontSize) {
    getChildren().clear();
    StringBuilder plain = new StringBuilder();
    int i = 0;
    while (i < source.length()) {
      char c = source.charAt(i);
      if (c == '_' && i + 1 < source.length()) {
        flush(plain, fontSize);
        add(source.substring(i + 1, i + 2), fontSize * SMALL, fontSize * DROP);
        i += 2;
      } else if (c == '^' && i + 1 < source.length() && source.charAt(i + 1) == '[') {
        flush(plain, fontSize);
        int end = source.indexOf(']', i);
        add(source.substring(i + 2, end), fontSize * SMALL, fontSize * LIFT);
        i = end + 1;
      } else {
        plain.append(c);
        i++;
      }
    }
    flush(plain, fontSize);
  }

  /** The formula as it is read out. */
  static String plain(String source) {
    return source.replace("_", "").replaceAll("\\^\\[([^]]*)]", "^$1");
  }

  private void flush(StringBuilder plain, double fontSize) {
    if (!plain.isEmpty()) {
      add(plain.toString(), fontSize, 0);
      plain.setLength(0);
    }
  }

  private void add(String text, double fontSize, double offset) {
    Text part = new Text(text);
    part.getStyleClass().add("formula-text");
    part.setStyle("-fx-font-size: " + fontSize + "px;");
    part.setTranslateY(offset);
    getChildren().add(part);
  }
}
