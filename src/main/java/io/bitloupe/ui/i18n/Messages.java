package io.bitloupe.ui.i18n;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** Texts of the window, by key. */
public final class Messages {
  private static final ResourceBundle BUNDLE = ResourceBundle.getBundle("io.bitloupe.ui.i18n.messages", Locale.ENGLISH);

  private Messages() {}

  /**
   * The text of {@code key}, its {@code {0}, {1}} ... replaced; integers are written as {@link Figures#count} does, other
   * numbers are given as text already.
   */
  public static String get(String key, Object... arguments) {
    String pattern = BUNDLE.getString(key);
    if (arguments.length == 0) {
      return pattern;
    }
    Object[] shown = arguments.clone();
    for (int i = 0; i < shown.length; i++) {
      boolean chosenBy = pattern.contains("{" + i + ",");
      if (!chosenBy && (shown[i] instanceof Integer || shown[i] instanceof Long)) {
        shown[i] = Figures.count(((Number) shown[i]).longValue());
      }
    }
    return new MessageFormat(pattern, Locale.ENGLISH).format(shown);
  }

  /** The bundle, for FXML. */
  public static ResourceBundle bundle() {
    return BUNDLE;
  }
}
