package io.bitloupe.ui.graph;

import io.bitloupe.model.Layer;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Messages;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/**
 * Draws the part of the network that can be seen, with a small map of all of it. Drag moves it, the wheel zooms, a click selects, a
 * double click folds; arrow keys go along the edges.
 */
public final class GraphCanvas extends ChartPane {
  private static final double LEAST_ZOOM = 0.05;
  private static final double MOST_ZOOM = 3;
  private static final double READABLE = 0.45;
  private static final double STEP = 1.25;
  private static final double MARGIN = 28;
  private static final double MAP = 170;
  private static final double FRAME = 12;
  private static final double TITLE = 18;
  private static final double CLICK = 4;
  private static final double[] DASHES = {4, 3};
  private static final double[] SOLID = {};

  private final GraphViewModel viewModel;
  private final DoubleProperty zoom = new SimpleDoubleProperty(1);
  private final Map<String, String> fitted = new HashMap<>();
  private double offsetX;
  private double offsetY;
  private boolean fresh = true;
  private double pressX;
  private double pressY;
  private double lastX;
  private double lastY;
  private boolean onMap;

  /** Draws {@code viewModel}. */
  public GraphCanvas(GraphViewModel viewModel) {
    this.viewModel = viewModel;
    setId("graph-canvas");
    setFocusTraversable(true);
    setAccessibleRole(AccessibleRole.IMAGE_VIEW);
    getStyleClass().add("graph-canvas");
    redrawOn(viewModel.heatMapProperty());
    redrawOn(viewModel.matchesProperty());
    redrawOn(viewModel.selectionProperty());
    redrawOn(focusedProperty());
    viewModel.pictureProperty().subscribe(_ -> onPicture());
    viewModel.focusProperty().subscribe(_ -> reveal());
    setOnScroll(this::onScroll);
    setOnMousePressed(this::onPressed);
    setOnMouseDragged(this::onDragged);
    setOnMouseReleased(this::onReleased);
    setOnKeyPressed(this::onKey);
  }

  /** Pixels for a unit of the drawing. */
  public DoubleProperty zoomProperty() {
    return zoom;
  }

  /** Shows the whole drawing, as large as is readable. */
  public void fit() {
    Optional<GraphViewModel.Picture> picture = viewModel.pictureProperty().get();
    if (picture.isPresent() && getWidth() > 0) {
      Placement placement = picture.get().placement();
      double all =
          Math.min((getWidth() - 2 * MARGIN) / Math.max(1, placement.width()),
              (getHeight() - 2 * MARGIN) / Math.max(1, placement.height()));
      zoom.set(Math.clamp(all, LEAST_ZOOM, 1));
      offsetX = (getWidth() - placement.width() * zoom.get()) / 2;
      offsetY = Math.max(MARGIN, (getHeight() - placement.height() * zoom.get()) / 2);
      redraw();
    }
  }

  /** Makes the drawing larger or smaller around the middle. */
  public void zoomBy(double factor) {
    zoomAt(factor, getWidth() / 2, getHeight() / 2);
  }

  /** Where {@code vertex} is drawn, in pixels of this pane. */
  public Box pixels(int vertex) {
    Box box = viewModel.pictureProperty().get().orElseThrow().placement().boxes().get(vertex);
    return new Box(offsetX + box.x() * zoom.get(), offsetY + box.y() * zoom.get(), box.width() * zoom.get(), box.height() * zoom.get());
  }

  private void zoomAt(double factor, double x, double y) {
    double next = Math.clamp(zoom.get() * factor, LEAST_ZOOM, MOST_ZOOM);
    double ratio = next / zoom.get();
    offsetX = x - (x - offsetX) * ratio;
    offsetY = y - (y - offsetY) * ratio;
    zoom.set(next);
    redraw();
  }

  private void onPicture() {
    fitted.clear();
    if (fresh || viewModel.pictureProperty().get().isEmpty()) {
      fresh = true;
    } else {
      reveal();
    }
    describe();
    redraw();
  }

  /** At first: the beginning at a size that can be read, and all of it where it fits. */
  private void begin() {
    fresh = false;
    fit();
    if (zoom.get() < READABLE) {
      Placement placement = viewModel.pictureProperty().get().orElseThrow().placement();
      zoom.set(Math.clamp((getWidth() - 2 * MARGIN) / Math.max(1, placement.width()), READABLE, 1));
      offsetX = (getWidth() - placement.width() * zoom.get()) / 2;
      offsetY = MARGIN;
      reveal();
    }
  }

  /** Brings the focused vertex into sight. */
  private void reveal() {
    int vertex = viewModel.focusProperty().get();
    Optional<GraphViewModel.Picture> picture = viewModel.pictureProperty().get();
    if (picture.isEmpty() || vertex < 0 || fresh || vertex >= picture.get().placement().boxes().size()) {
      redraw();
      return;
    }
    Box box = pixels(vertex);
    boolean seen = box.x() >= 0 && box.right() <= getWidth() && box.y() >= 0 && box.bottom() <= getHeight();
    if (!seen) {
      offsetX += getWidth() / 2 - box.centreX();
      offsetY += getHeight() / 2 - box.centreY();
    }
    describe();
    redraw();
  }

  private void describe() {
    Optional<GraphViewModel.Picture> picture = viewModel.pictureProperty().get();
    int vertex = viewModel.focusProperty().get();
    String focused = picture.isPresent() && vertex >= 0 ? title(picture.get().diagram(), picture.get().diagram().vertices().get(vertex))
        : "";
    setAccessibleText(Messages.get("graph.accessible", viewModel.summary(), focused));
  }

  private void onScroll(ScrollEvent event) {
    if (event.isShiftDown() || event.isDirect()) {
      offsetX += event.getDeltaX();
      offsetY += event.getDeltaY();
      redraw();
    } else {
      zoomAt(Math.pow(1.0015, event.getDeltaY()), event.getX(), event.getY());
    }
    event.consume();
  }

  private void onPressed(MouseEvent event) {
    requestFocus();
    pressX = event.getX();
    pressY = event.getY();
    lastX = pressX;
    lastY = pressY;
    onMap = map().filter(map -> map.contains(pressX, pressY)).isPresent();
    if (onMap) {
      moveByMap(event);
    }
  }

  private void onDragged(MouseEvent event) {
    setCursor(Cursor.CLOSED_HAND);
    if (onMap) {
      moveByMap(event);
    } else {
      offsetX += event.getX() - lastX;
      offsetY += event.getY() - lastY;
      redraw();
    }
    lastX = event.getX();
    lastY = event.getY();
  }

  private void moveByMap(MouseEvent event) {
    Box map = map().orElseThrow();
    double scale = map.width() / viewModel.pictureProperty().get().orElseThrow().placement().width();
    offsetX = getWidth() / 2 - (event.getX() - map.x()) / scale * zoom.get();
    offsetY = getHeight() / 2 - (event.getY() - map.y()) / scale * zoom.get();
    redraw();
  }

  private void onReleased(MouseEvent event) {
    setCursor(Cursor.DEFAULT);
    boolean click = Math.hypot(event.getX() - pressX, event.getY() - pressY) < CLICK && !onMap;
    Optional<GraphViewModel.Picture> picture = viewModel.pictureProperty().get();
    if (!click || picture.isEmpty()) {
      return;
    }
    double x = (event.getX() - offsetX) / zoom.get();
    double y = (event.getY() - offsetY) / zoom.get();
    List<Box> boxes = picture.get().placement().boxes();
    for (int i = 0; i < boxes.size(); i++) {
      if (boxes.get(i).contains(x, y)) {
        if (event.getClickCount() == 2) {
          viewModel.toggle(i);
        } else {
          viewModel.select(i, event.isShiftDown() || event.isShortcutDown());
        }
        return;
      }
    }
    for (Diagram.Frame frame : picture.get().diagram().frames()) {
      Box box = frameBox(picture.get(), frame);
      if (new Box(box.x(), box.y(), box.width(), TITLE).contains(x, y)) {
        viewModel.toggle(frame.block());
        return;
      }
    }
  }

  private void onKey(KeyEvent event) {
    switch (event.getCode()) {
      case UP -> viewModel.move(0, -1);
      case DOWN -> viewModel.move(0, 1);
      case LEFT -> viewModel.move(-1, 0);
      case RIGHT -> viewModel.move(1, 0);
      case PLUS, EQUALS, ADD -> zoomBy(STEP);
      case MINUS, SUBTRACT -> zoomBy(1 / STEP);
      case DIGIT0, NUMPAD0, HOME -> fit();
      case ENTER, SPACE -> viewModel.toggle(viewModel.focusProperty().get());
      default -> {
        return;
      }
    }
    event.consume();
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    Optional<GraphViewModel.Picture> picture = viewModel.pictureProperty().get();
    if (picture.isEmpty()) {
      return;
    }
    if (fresh) {
      begin();
    }
    gc.setFill(ink(Ink.BG));
    gc.fillRect(0, 0, width, height);
    gc.save();
    gc.translate(offsetX, offsetY);
    gc.scale(zoom.get(), zoom.get());
    Box visible = new Box(-offsetX / zoom.get(), -offsetY / zoom.get(), width / zoom.get(), height / zoom.get());
    drawFrames(gc, picture.get(), visible);
    drawRoutes(gc, picture.get(), visible);
    for (int i = 0; i < picture.get().placement().boxes().size(); i++) {
      Box box = picture.get().placement().boxes().get(i);
      if (box.grown(8).intersects(visible)) {
        drawVertex(gc, picture.get().diagram(), i, box);
      }
    }
    gc.restore();
    map().ifPresent(map -> drawMap(gc, picture.get(), map, visible));
    if (isFocused()) {
      gc.setStroke(ink(Ink.ACCENT));
      gc.strokeRect(0.5, 0.5, width - 1, height - 1);
    }
  }

  private static Box frameBox(GraphViewModel.Picture picture, Diagram.Frame frame) {
    Box box = picture.placement().boxes().get(frame.first());
    for (int i = frame.first() + 1; i <= frame.last(); i++) {
      box = box.around(picture.placement().boxes().get(i));
    }
    Box grown = box.grown(FRAME);
    return new Box(grown.x(), grown.y() - 5, grown.width(), grown.height() + 5);
  }

  private void drawFrames(GraphicsContext gc, GraphViewModel.Picture picture, Box visible) {
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

  private void drawRoutes(GraphicsContext gc, GraphViewModel.Picture picture, Box visible) {
    gc.setStroke(ink(Ink.FAINT));
    gc.setFill(ink(Ink.FAINT));
    gc.setLineWidth(1.2);
    for (Route route : picture.placement().routes()) {
      if (!route.bounds().grown(4).intersects(visible)) {
        continue;
      }
      double[] x = route.x();
      double[] y = route.y();
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

  private void drawVertex(GraphicsContext gc, Diagram diagram, int index, Box box) {
    Diagram.Vertex vertex = diagram.vertices().get(index);
    List<Layer> layers = diagram.layers(vertex);
    boolean found = viewModel.matchesProperty().get().contains(index);
    boolean chosen = layers.stream().anyMatch(layer -> viewModel.selectionProperty().get().layers().contains(layer.index()));
    if (vertex.block().isPresent()) {
      drawBlock(gc, diagram, vertex, layers, box);
    } else if (layers.isEmpty()) {
      drawOperator(gc, diagram.network().operators().get(vertex.first()), box);
    } else {
      drawLayer(gc, layers.getFirst(), title(diagram, vertex), box);
    }
    if (chosen || found || viewModel.focusProperty().get() == index) {
      boolean lead = viewModel.focusProperty().get() == index;
      gc.setStroke(ink(chosen || lead ? Ink.ACCENT : Ink.FG));
      gc.setLineWidth(lead ? 2.6 : 1.6);
      gc.setLineDashes(found && !chosen ? DASHES : SOLID);
      gc.strokeRoundRect(box.x() - 3.5, box.y() - 3.5, box.width() + 7, box.height() + 7, 12, 12);
      gc.setLineDashes(SOLID);
      gc.setLineWidth(1);
    }
  }

  private void drawLayer(GraphicsContext gc, Layer layer, String title, Box box) {
    Optional<HeatMap.Entry> entry = entry(layer);
    int level = entry.map(HeatMap.Entry::level).orElse(-1);
    gc.setFill(level < 0 ? ink(Ink.BG) : ink(Ink.heat(level)));
    gc.fillRoundRect(box.x(), box.y(), box.width(), box.height(), 8, 8);
    border(gc, box, entry.filter(HeatMap.Entry::inFloat).isPresent());
    if (zoom.get() < READABLE) {
      return;
    }
    Color color = level < 0 ? ink(Ink.FG) : on(ink(Ink.heat(level)));
    line(gc, fit(title, box.width() - 14, bold(11.5)), box.x() + 8, box.y() + 13, bold(11.5), color);
    String figures = entry.map(it -> it.figure().isEmpty() ? it.bits() : Messages.get("graph.figures", it.bits(), it.figure())).orElse("");
    line(gc, figures, box.x() + 8, box.y() + 28, number(10.5), color);
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
      int level = entry(layers.get(i)).map(HeatMap.Entry::level).orElse(-1);
      gc.setFill(level < 0 ? ink(Ink.INSET) : ink(Ink.heat(level)));
      gc.fillRect(box.x() + 8 + i * cell, top, cell - 1, tall);
      gc.setStroke(ink(Ink.LINE));
      gc.strokeRect(box.x() + 8 + i * cell, top, cell - 1, tall);
    }
    if (zoom.get() < READABLE) {
      return;
    }
    Font font = bold(11.5);
    String count = Messages.get("graph.layers", layers.size());
    line(gc, fit(title(diagram, vertex), box.width() - 26 - widthOf(count, text(10.5)), font), box.x() + 8, box.y() + 12, font,
        ink(Ink.FG));
    write(gc, count, box.right() - 8, box.y() + 12, text(10.5), Ink.MUTED, TextAlignment.RIGHT);
    write(gc, fit(worst(diagram, layers), box.width() - 16, text(10.5)), box.x() + 8, box.y() + 50, text(10.5), Ink.MUTED,
        TextAlignment.LEFT);
  }

  /** The layer of a block that is hottest, with its figure. */
  private String worst(Diagram diagram, List<Layer> layers) {
    Optional<Layer> hottest = Optional.empty();
    int most = -1;
    for (Layer layer : layers) {
      int level = entry(layer).map(HeatMap.Entry::level).orElse(-1);
      if (level > most) {
        most = level;
        hottest = Optional.of(layer);
      }
    }
    return hottest
        .map(
            layer -> {
              String name = diagram.network().operators().stream().filter(it -> it.layer().filter(layer::equals).isPresent()).findFirst()
                  .orElseThrow().title();
              String figure = entry(layer).map(it -> it.figure().isEmpty() ? it.bits() : it.figure()).orElse("");
              return Messages.get("graph.hottest", figure, name);
            })
        .orElse("");
  }

  private Optional<HeatMap.Entry> entry(Layer layer) {
    List<HeatMap.Entry> entries = viewModel.heatMapProperty().get().entries();
    return layer.index() < entries.size() ? Optional.of(entries.get(layer.index())) : Optional.empty();
  }

  private static String title(Diagram diagram, Diagram.Vertex vertex) {
    return vertex.block().map(Network.Block::title).orElseGet(() -> diagram.network().operators().get(vertex.first()).title());
  }

  private void border(GraphicsContext gc, Box box, boolean inFloat) {
    gc.setStroke(ink(inFloat ? Ink.FG : Ink.BORDER));
    gc.setLineDashes(inFloat ? DASHES : SOLID);
    gc.strokeRoundRect(box.x(), box.y(), box.width(), box.height(), 8, 8);
    gc.setLineDashes(SOLID);
  }

  private static void line(GraphicsContext gc, String text, double x, double y, Font font, Color color) {
    gc.setFont(font);
    gc.setTextAlign(TextAlignment.LEFT);
    gc.setFill(color);
    gc.fillText(text, x, y);
  }

  /** Black or white, whichever is easier to read on {@code ground} (WCAG relative luminance). */
  private static Color on(Color ground) {
    double luminance = 0.2126 * linear(ground.getRed()) + 0.7152 * linear(ground.getGreen()) + 0.0722 * linear(ground.getBlue());
    return luminance > 0.19 ? Color.web("#1f2328") : Color.WHITE;
  }

  private static double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
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

  /** Where the small map lies; none while all can be seen. */
  private Optional<Box> map() {
    Optional<GraphViewModel.Picture> picture = viewModel.pictureProperty().get();
    if (picture.isEmpty()) {
      return Optional.empty();
    }
    Placement all = picture.get().placement();
    boolean seen = offsetX >= 0 && offsetY >= 0 && offsetX + all.width() * zoom.get() <= getWidth()
        && offsetY + all.height() * zoom.get() <= getHeight();
    double scale = Math.min(MAP / Math.max(1, all.width()), Math.min(MAP * 1.4, getHeight() * 0.6) / Math.max(1, all.height()));
    double width = all.width() * scale;
    double height = all.height() * scale;
    return seen ? Optional.empty() : Optional.of(new Box(getWidth() - width - 18, getHeight() - height - 18, width, height));
  }

  private void drawMap(GraphicsContext gc, GraphViewModel.Picture picture, Box map, Box visible) {
    double scale = map.width() / picture.placement().width();
    Box frame = map.grown(6);
    gc.setFill(ink(Ink.BG));
    gc.fillRoundRect(frame.x(), frame.y(), frame.width(), frame.height(), 8, 8);
    gc.setStroke(ink(Ink.BORDER));
    gc.strokeRoundRect(frame.x(), frame.y(), frame.width(), frame.height(), 8, 8);
    for (int i = 0; i < picture.placement().boxes().size(); i++) {
      Box box = picture.placement().boxes().get(i);
      List<Layer> layers = picture.diagram().layers(picture.diagram().vertices().get(i));
      int level = layers.stream().mapToInt(layer -> entry(layer).map(HeatMap.Entry::level).orElse(-1)).max().orElse(-1);
      gc.setFill(level < 0 ? ink(Ink.STALE) : ink(Ink.heat(level)));
      gc.fillRect(map.x() + box.x() * scale, map.y() + box.y() * scale, Math.max(1, box.width() * scale),
          Math.max(1, box.height() * scale));
    }
    double left = Math.clamp(map.x() + visible.x() * scale, frame.x(), frame.right());
    double top = Math.clamp(map.y() + visible.y() * scale, frame.y(), frame.bottom());
    double right = Math.clamp(map.x() + visible.right() * scale, frame.x(), frame.right());
    double bottom = Math.clamp(map.y() + visible.bottom() * scale, frame.y(), frame.bottom());
    gc.setStroke(ink(Ink.ACCENT));
    gc.setLineWidth(1.6);
    gc.strokeRect(left, top, right - left, bottom - top);
    gc.setLineWidth(1);
  }
}
