package io.bitloupe.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Labeled;
import javafx.scene.control.TabPane;
import javafx.scene.control.Tooltip;
import javafx.scene.text.Text;

/** Finds texts of a window that are cut short and that nothing else says in full, and tabs that are cut. */
final class Elided {
  private static final String INSTALLED = "javafx.scene.control.Tooltip";

  private Elided() {}

  /** Texts of {@code root} that end in dots and have no tooltip, neither themselves nor around them. */
  static List<String> in(Parent root) {
    List<String> found = new ArrayList<>();
    collect(root, found);
    return found;
  }

  private static void collect(Node node, List<String> found) {
    if (!node.isVisible()) {
      return;
    }
    if (node instanceof Labeled labeled) {
      text(labeled).filter(Elided::isCutBelow).ifPresent(text -> found.add(text.getText() + " cut below"));
    }
    if (isExplained(node)) {
      return;
    }
    if (node instanceof Labeled labeled && labeled.getText() != null && !labeled.isWrapText() && labeled.getWidth() > 0) {
      shown(labeled)
          .filter(text -> text.contains("...") && !labeled.getText().contains("..."))
          .ifPresent(text -> found.add(labeled.getText() + " shown as " + text));
    }
    if (node instanceof TabPane pane) {
      cutTabs(pane).forEach(tab -> found.add("tab " + tab));
    }
    if (node instanceof Parent parent) {
      parent.getChildrenUnmodifiable().forEach(child -> collect(child, found));
    }
  }

  /** Tabs that can be seen and reach over the end of their strip. */
  private static List<String> cutTabs(TabPane pane) {
    Parent strip = (Parent) pane.lookup(".headers-region");
    double end = strip.getClip().getBoundsInParent().getMaxX() + 1;
    return strip.getChildrenUnmodifiable().stream()
        .filter(tab -> tab.isVisible() && tab.getOpacity() > 0)
        .filter(tab -> tab.getBoundsInParent().getMinX() < -1 || tab.getBoundsInParent().getMaxX() > end)
        .map(tab -> tab.lookup(".tab-label") instanceof Labeled label ? label.getText() : tab.toString())
        .toList();
  }

  private static boolean isExplained(Node node) {
    return node.getProperties().get(INSTALLED) instanceof Tooltip;
  }

  /** Whether a text of several lines is higher than the part of it that its label lets be seen. */
  private static boolean isCutBelow(Text text) {
    return !text.getText().isBlank() && text.getClip() != null
        && text.getClip().getLayoutBounds().getHeight() + 1 < text.getLayoutBounds().getHeight();
  }

  private static Optional<String> shown(Labeled labeled) {
    return text(labeled).map(Text::getText);
  }

  private static Optional<Text> text(Labeled labeled) {
    return labeled.getChildrenUnmodifiable().stream().filter(Text.class::isInstance).map(Text.class::cast).findFirst();
  }
}
