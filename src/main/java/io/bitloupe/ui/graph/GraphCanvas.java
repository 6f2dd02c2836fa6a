package io.bitloupe.ui.graph;

import io.bitloupe.model.Layer;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Messages;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.DoubleProperty;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;

/**
 * Draws the part of the network that can be seen, with a small map of all of it. Drag moves it, the wheel zooms, a click selects, a
 * double click folds; arrow keys go along the edges.
 */
public final class GraphCanvas extends GraphDrawing {
  private static final double LEAST_ZOOM = 0.05;
  private static final double MOST_ZOOM = 3;
  private static final double STEP = 1.25;
  private static final double MARGIN = 28;
  /** The map's greatest width, scale, and share of the canvas' height. */
  private static final double MAP_WIDTH = 170;
  private static final double MAP_SCALE = 0.18;
  private static final double MAP_SHARE = 0.8;
  /** Boxes of the map less tall than this have no edge: it would cover them. */
  private static final double EDGED = 3;
  private static final double TITLE = 18;
  private static final double CLICK = 4;

  private double offsetX;
  private double offsetY;
  private boolean fresh = true;
  private double pressX;
  private double pressY;
  private double lastX;
  private double lastY;
  private boolean onMap;
  private double shownWidth;

  /** Draws {@code viewModel}. */
  public GraphCanvas(GraphViewModel viewModel) {
    super(viewModel);
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
    forgetTexts();
    if (fresh || viewModel.pictureProperty().get().isEmpty()) {
      fresh = true;
    } else {
      shownWidth = 0;
      reveal();
    }
    describe();
    redraw();
  }

  /** A drawing that fits between the sides stays in the middle when it or the window changes. */
  private void centre(Placement placement, double width) {
    double drawn = placement.width() * zoom.get();
    if (width != shownWidth && drawn < width) {
      offsetX = (width - drawn) / 2;
    }
    shownWidth = width;
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
    centre(picture.get().placement(), width);
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

  /** Where the small map lies; none while all can be seen. */
  private Optional<Box> map() {
    Optional<GraphViewModel.Picture> picture = viewModel.pictureProperty().get();
    if (picture.isEmpty()) {
      return Optional.empty();
    }
    Placement all = picture.get().placement();
    boolean seen = offsetX >= 0 && offsetY >= 0 && offsetX + all.width() * zoom.get() <= getWidth()
        && offsetY + all.height() * zoom.get() <= getHeight();
    double scale = Math.min(MAP_SCALE, Math.min(MAP_WIDTH / Math.max(1, all.width()), getHeight() * MAP_SHARE / Math.max(1, all.height())));
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
      double x = map.x() + box.x() * scale;
      double y = map.y() + box.y() * scale;
      double wide = Math.max(1, box.width() * scale);
      double tall = Math.max(1, box.height() * scale);
      gc.setFill(ink(mapInk(picture.diagram().layers(picture.diagram().vertices().get(i)))));
      gc.fillRect(x, y, wide, tall);
      if (tall > EDGED) {
        gc.setStroke(ink(Ink.FAINT));
        gc.setLineWidth(0.7);
        gc.strokeRect(x, y, wide, tall);
      }
    }
    gc.setLineWidth(1);
    double left = Math.clamp(map.x() + visible.x() * scale, frame.x(), frame.right());
    double top = Math.clamp(map.y() + visible.y() * scale, frame.y(), frame.bottom());
    double right = Math.clamp(map.x() + visible.right() * scale, frame.x(), frame.right());
    double bottom = Math.clamp(map.y() + visible.bottom() * scale, frame.y(), frame.bottom());
    gc.setStroke(ink(Ink.ACCENT));
    gc.setLineWidth(1.6);
    gc.strokeRect(left, top, right - left, bottom - top);
    gc.setLineWidth(1);
  }

  /** The hottest colour of {@code layers}; operators that are no layers have none. */
  private Ink mapInk(List<Layer> layers) {
    return layers.stream().flatMap(layer -> entry(layer).stream())
        .max(Comparator.comparing(HeatMap.Entry::isKnown).thenComparingInt(HeatMap.Entry::level))
        .map(HeatMap.Entry::ink)
        .orElse(layers.isEmpty() ? Ink.BG : HeatMap.UNMEASURED);
  }
}
