package io.bitloupe.ui.graph;

import io.bitloupe.model.Layer;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Messages;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/** How operators, blocks and edges look, in units of the drawing; only what can be seen is drawn. */
abstract class GraphDrawing extends ChartPane {
  /** From this zoom on, texts are drawn. */
  static final double READABLE = 0.45;
  private static final double PALE = 0.4;

  private static final double FRAME = 12;
  /** How far the ring around a vertex that is chosen reaches beyond it. */
  private static final double RING = 6;
  private static final double[] DASHES = {4, 3};
  private static final double[] SOLID = {};

  /** What is drawn. */
  final GraphViewModel viewModel;

  /** Pixels for a unit of the drawing. */
  final DoubleProperty zoom = new SimpleDoubleProperty(1);

  private final Map<String, String> fitted = new HashMap<>();

  GraphDrawing(GraphViewModel viewModel) {
    this.viewModel = viewModel;
  }

  static Box frameBox(GraphViewModel.Picture picture, Diagram.Frame frame) {
    Box box = picture.placement().boxes().get(frame.first());
    for (int i = frame.first() + 1; i <= frame.last(); i++) {
      box = box.around(picture.placement().boxes().get(i));
    }
    Box grown = box.grown(FRAME);
    return new Box(grown.x(), grown.y() - 5, grown.width(), grown.height() + 5);
  }

  /** Forgets texts that were shortened for another drawing. */
  final void forgetTexts() {
    fitted.clear();
  }

  final void drawFrames(GraphicsContext gc, GraphViewModel.Picture picture, Box visible) {
    for (Diagram.Frame frame : picture.diagram().frames()) {
      Box box = frameBox(picture, frame);
      if (box.intersects(visible)) {
        gc.setFill(ink(Ink.SUBTLE));
        gc.fillRoundRect(box.x(), box.y(), box.width(), box.height(), 12, 12);
        gc.setStroke(ink(Ink.LINE));
        gc.strokeRoundRect(box.x(), box.y(), box.width(), box.height(), 12, 12);
        if (zoom.get() >= READABLE) {
          write(gc, Messages.get("graph.open", frame.block().title()), box.x() + 6, box.y() + 8, text(10), Ink.MUTED, TextAlignment.LEFT);
        }
      }
    }
  }

  final void drawRoutes(GraphicsContext gc, GraphViewModel.Picture picture, Box visible) {
    gc.setStroke(ink(Ink.FAINT));
    gc.setFill(ink(Ink.FAINT));
    gc.setLineWidth(1.2);
    for (Route route : picture.placement().routes()) {
      if (!route.bounds().grown(4).intersects(visible)) {
        continue;
      }
      double[] x = route.x();
      double[] y = route.y().clone();
      y[y.length - 1] -= isRinged(picture.diagram(), route.to()) ? RING : 0;
      gc.beginPath();
      gc.moveTo(x[0], y[0]);
      for (int i = 1; i < x.length; i++) {
        if (i % 2 == 1 || x[i] == x[i - 1]) {
          gc.lineTo(x[i], y[i]);
        } else {
          double middle = (y[i - 1] + y[i]) / 2;
          gc.bezierCurveTo(x[i - 1], middle, x[i], middle, x[i], y[i]);
        }
      }
      gc.stroke();
      double tipX = x[x.length - 1];
      double tipY = y[y.length - 1];
      gc.fillPolygon(new double[] {tipX - 4, tipX + 4, tipX}, new double[] {tipY - 7, tipY - 7, tipY}, 3);
    }
    gc.setLineWidth(1);
  }

  final void drawVertex(GraphicsContext gc, Diagram diagram, int index, Box box) {
    Diagram.Vertex vertex = diagram.vertices().get(index);
    List<Layer> layers = diagram.layers(vertex);
    if (vertex.block().isPresent()) {
      drawBlock(gc, diagram, vertex, layers, box);
    } else if (layers.isEmpty()) {
      drawOperator(gc, diagram.network().operators().get(vertex.first()), box);
    } else {
      drawLayer(gc, layers.getFirst(), title(diagram, vertex), box);
    }
    if (isRinged(diagram, index)) {
      boolean found = isFound(index);
      boolean chosen = isChosen(diagram, index);
      boolean lead = viewModel.focusProperty().get() == index;
      gc.setStroke(ink(chosen || lead ? Ink.ACCENT : Ink.FG));
      gc.setLineWidth(lead ? 2.6 : 1.6);
      gc.setLineDashes(found && !chosen ? DASHES : SOLID);
      gc.strokeRoundRect(box.x() - 3.5, box.y() - 3.5, box.width() + 7, box.height() + 7, 12, 12);
      gc.setLineDashes(SOLID);
      gc.setLineWidth(1);
    }
  }

  private boolean isRinged(Diagram diagram, int index) {
    return isChosen(diagram, index) || isFound(index) || viewModel.focusProperty().get() == index;
  }

  private boolean isFound(int index) {
    return viewModel.matchesProperty().get().contains(index);
  }

  private boolean isChosen(Diagram diagram, int index) {
    List<Integer> chosen = viewModel.selectionProperty().get().layers();
    return diagram.layers(diagram.vertices().get(index)).stream().anyMatch(layer -> chosen.contains(layer.index()));
  }

  private void drawLayer(GraphicsContext gc, Layer layer, String title, Box box) {
    Optional<HeatMap.Entry> entry = entry(layer);
    Color heat = ink(entry.map(HeatMap.Entry::ink).orElse(HeatMap.UNMEASURED));
    fillHeat(gc, heat, () -> gc.fillRoundRect(box.x(), box.y(), box.width(), box.height(), 8, 8));
    border(gc, box, entry.filter(HeatMap.Entry::inFloat).isPresent());
    if (zoom.get() < READABLE) {
      return;
    }
    Color color = isPale() || entry.filter(HeatMap.Entry::isKnown).isEmpty() ? ink(Ink.FG) : ChartPane.readableOn(heat);
    write(gc, fit(title, box.width() - 14, bold(11.5)), box.x() + 8, box.y() + 13, bold(11.5), color, TextAlignment.LEFT);
    String figures = entry.map(it -> it.figure().isEmpty() ? it.bits() : Messages.get("graph.figures", it.bits(), it.figure())).orElse("");
    write(gc, figures, box.x() + 8, box.y() + 28, number(10.5), color, TextAlignment.LEFT);
  }

  /** Fills something with a heat: pale where it was measured in another configuration. */
  private void fillHeat(GraphicsContext gc, Color heat, Runnable fill) {
    gc.setFill(ink(Ink.BG));
    fill.run();
    gc.setFill(heat);
    gc.setGlobalAlpha(isPale() ? PALE : 1);
    fill.run();
    gc.setGlobalAlpha(1);
  }

  private boolean isPale() {
    return viewModel.heatMapProperty().get().stale();
  }

  private void drawOperator(GraphicsContext gc, Network.Operator operator, Box box) {
    boolean inFloat = viewModel.heatMapProperty().get().floatOutputs().contains(operator.node().output());
    gc.setFill(ink(Ink.BG));
    gc.fillRoundRect(box.x(), box.y(), box.width(), box.height(), 8, 8);
    border(gc, box, inFloat);
    if (zoom.get() >= READABLE) {
      write(gc, fit(operator.title(), box.width() - 10, text(11)), box.centreX(), box.centreY(), text(11), Ink.FG, TextAlignment.CENTER);
    }
  }

  private void drawBlock(GraphicsContext gc, Diagram diagram, Diagram.Vertex vertex, List<Layer> layers, Box box) {
    for (int i = 2; i >= 0; i--) {
      gc.setFill(ink(Ink.BG));
      gc.fillRoundRect(box.x() + 3 * i, box.y() + 3 * i, box.width(), box.height(), 10, 10);
      gc.setStroke(ink(Ink.BORDER));
      gc.strokeRoundRect(box.x() + 3 * i, box.y() + 3 * i, box.width(), box.height(), 10, 10);
    }
    double cell = layers.isEmpty() ? 0 : Math.min(26, (box.width() - 16) / layers.size());
    double top = box.y() + (zoom.get() < READABLE ? 10 : 24);
    double tall = zoom.get() < READABLE ? box.height() - 20 : 13;
    for (int i = 0; i < layers.size(); i++) {
      double left = box.x() + 8 + i * cell;
      Color heat = ink(entry(layers.get(i)).map(HeatMap.Entry::ink).orElse(HeatMap.UNMEASURED));
      fillHeat(gc, heat, () -> gc.fillRect(left, top, cell - 1, tall));
      gc.setStroke(ink(Ink.LINE));
      gc.strokeRect(left, top, cell - 1, tall);
    }
    if (zoom.get() < READABLE) {
      return;
    }
    Font font = bold(11.5);
    String count = Messages.get("graph.layers", layers.size());
    write(gc, fit(title(diagram, vertex), box.width() - 26 - widthOf(count, text(10.5)), font), box.x() + 8, box.y() + 12, font,
        ink(Ink.FG), TextAlignment.LEFT);
    write(gc, count, box.right() - 8, box.y() + 12, text(10.5), Ink.MUTED, TextAlignment.RIGHT);
    write(gc, fit(worst(diagram, layers), box.width() - 16, text(10.5)), box.x() + 8, box.y() + 50, text(10.5), Ink.MUTED,
        TextAlignment.LEFT);
  }

  /** The layer of a block that is hottest, with its figure. */
  private String worst(Diagram diagram, List<Layer> layers) {
    Optional<Layer> hottest =
        layers.stream()
            .filter(layer -> entry(layer).filter(HeatMap.Entry::isKnown).isPresent())
            .max(
                Comparator.comparingInt((Layer layer) -> entry(layer).orElseThrow().level())
                    .thenComparingDouble(layer -> entry(layer).orElseThrow().harm()));
    return hottest
        .map(
            layer -> {
              String name = diagram.network().operators().stream().filter(it -> it.layer().filter(layer::equals).isPresent()).findFirst()
                  .orElseThrow().title();
              String figure = entry(layer).map(it -> it.figure().isEmpty() ? it.bits() : it.figure()).orElse("");
              return Messages.get("graph.hottest", figure, name);
            })
        .orElseGet(() -> unknown(layers));
  }

  /** Why there is no figure of any of {@code layers}, where it is the same for all. */
  private String unknown(List<Layer> layers) {
    List<String> reasons = layers.stream().flatMap(layer -> entry(layer).stream()).map(HeatMap.Entry::figure).distinct().toList();
    return reasons.size() == 1 ? reasons.getFirst() : "";
  }

  final Optional<HeatMap.Entry> entry(Layer layer) {
    List<HeatMap.Entry> entries = viewModel.heatMapProperty().get().entries();
    return layer.index() < entries.size() ? Optional.of(entries.get(layer.index())) : Optional.empty();
  }

  static String title(Diagram diagram, Diagram.Vertex vertex) {
    return vertex.block().map(Network.Block::title).orElseGet(() -> diagram.network().operators().get(vertex.first()).title());
  }

  private void border(GraphicsContext gc, Box box, boolean inFloat) {
    gc.setStroke(ink(inFloat ? Ink.FG : Ink.BORDER));
    gc.setLineDashes(inFloat ? DASHES : SOLID);
    gc.strokeRoundRect(box.x(), box.y(), box.width(), box.height(), 8, 8);
    gc.setLineDashes(SOLID);
  }

  /** The end of a name tells more than its beginning, so that is what is kept. */
  private String fit(String text, double width, Font font) {
    return fitted.computeIfAbsent(
        text + "|" + Math.round(width) + "|" + font.getSize(),
        _ -> {
          String shown = text;
          int from = 0;
          while (widthOf(shown, font) > width && from < text.length() - 1) {
            from++;
            shown = Messages.get("graph.shortened", text.substring(from));
          }
          return shown;
        });
  }
}
