package io.bitloupe.ui.shell;

import java.util.List;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Skin;
import javafx.scene.control.TabPane;
import javafx.scene.shape.Rectangle;
import org.jspecify.annotations.Nullable;

/**
 * Shows only tabs that fit into the strip of a tab pane as a whole. JavaFX cuts the first one that does not; its menu at the end of the
 * strip has all of them.
 */
final class WholeTabs {
  /** A tab counts as whole when less than this is missing: positions are snapped to pixels, widths are not. */
  private static final double SLACK = 1;

  private final Parent strip;
  private final Rectangle shown;

  private WholeTabs(Parent strip, Rectangle shown) {
    this.strip = strip;
    this.shown = shown;
    shown.widthProperty().subscribe(_ -> update());
    for (Node tab : strip.getChildrenUnmodifiable()) {
      tab.boundsInParentProperty().subscribe(_ -> update());
    }
  }

  /** Keeps the tabs of {@code pane}, which has all of them before its first layout, whole. */
  static void keep(TabPane pane) {
    pane.skinProperty().subscribe(skin -> watch(pane, skin));
  }

  private static void watch(TabPane pane, @Nullable Skin<?> skin) {
    if (skin != null && pane.lookup(".headers-region") instanceof Parent strip && strip.getClip() instanceof Rectangle shown) {
      new WholeTabs(strip, shown);
    }
  }

  private void update() {
    List<Node> tabs = strip.getChildrenUnmodifiable();
    double end = shown.getX() + shown.getWidth() + SLACK;
    for (Node tab : tabs) {
      double left = tab.getBoundsInParent().getMinX();
      boolean whole = left >= shown.getX() - SLACK && left + tab.getLayoutBounds().getWidth() <= end;
      // Not invisible: the strip would count it out of its width, and leave more of the others out.
      tab.setOpacity(whole ? 1 : 0);
      tab.setMouseTransparent(!whole);
    }
  }
}
