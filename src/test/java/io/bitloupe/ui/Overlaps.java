package io.bitloupe.ui;

import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.ChartText;
import io.bitloupe.ui.graph.GraphCanvas;
import java.util.ArrayList;
import java.util.List;
import javafx.geometry.BoundingBox;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;

/** Finds texts of a window that stand over one another, and those that reach over the edge of their chart. */
final class Overlaps {
  /** Pixels that letters may share: boxes are those of whole lines, letters are rounder. */
  private static final double TOUCHING = 1;

  /** The part of a line that letters take, without the room above and below. */
  private static final double LETTERS = 0.7;

  private record Placed(String text, Bounds box) {}

  private final List<Placed> seen = new ArrayList<>();
  private final List<String> found = new ArrayList<>();

  private Overlaps() {}

  /** Texts of {@code root} that can be seen and that others stand over, and texts that charts cut. */
  static List<String> in(Parent root) {
    Overlaps overlaps = new Overlaps();
    overlaps.collect(root, new BoundingBox(0, 0, root.getScene().getWidth(), root.getScene().getHeight()));
    overlaps.compare();
    return overlaps.found;
  }

  /** Collects in the order in which things are painted: what is opaque hides what was there. */
  private void collect(Node node, Bounds window) {
    if (!node.isVisible() || node.getOpacity() == 0) {
      return;
    }
    Bounds shown = node.getClip() == null ? window : common(window, node.localToScene(node.getClip().getBoundsInParent()));
    if (node instanceof Region region && isOpaque(region)) {
      Bounds over = common(shown, region.localToScene(region.getLayoutBounds()));
      seen.removeIf(text -> text.box().intersects(over) && !over.isEmpty());
    }
    switch (node) {
      case Text text when !text.getText().isBlank() -> add(text.getText(), letters(text, text.getFont()), shown);
      // Its parts follow one another within lines: a box around those of one part would take in others.
      case TextFlow flow when !flow.getChildren().isEmpty() && flow.getChildren().getFirst() instanceof Text first ->
          add(first.getText(), letters(flow, first.getFont()), shown);
      case ChartPane chart -> {
        chart.texts().forEach(text -> add(chart, text, shown));
        chart.getChildrenUnmodifiable().forEach(child -> collect(child, shown));
      }
      case Parent parent -> parent.getChildrenUnmodifiable().forEach(child -> collect(child, shown));
      default -> { }
    }
  }

  private void add(ChartPane chart, ChartText text, Bounds shown) {
    Bounds box = chart.canvasToScene(text.letters());
    Bounds canvas = chart.localToScene(chart.getLayoutBounds());
    if (chart instanceof GraphCanvas) {
      add(text.text(), box, common(shown, canvas));
    } else {
      Bounds inside = common(box, canvas);
      if (box.getWidth() - inside.getWidth() > TOUCHING || box.getHeight() - inside.getHeight() > TOUCHING) {
        found.add("'" + text.text() + "' reaches over the edge of " + chart.getClass().getSimpleName());
      }
      add(text.text(), box, shown);
    }
  }

  private void add(String text, Bounds box, Bounds shown) {
    Bounds visible = common(box, shown);
    if (!visible.isEmpty()) {
      seen.add(new Placed(text, visible));
    }
  }

  private void compare() {
    for (int i = 0; i < seen.size(); i++) {
      for (int j = i + 1; j < seen.size(); j++) {
        Bounds common = common(seen.get(i).box(), seen.get(j).box());
        if (common.getWidth() > TOUCHING && common.getHeight() > TOUCHING) {
          found.add("'" + seen.get(j).text() + "' over '" + seen.get(i).text() + "'");
        }
      }
    }
  }

  private static boolean isOpaque(Region region) {
    return region.getBackground() != null
        && region.getBackground().getFills().stream()
            .map(BackgroundFill::getFill)
            .anyMatch(fill -> fill instanceof Color it && it.isOpaque());
  }

  /** Where the letters of the lines of {@code text} are, in the scene. */
  private static Bounds letters(Node text, Font font) {
    Bounds box = text.getLayoutBounds();
    double above = (1 - LETTERS) / 2 * font.getSize();
    return text.localToScene(new BoundingBox(box.getMinX(), box.getMinY() + above, box.getWidth(), box.getHeight() - 2 * above));
  }

  private static Bounds common(Bounds a, Bounds b) {
    double left = Math.max(a.getMinX(), b.getMinX());
    double top = Math.max(a.getMinY(), b.getMinY());
    double width = Math.min(a.getMaxX(), b.getMaxX()) - left;
    double height = Math.min(a.getMaxY(), b.getMaxY()) - top;
    return new BoundingBox(left, top, width, height);
  }
}
