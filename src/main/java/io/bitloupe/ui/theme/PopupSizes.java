package io.bitloupe.ui.theme;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** Style sheets that make menus, lists and tooltips as large as the window they belong to: they are windows of their own. */
final class PopupSizes {
  private static final String SHEET =
      """
      .tooltip { -fx-font-size: %1$.2fpx; }
      .context-menu { -fx-font-size: %2$.2fpx; }
      .combo-box-popup > .list-view > .virtual-flow > .clipped-container > .sheet > .list-cell { -fx-font-size: %2$.2fpx; }
      """;
  private static final double TOOLTIP = 11;
  private static final double MENU = 12;

  private PopupSizes() {}

  /** Address of the sheet that makes text {@code factor} times as large. */
  static String sheet(double factor) {
    String text = String.format(Locale.ROOT, SHEET, factor * TOOLTIP, factor * MENU);
    return "data:text/css;base64," + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
