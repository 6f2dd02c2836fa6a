package io.bitloupe.ui.view;

import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;

/** Text with formulas in it: {@code _x} lowers a letter, {@code ^[31]} raises what stands in brackets. */
public final class Formula extends TextFlow {
  private static final double SMALL = 0.72;
  private static final double DROP = 0.18;
  private static final double LIFT = -0.38;

  /** Nothing yet. */
  public Formula() {
    getStyleClass().add("formula");
  }

  /** Shows {@code source}, in the font size of what it stands in. */
  public void show(String source) {
    getChildren().clear();
    StringBuilder plain = new StringBuilder();
    int i = 0;
    while (i < source.length()) {
      char c = source.charAt(i);
      if (c == '_' && i + 1 < source.length()) {
        flush(plain);
        add(source.substring(i + 1, i + 2), DROP);
        i += 2;
      } else if (c == '^' && i + 1 < source.length() && source.charAt(i + 1) == '[') {
        flush(plain);
        int end = source.indexOf(']', i);
        add(source.substring(i + 2, end), LIFT);
        i = end + 1;
      } else {
        plain.append(c);
        i++;
      }
    }
    flush(plain);
  }

  /** The formula as it is read out. */
  public static String plain(String source) {
    return source.replace("_", "").replaceAll("\\^\\[([^]]*)]", "^$1");
  }

  private void flush(StringBuilder plain) {
    if (!plain.isEmpty()) {
      add(plain.toString(), 0);
      plain.setLength(0);
    }
  }

  /** Adds a part that is moved down by {@code offset} font sizes; what is moved is small. */
  private void add(String text, double offset) {
    Text part = new Text(text);
    part.getStyleClass().add("formula-text");
    if (offset != 0) {
      part.setStyle("-fx-font-size: " + SMALL + "em;");
      part.translateYProperty().bind(part.fontProperty().map(font -> font.getSize() / SMALL * offset));
    }
    getChildren().add(part);
  }
}
