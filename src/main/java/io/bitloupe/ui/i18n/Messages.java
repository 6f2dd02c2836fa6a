package io.bitloupe.ui.i18n;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** Texts of the window, by key. */
public final class Messages {
  private static final ResourceBundle BUNDLE = ResourceBundle.getBundle("io.bitloupe.ui.i18n.messages", Locale.ENGLISH);

  private Messages() {}

  /** The text of {@code key}, its {@code {0}, {1}} ... replaced; numbers are given as text already (see {@link Figures}). */
  public static String get(String key, Object... arguments) {
    String pattern = BUNDLE.getString(key);
    return arguments.length == 0 ? pattern : new MessageFormat(pattern, Locale.ENGLISH).format(arguments);
  }

  /** The bundle, for FXML. */
  public static ResourceBundle bundle() {
    return BUNDLE;
  }
}
