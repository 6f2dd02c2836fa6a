package io.bitloupe.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Labeled;
import javafx.scene.control.Tooltip;
import javafx.scene.text.Text;

/** Finds texts of a window that are cut short and that nothing else says in full. */
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
    if (!node.isVisible() || isExplained(node)) {
      return;
    }
    if (node instanceof Labeled labeled && labeled.getText() != null && !labeled.isWrapText() && labeled.getWidth() > 0) {
      shown(labeled)
          .filter(text -> text.contains("...") && !labeled.getText().contains("..."))
          .ifPresent(text -> found.add(labeled.getText() + " shown as " + text));
    }
    if (node instanceof Parent parent) {
      parent.getChildrenUnmodifiable().forEach(child -> collect(child, found));
    }
  }

  private static boolean isExplained(Node node) {
    return node.getProperties().get(INSTALLED) instanceof Tooltip;
  }

  private static Optional<String> shown(Labeled labeled) {
    return labeled.getChildrenUnmodifiable().stream()
        .filter(Text.class::isInstance)
        .map(child -> ((Text) child).getText())
        .findFirst();
  }
}
