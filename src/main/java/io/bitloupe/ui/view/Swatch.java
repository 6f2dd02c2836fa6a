package io.bitloupe.ui.view;

import javafx.scene.control.Label;
import javafx.scene.layout.Region;

/** Entries of the legends of heat: a patch of a colour and what it stands for. */
public final class Swatch {
  private Swatch() {}

  /** A patch with the colour of {@code style}, a class of the style sheet, and {@code meaning} behind it. */
  public static Label of(String style, String meaning) {
    Region patch = new Region();
    patch.getStyleClass().addAll("heat-swatch", style);
    Label label = new Label(meaning, patch);
    label.getStyleClass().add("secondary");
    return label;
  }
}
