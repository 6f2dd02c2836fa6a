package io.bitloupe.ui.view;

import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.Node;

/** Nodes that take no room while they are not shown. */
public final class Hidden {
  private Hidden() {}

  /** Shows or hides {@code node}. */
  public static void show(Node node, boolean shown) {
    node.setVisible(shown);
    node.setManaged(shown);
  }

  /** Shows {@code node} while {@code shown} holds. */
  public static void bind(Node node, ObservableBooleanValue shown) {
    node.visibleProperty().bind(shown);
    node.managedProperty().bind(shown);
  }
}
