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
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;

/** Finds texts of a window that stand over one another, and those that reach over the edge of their chart. */
final class Overlaps {
  /** Pixels that letters may share: boxes are those of whole lines, letters are rounder. */
  private static final double TOUCHING = 1;

  /** The part of a line that letters take, without the room above and below. */
  private static final double LETTERS = 0.7;

  /** What is written somewhere; texts of one group lay themselves out around one another. */
  private record Placed(String text, Bounds box, Object group) {}

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
    if (node instanceof Text text && !text.getText().isBlank()) {
      add(text.getText(), lines(text), shown, text.getParent() instanceof TextFlow flow ? flow : text);
    } else if (node instanceof ChartPane chart) {
      chart.texts().forEach(text -> add(chart, text, shown));
    }
    if (node instanceof Parent parent) {
      parent.getChildrenUnmodifiable().forEach(child -> collect(child, shown));
    }
  }

  private void add(ChartPane chart, ChartText text, Bounds shown) {
    Bounds box = chart.canvasToScene(text.letters());
    Bounds canvas = chart.localToScene(chart.getLayoutBounds());
    if (chart instanceof GraphCanvas) {
      add(text.text(), box, common(shown, canvas), text);
    } else {
      if (!canvas.contains(box)) {
        found.add("'" + text.text() + "' reaches over the edge of " + chart.getAccessibleText());
      }
      add(text.text(), box, shown, text);
    }
  }

  private void add(String text, Bounds box, Bounds shown, Object group) {
    Bounds visible = common(box, shown);
    if (!visible.isEmpty()) {
      seen.add(new Placed(text, visible, group));
    }
  }

  private void compare() {
    for (int i = 0; i < seen.size(); i++) {
      for (int j = i + 1; j < seen.size(); j++) {
        Bounds common = common(seen.get(i).box(), seen.get(j).box());
        boolean laidOut = seen.get(i).group() == seen.get(j).group();
        if (!laidOut && common.getWidth() > TOUCHING && common.getHeight() > TOUCHING) {
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

  /** Where the letters of its lines are, in the scene. */
  private static Bounds lines(Text text) {
    Bounds box = text.getLayoutBounds();
    double above = (1 - LETTERS) / 2 * text.getFont().getSize();
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
