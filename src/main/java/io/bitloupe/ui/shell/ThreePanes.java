package io.bitloupe.ui.shell;

import io.bitloupe.ui.i18n.Messages;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;

/**
 * Three panes side by side with thin dividers. The outer ones keep their widths when the window grows, the centre takes the rest;
 * either outer one can be left out. Dividers move by mouse and, when focused, by arrow keys.
 */
final class ThreePanes extends Pane {
  private static final double LINE = 1;
  private static final double GRIP = 7;
  private static final double LEAST_SIDE = 220;
  private static final double LEAST_CENTRE = 380;
  private static final double KEY_STEP = 16;

  private final Region left;
  private final Region centre;
  private final Region right;
  private final Divider leftDivider;
  private final Divider rightDivider;
  private double leftWidth;
  private double rightWidth;
  private boolean showsLeft = true;
  private boolean showsRight = true;

  ThreePanes(Region left, Region centre, Region right) {
    this.left = left;
    this.centre = centre;
    this.right = right;
    leftDivider = new Divider(() -> leftWidth, width -> leftWidth = width, 1);
    rightDivider = new Divider(() -> rightWidth, width -> rightWidth = width, -1);
    leftDivider.setAccessibleText(Messages.get("panes.leftDivider"));
    rightDivider.setAccessibleText(Messages.get("panes.rightDivider"));
    getStyleClass().add("three-panes");
    getChildren().addAll(left, centre, right, leftDivider, rightDivider);
  }

  /** Which of the outer panes are there. */
  void show(boolean leftShown, boolean rightShown) {
    showsLeft = leftShown;
    showsRight = rightShown;
    left.setVisible(leftShown);
    leftDivider.setVisible(leftShown);
    right.setVisible(rightShown);
    rightDivider.setVisible(rightShown);
    requestLayout();
  }

  void setWidths(double ofLeft, double ofRight) {
    leftWidth = ofLeft;
    rightWidth = ofRight;
    requestLayout();
  }

  @Override
  protected void layoutChildren() {
    double width = getWidth();
    double height = getHeight();
    double lefts = showsLeft ? Math.clamp(leftWidth, LEAST_SIDE, Math.max(LEAST_SIDE, width * 0.6)) : 0;
    double rights = showsRight ? Math.clamp(rightWidth, LEAST_SIDE, Math.max(LEAST_SIDE, width * 0.6)) : 0;
    double lines = (showsLeft ? LINE : 0) + (showsRight ? LINE : 0);
    double missing = Math.max(0, LEAST_CENTRE - (width - lefts - rights - lines));
    double fromRight = showsRight ? Math.min(missing, Math.max(0, rights - LEAST_SIDE)) : 0;
    rights -= fromRight;
    lefts -= showsLeft ? Math.min(missing - fromRight, Math.max(0, lefts - LEAST_SIDE)) : 0;
    double start = showsLeft ? lefts + LINE : 0;
    double end = width - (showsRight ? rights + LINE : 0);
    if (showsLeft) {
      left.resizeRelocate(0, 0, lefts, height);
      leftDivider.resizeRelocate(lefts - (GRIP - LINE) / 2, 0, GRIP, height);
    }
    centre.resizeRelocate(start, 0, Math.max(0, end - start), height);
    if (showsRight) {
      right.resizeRelocate(end + LINE, 0, rights, height);
      rightDivider.resizeRelocate(end - (GRIP - LINE) / 2, 0, GRIP, height);
    }
  }

  /** A line with an invisible grip around it. */
  private final class Divider extends Region {
    private double pressedAt;
    private double pressedWidth;

    Divider(DoubleSupplier width, DoubleConsumer onWidth, int sign) {
      getStyleClass().add("pane-divider");
      setCursor(Cursor.H_RESIZE);
      setFocusTraversable(true);
      setAccessibleRole(AccessibleRole.SLIDER);
      setOnMousePressed(
          event -> {
            pressedAt = event.getSceneX();
            pressedWidth = width.getAsDouble();
          });
      setOnMouseDragged(
          event -> {
            onWidth.accept(Math.max(LEAST_SIDE, pressedWidth + sign * (event.getSceneX() - pressedAt)));
            ThreePanes.this.requestLayout();
          });
      setOnKeyPressed(
          event -> {
            int direction = event.getCode() == KeyCode.RIGHT ? 1 : event.getCode() == KeyCode.LEFT ? -1 : 0;
            if (direction != 0) {
              onWidth.accept(Math.max(LEAST_SIDE, width.getAsDouble() + sign * direction * KEY_STEP));
              ThreePanes.this.requestLayout();
              event.consume();
            }
          });
    }
  }
}
