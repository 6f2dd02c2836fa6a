package io.bitloupe.ui.layers;

import io.bitloupe.ui.chart.Ink;
import javafx.css.PseudoClass;
import javafx.scene.layout.Region;

/** A small horizontal bar beside a number; hollow while the number is not up to date. */
final class BarGraphic extends Region {
  /** Width beside figures of a few digits. */
  static final double USUAL = 26;

  /** Width beside longer ones. */
  static final double SHORT = 16;

  private static final PseudoClass HOLLOW = PseudoClass.getPseudoClass("hollow");
  private static final double HEIGHT = 8;

  private final Region filled = new Region();
  private double share;

  BarGraphic(double width) {
    getStyleClass().add("bar-track");
    filled.getStyleClass().add("bar-fill");
    filled.setManaged(false);
    getChildren().add(filled);
    setMinSize(width, HEIGHT);
    setPrefSize(width, HEIGHT);
    setMaxSize(width, HEIGHT);
  }

  void show(double share, boolean hollow) {
    filled.pseudoClassStateChanged(HOLLOW, hollow);
    if (share != this.share) {
      this.share = share;
      requestLayout();
    }
  }

  /** Colours it by what it stands for. */
  void color(Ink ink) {
    filled.getStyleClass().setAll("bar-fill", ink.styleClass());
  }

  @Override
  protected void layoutChildren() {
    filled.resizeRelocate(0, 0, Math.rint(share * getWidth()), getHeight());
  }
}
