package io.bitloupe.ui.tradeoff;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javafx.scene.Cursor;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.input.ContextMenuEvent;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;

/** Picks points of a chart by mouse and keys: marks one, loads one, and opens the menu. */
final class PointPicker {
  private static final double REACH = 9;

  private final TradeoffChart chart;
  private final ContextMenu menu = new ContextMenu();
  private int marked;
  private Consumer<Optional<TradeoffPoint>> onMark = _ -> {};
  private Consumer<TradeoffPoint> onLoad = _ -> {};
  private List<PointAction> pointActions = List.of();
  private List<MenuItem> chartItems = List.of();

  /** Listens to mouse and keys of {@code chart}. */
  PointPicker(TradeoffChart chart) {
    this.chart = chart;
    chart.setOnMouseMoved(event -> mark(pointAt(event.getX(), event.getY())));
    chart.setOnMouseExited(_ -> mark(Optional.empty()));
    chart.setOnMouseClicked(this::onClick);
    chart.setOnContextMenuRequested(this::onMenu);
    chart.setOnKeyPressed(this::onKey);
  }

  /** Says who hears of the point that is marked and of the one that is to be loaded. */
  void listen(Consumer<Optional<TradeoffPoint>> onMark, Consumer<TradeoffPoint> onLoad) {
    this.onMark = onMark;
    this.onLoad = onLoad;
  }

  /** Says what the menu of a point offers. */
  void offer(List<PointAction> actions) {
    pointActions = actions;
  }

  /** Says what the menu of the whole chart offers. */
  void offerForChart(List<MenuItem> items) {
    chartItems = items;
  }

  /** The step of the point that is marked; 0 for none. */
  int marked() {
    return marked;
  }

  private void onClick(MouseEvent event) {
    if (event.getButton() == MouseButton.PRIMARY) {
      pointAt(event.getX(), event.getY()).ifPresent(onLoad);
    }
  }

  private void onMenu(ContextMenuEvent event) {
    Optional<TradeoffPoint> point = event.isKeyboardTrigger() ? markedPoint() : pointAt(event.getX(), event.getY());
    menu.getItems().setAll(chartItems);
    point.ifPresent(it -> menu.getItems().addAll(0, pointActions.stream().map(action -> item(action, it)).toList()));
    menu.show(chart, event.getScreenX(), event.getScreenY());
  }

  private static MenuItem item(PointAction action, TradeoffPoint point) {
    MenuItem item = new MenuItem(action.title());
    item.setDisable(!action.applies().test(point));
    item.setOnAction(_ -> action.run().accept(point));
    return item;
  }

  /** Left and right go from point to point by what they cost, Enter loads the one that is marked. */
  private void onKey(KeyEvent event) {
    switch (event.getCode()) {
      case LEFT -> mark(neighbour(-1));
      case RIGHT -> mark(neighbour(1));
      case ENTER, SPACE -> markedPoint().ifPresent(onLoad);
      case ESCAPE -> mark(Optional.empty());
      default -> {
        return;
      }
    }
    event.consume();
  }

  private Optional<TradeoffPoint> neighbour(int direction) {
    List<TradeoffPoint> byCost = chart.marks().stream().sorted(Comparator.comparingDouble(Mark::x)).map(Mark::point).toList();
    if (byCost.isEmpty()) {
      return Optional.empty();
    }
    OptionalInt from = IntStream.range(0, byCost.size()).filter(i -> byCost.get(i).step() == marked).findFirst();
    OptionalInt current =
        IntStream.range(0, byCost.size()).filter(i -> byCost.get(i).status() == TradeoffPoint.Status.CURRENT).findFirst();
    int next = from.isPresent() ? from.getAsInt() + direction : current.orElse(0);
    return Optional.of(byCost.get(Math.clamp(next, 0, byCost.size() - 1)));
  }

  /** The marked point as it is now. */
  private Optional<TradeoffPoint> markedPoint() {
    return chart.marks().stream().map(Mark::point).filter(point -> point.step() == marked).findFirst();
  }

  private Optional<TradeoffPoint> pointAt(double x, double y) {
    return chart.marks().stream()
        .filter(mark -> mark.distance(x, y) <= REACH)
        .min(Comparator.comparingDouble(mark -> mark.distance(x, y)))
        .map(Mark::point);
  }

  private void mark(Optional<TradeoffPoint> point) {
    chart.setCursor(point.isPresent() ? Cursor.HAND : Cursor.DEFAULT);
    int step = point.map(TradeoffPoint::step).orElse(0);
    if (step != marked) {
      marked = step;
      onMark.accept(point);
      chart.redraw();
    }
  }
}
