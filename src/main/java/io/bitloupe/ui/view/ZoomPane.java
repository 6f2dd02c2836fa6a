package io.bitloupe.ui.view;

import javafx.scene.layout.Region;
import javafx.scene.transform.Scale;

/** Draws its content larger than it is: what is laid out in a part of the room fills all of it. */
public final class ZoomPane extends Region {
  private final Region content;
  private final Scale scale = new Scale(1, 1);

  /** Holds {@code content} at its own size. */
  public ZoomPane(Region content) {
    this.content = content;
    content.setManaged(false);
    content.getTransforms().add(scale);
    getChildren().add(content);
  }

  /** Draws everything {@code factor} times as large. */
  public void setFactor(double factor) {
    scale.setX(factor);
    scale.setY(factor);
    requestLayout();
  }

  @Override
  protected void layoutChildren() {
    content.resizeRelocate(0, 0, getWidth() / scale.getX(), getHeight() / scale.getY());
  }
}
