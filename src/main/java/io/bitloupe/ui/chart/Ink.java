package io.bitloupe.ui.chart;

import java.util.Locale;

/** The colours that charts draw with, by role. Their values come from the style sheet, as {@code -bl-} and the role's name. */
public enum Ink {
  BG,
  SUBTLE,
  INSET,
  BORDER,
  LINE,
  GRID,
  FG,
  MUTED,
  FAINT,
  ACCENT,
  SELECTION,
  BAR,
  CLIP,
  CLIP_TEXT,
  ROUND,
  STALE,
  HEAT_0,
  HEAT_1,
  HEAT_2,
  HEAT_3,
  HEAT_4,
  HEAT_5,
  HEAT_6,
  GAIN;

  /** The heat of {@code level}, 0 harmless to 6 harmful. */
  public static Ink heat(int level) {
    return values()[HEAT_0.ordinal() + Math.clamp(level, 0, 6)];
  }

  /** The class that gives a node of the scene graph this colour: {@code heat-3}, {@code gain}. */
  public String styleClass() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The CSS property that sets it on a {@link ChartPane}. */
  String property() {
    return "-chart-" + styleClass();
  }
}
