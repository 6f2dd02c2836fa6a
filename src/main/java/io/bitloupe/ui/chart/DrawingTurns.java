package io.bitloupe.ui.chart;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javafx.application.Platform;
import javafx.scene.Scene;

/**
 * The charts of a scene that want to be drawn again, in the order in which they asked. Each pulse draws some of them, after its layout:
 * a step of the work changes all charts at once, and a pulse that draws and paints all of them is one that can be seen.
 */
final class DrawingTurns {
  /** Pixels that one pulse draws, or one chart where that is larger: about a quarter of a window of 1280 x 800. */
  private static final double PIXELS = 250_000;

  private final Set<ChartPane> waiting = new LinkedHashSet<>();

  private DrawingTurns(Scene scene) {
    scene.addPostLayoutPulseListener(this::draw);
  }

  /** Those of {@code scene}. */
  static DrawingTurns of(Scene scene) {
    return (DrawingTurns) scene.getProperties().computeIfAbsent(DrawingTurns.class, _ -> new DrawingTurns(scene));
  }

  /** Draws {@code chart} in the next pulse that has room for it, once it can be seen. */
  void ask(ChartPane chart) {
    waiting.add(chart);
    Platform.requestNextPulse();
  }

  /** Forgets {@code chart}. */
  void leave(ChartPane chart) {
    waiting.remove(chart);
  }

  private void draw() {
    List<ChartPane> seen = waiting.stream().filter(ChartPane::canBeSeen).toList();
    List<ChartPane> drawn = new ArrayList<>();
    double pixels = 0;
    for (ChartPane chart : seen) {
      pixels += chart.getWidth() * chart.getHeight();
      if (!drawn.isEmpty() && pixels > PIXELS) {
        Platform.requestNextPulse();
        break;
      }
      drawn.add(chart);
    }
    drawn.forEach(waiting::remove);
    drawn.forEach(ChartPane::drawNow);
  }
}
