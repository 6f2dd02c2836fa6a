package io.bitloupe.ui.view;

import javafx.scene.Node;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.Region;

/**
 * Scrolls a page up and down: the page is as wide as there is room, and at least as high. It is drawn sharp at every size: JavaFX keeps
 * what a scroll pane shows as an image, which blurs where it does not begin at a whole pixel.
 */
public final class PageScroll extends ScrollPane {
  /** No page yet. */
  public PageScroll() {
    getStyleClass().add("plain-scroll");
    setFitToWidth(true);
    setHbarPolicy(ScrollBarPolicy.NEVER);
    setFocusTraversable(false);
    // Not fitToHeight: that asks for the least height of a page without saying how wide it is.
    contentProperty().subscribe(
        content -> {
          if (content instanceof Region page) {
            page.minHeightProperty().bind(heightProperty());
          }
        });
    skinProperty().subscribe(
        _ -> {
          Node viewport = lookup(".viewport");
          if (viewport != null) {
            viewport.setCache(false);
          }
        });
  }
}
