package io.bitloupe.ui.tradeoff;

import io.bitloupe.exec.DeploymentTiming.Spread;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.workspace.Searched;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javafx.scene.Cursor;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.text.TextAlignment;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.fx.ChartCanvas;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYStepRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.DefaultXYDataset;

/** Accuracy against one cost, drawn by JFreeChart in the colours of the theme. */
public final class TradeoffChart extends ChartPane {
  private static final double REACH = 9;
  private static final double LEFT = 36;
  private static final double RIGHT = 14;
  private static final double BOTTOM = 34;
  private static final int PLACES = 16;
  private static final double ARM = 2.5;
  private static final double TICK = 52;
  private static final double INSET = 4;

  private final XYPlot plot = new XYPlot();
  private final TickAxis costAxis = new TickAxis();
  private final TickAxis valueAxis = new TickAxis();
  private final PointRenderer renderer = new PointRenderer();
  private final XYStepRenderer stepRenderer = new XYStepRenderer();
  private final ChartCanvas canvas;
  private TradeoffData data = TradeoffData.EMPTY;
  private CostAxis axis = CostAxis.SIZE;
  private List<TradeoffPoint> shown = List.of();
  private List<Searched.Candidate> candidates = List.of();
  private int hovered;
  private Occupancy occupied = Occupancy.of(List.of());
  private Consumer<Optional<TradeoffPoint>> onHover = _ -> {};
  private Consumer<TradeoffPoint> onLoad = _ -> {};
  private List<PointAction> pointActions = List.of();
  private final ContextMenu menu = new ContextMenu();
  private List<MenuItem> chartItems = List.of();

  /** An empty chart; {@link ChartFonts#register} must have run. */
  public TradeoffChart() {
    getStyleClass().add("tradeoff-chart");
    setMinHeight(120);
    plot.setDomainAxis(costAxis);
    plot.setRangeAxis(valueAxis);
    plot.setRenderer(0, stepRenderer);
    plot.setRenderer(1, renderer);
    plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
    plot.setDomainGridlinesVisible(false);
    plot.setOutlineVisible(false);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    plot.setInsets(new RectangleInsets(6, 2, 18, RIGHT));
    stepRenderer.setDefaultSeriesVisibleInLegend(false);
    JFreeChart chart = new JFreeChart(null, ChartFonts.label(), plot, false);
    chart.setPadding(RectangleInsets.ZERO_INSETS);
    chart.setNotify(false);
    canvas = new ChartCanvas(chart);
    canvas.setManaged(false);
    canvas.setMouseTransparent(true);
    getChildren().addFirst(canvas);
    setOnMouseMoved(event -> hover(pointAt(event.getX(), event.getY())));
    setOnMouseExited(_ -> hover(Optional.empty()));
    setOnMouseClicked(
        event -> {
          if (event.getButton() == MouseButton.PRIMARY) {
            pointAt(event.getX(), event.getY()).ifPresent(point -> onLoad.accept(point));
          }
        });
    setOnContextMenuRequested(
        event -> {
          Optional<TradeoffPoint> point = event.isKeyboardTrigger() ? hoveredPoint() : pointAt(event.getX(), event.getY());
          showMenu(point, event.getScreenX(), event.getScreenY());
        });
    setOnKeyPressed(this::onKey);
    focusedProperty().subscribe(_ -> redraw());
  }

  private Optional<TradeoffPoint> hoveredPoint() {
    return shown.stream().filter(point -> point.step() == hovered).findFirst();
  }

  /** Left and right go from point to point by what they cost, Enter loads the one that is marked. */
  private void onKey(KeyEvent event) {
    switch (event.getCode()) {
      case LEFT -> hover(neighbour(-1));
      case RIGHT -> hover(neighbour(1));
      case ENTER, SPACE -> hoveredPoint().ifPresent(onLoad);
      case ESCAPE -> hover(Optional.empty());
      default -> {
        return;
      }
    }
    event.consume();
  }

  private Optional<TradeoffPoint> neighbour(int direction) {
    List<TradeoffPoint> byCost =
        shown.stream().sorted(Comparator.comparingDouble(point -> axis.of(point).orElseThrow())).toList();
    if (byCost.isEmpty()) {
      return Optional.empty();
    }
    OptionalInt marked = IntStream.range(0, byCost.size()).filter(i -> byCost.get(i).step() == hovered).findFirst();
    OptionalInt current =
        IntStream.range(0, byCost.size()).filter(i -> byCost.get(i).status() == TradeoffPoint.Status.CURRENT).findFirst();
    int next = marked.isPresent() ? marked.getAsInt() + direction : current.orElse(0);
    return Optional.of(byCost.get(Math.clamp(next, 0, byCost.size() - 1)));
  }

  /** Says who hears of the point under the mouse and of a click. */
  public void listen(Consumer<Optional<TradeoffPoint>> onHover, Consumer<TradeoffPoint> onLoad) {
    this.onHover = onHover;
    this.onLoad = onLoad;
  }

  /** Says what the menu of a point offers. */
  void offer(List<PointAction> actions) {
    pointActions = actions;
  }

  /** Adds items to the menu of the whole chart. */
  void addToMenu(MenuItem... items) {
    chartItems = List.of(items);
    setFocusTraversable(true);
  }

  private void showMenu(Optional<TradeoffPoint> point, double x, double y) {
    menu.getItems().setAll(chartItems);
    point.ifPresent(it -> menu.getItems().addAll(0, pointActions.stream().map(action -> item(action, it)).toList()));
    menu.show(this, x, y);
  }

  private static MenuItem item(PointAction action, TradeoffPoint point) {
    MenuItem item = new MenuItem(action.title());
    item.setDisable(!action.applies().test(point));
    item.setOnAction(_ -> action.run().accept(point));
    return item;
  }

  /** Shows points against {@code axis}. */
  public void show(TradeoffData data, CostAxis axis) {
    this.data = data;
    this.axis = axis;
    setAccessibleText(Messages.get("tradeoff.accessible", axis.label(), data.points().size()));
    redraw();
  }

  /** Shows configurations that a search measured on the tuning part, by their size. */
  void showCandidates(List<Searched.Candidate> found) {
    candidates = found;
    redraw();
  }

  /** What the chart shows accuracy against. */
  CostAxis axis() {
    return axis;
  }

  /** Pixel of the point of step {@code number}; x, then y. */
  public Optional<double[]> locate(int number) {
    return renderer.marks().stream().filter(mark -> mark.point().step() == number).findFirst()
        .map(mark -> new double[] {mark.x(), mark.y()});
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    prepare(width);
    if (canvas.getWidth() != width || canvas.getHeight() != height) {
      canvas.setWidth(width);
      canvas.setHeight(height);
    }
    canvas.draw();
    String name = Messages.get(data.labelled() ? "tradeoff.top1" : "tradeoff.agreement");
    write(gc, name, INSET, height - 8, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    write(gc, axis.label(), width - RIGHT, height - 8, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    List<Occupancy.Area> taken = new ArrayList<>(drawCandidates(gc, width, height));
    taken.addAll(renderer.taken());
    occupied = Occupancy.of(taken);
    drawReferenceLabel(gc);
    if (isFocused()) {
      gc.setStroke(ink(Ink.ACCENT));
      gc.strokeRect(0.5, 0.5, width - 1, height - 1);
    }
    boolean untimed = shown.isEmpty() && !data.points().isEmpty();
    if (untimed) {
      String why = axis == CostAxis.DEPLOYED || axis.load().isEmpty() ? "tradeoff.untimed" : "tradeoff.askForTimes";
      write(gc, Messages.get(why), width / 2, height / 2, text(SMALL), Ink.MUTED, TextAlignment.CENTER);
    }
  }

  /** Crosses for what a search measured, as far as their accuracy lies on the scale that the measured steps set; returns where they are. */
  private List<Occupancy.Area> drawCandidates(GraphicsContext gc, double width, double height) {
    List<Occupancy.Area> taken = new ArrayList<>();
    double bottom = height - BOTTOM;
    double right = width - RIGHT;
    gc.setStroke(ink(Ink.MUTED));
    gc.setLineWidth(1);
    for (Searched.Candidate candidate : candidates) {
      double across = share(candidate.bytes() / 1e6, costAxis);
      double up = share(100 * candidate.value(), valueAxis);
      if (across >= 0 && across <= 1 && up >= 0 && up <= 1) {
        double x = LEFT + across * (right - LEFT);
        double y = bottom - up * (bottom - 6);
        gc.strokeLine(x - ARM, y - ARM, x + ARM, y + ARM);
        gc.strokeLine(x - ARM, y + ARM, x + ARM, y - ARM);
        taken.add(new Occupancy.Area(x - ARM, y - ARM, x + ARM, y + ARM));
      }
    }
    if (!candidates.isEmpty()) {
      String label = Messages.get("tradeoff.candidates", taken.size(), candidates.size());
      write(gc, label, right, 10, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
      taken.add(new Occupancy.Area(right - widthOf(label, text(SMALL)), 2, right, 18));
    }
    return taken;
  }

  private static double share(double value, NumberAxis axis) {
    return (value - axis.getLowerBound()) / (axis.getUpperBound() - axis.getLowerBound());
  }

  private void drawReferenceLabel(GraphicsContext gc) {
    if (data.reference().isEmpty() || data.points().isEmpty()) {
      return;
    }
    TradeoffData.Reference reference = data.reference().get();
    OptionalDouble cost = axis.of(reference);
    String value = Figures.percent(reference.value(), 1);
    String label =
        cost.isEmpty()
            ? Messages.get("tradeoff.float", value)
            : Messages.get(
                "tradeoff.floatCost",
                value,
                axis == CostAxis.SIZE ? Figures.bytes(reference.bytes()) : Figures.milliseconds(cost.getAsDouble()));
    double share = (100 * reference.value() - valueAxis.getLowerBound()) / (valueAxis.getUpperBound() - valueAxis.getLowerBound());
    double bottom = getHeight() - BOTTOM;
    double y = bottom - share * (bottom - 6);
    double length = widthOf(label, text(SMALL));
    double right = getWidth() - RIGHT - length - 4;
    for (double below : new double[] {-10, 10}) {
      for (int place = 0; place <= PLACES; place++) {
        double left = LEFT + 8 + (right - LEFT - 8) * place / PLACES;
        boolean inside = y + below > 8 && y + below < bottom - 8;
        if (inside && isFree(left - 4, y + below - 8, left + length + 4, y + below + 8)) {
          writeOnPatch(gc, label, left, y + below, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
          return;
        }
      }
    }
    writeAway(gc, label, length, bottom);
  }

  /** Writes the label of the float line where there is room, with a piece of the line before it. */
  private void writeAway(GraphicsContext gc, String label, double length, double bottom) {
    double dash = 16;
    double right = getWidth() - RIGHT - length - 4;
    for (double y = 14; y < bottom - 8; y += 8) {
      for (int place = PLACES; place >= 0; place--) {
        double left = LEFT + 12 + dash + (right - LEFT - 12 - dash) * place / PLACES;
        if (isFree(left - dash - 4, y - 8, left + length + 4, y + 8)) {
          gc.setStroke(ink(Ink.MUTED));
          gc.setLineDashes(5, 4);
          horizontal(gc, left - dash - 2, left - 4, y);
          gc.setLineDashes((double[]) null);
          writeOnPatch(gc, label, left, y, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
          return;
        }
      }
    }
  }

  /** Whether nothing that was drawn touches the box. */
  private boolean isFree(double left, double top, double right, double bottom) {
    return occupied.isFree(left, top, right, bottom);
  }

  private void prepare(double width) {
    shown = data.points().stream().filter(point -> axis.of(point).isPresent())
        .sorted(Comparator.comparing(point -> point.status() == TradeoffPoint.Status.CURRENT)).toList();
    List<TradeoffPoint> front = Front.of(data.points(), axis);
    PointRenderer.Inks inks =
        new PointRenderer.Inks(awt(Ink.BG), awt(Ink.FG), awt(Ink.MUTED), awt(Ink.FAINT), awt(Ink.STALE), awt(Ink.ACCENT));
    renderer.show(shown, axis, front, inks, hovered);
    plot.getChart().setBackgroundPaint(inks.background());
    plot.setBackgroundPaint(inks.background());
    plot.setRangeGridlinePaint(awt(Ink.GRID));
    plot.setRangeGridlineStroke(new BasicStroke(1));
    style(costAxis);
    style(valueAxis);
    setRanges(width);
    plot.setDataset(0, frontLine(front));
    plot.setDataset(1, points());
    stepRenderer.setSeriesPaint(0, inks.foreground());
    stepRenderer.setSeriesStroke(0, new BasicStroke(1.3f));
    plot.clearRangeMarkers();
    data.reference()
        .ifPresent(
            reference -> {
              BasicStroke dashed = new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 4}, 0);
              plot.addRangeMarker(new ValueMarker(100 * reference.value(), inks.muted(), dashed), Layer.BACKGROUND);
            });
  }

  private void style(NumberAxis styled) {
    styled.setTickLabelFont(ChartFonts.label());
    styled.setTickLabelPaint(awt(Ink.MUTED));
    styled.setAxisLinePaint(awt(Ink.BORDER));
    styled.setTickMarksVisible(false);
    styled.setTickLabelInsets(new RectangleInsets(3, 3, 2, 5));
  }

  private void setRanges(double width) {
    ValueRange range = ValueRange.of(data);
    valueAxis.show(range.low(), range.high(), 6);
    // Both charts reserve the same width for the labels, so that they share the y axis pixel by pixel.
    valueAxis.setFixedDimension(LEFT - 2);
    double low = ends(Spread::lowerQuartile).min().orElse(0);
    double high = ends(Spread::upperQuartile).max().orElse(1);
    double pad = Math.max((high - low) * 0.12, Math.max(high * 0.04, 1e-6));
    costAxis.show(Math.max(0, low - pad), high + 1.6 * pad, (int) Math.clamp((width - LEFT - RIGHT) / TICK, 2, 7));
  }

  /** Where points end on the cost axis, and the candidates of a search, whose axis is that of size. */
  private DoubleStream ends(Function<Spread, Double> end) {
    return DoubleStream.concat(
        shown.stream().mapToDouble(point -> reach(point, end)), candidates.stream().mapToDouble(candidate -> candidate.bytes() / 1e6));
  }

  private double reach(TradeoffPoint point, Function<Spread, Double> end) {
    return axis.spread(point).map(end).orElseGet(() -> axis.of(point).orElseThrow());
  }

  private DefaultXYDataset points() {
    double[][] values = new double[2][shown.size()];
    for (int i = 0; i < shown.size(); i++) {
      values[0][i] = axis.of(shown.get(i)).orElseThrow();
      values[1][i] = 100 * shown.get(i).value();
    }
    DefaultXYDataset dataset = new DefaultXYDataset();
    dataset.addSeries("points", values);
    return dataset;
  }

  /** The front as a step line, which goes on to the right edge. */
  private DefaultXYDataset frontLine(List<TradeoffPoint> front) {
    List<double[]> corners = new ArrayList<>();
    for (TradeoffPoint point : front) {
      corners.add(new double[] {axis.of(point).orElseThrow(), 100 * point.value()});
    }
    if (!front.isEmpty()) {
      corners.add(new double[] {costAxis.getUpperBound(), 100 * front.getLast().value()});
    }
    double[][] values = new double[2][corners.size()];
    for (int i = 0; i < corners.size(); i++) {
      values[0][i] = corners.get(i)[0];
      values[1][i] = Math.max(corners.get(i)[1], valueAxis.getLowerBound());
    }
    DefaultXYDataset dataset = new DefaultXYDataset();
    dataset.addSeries("front", values);
    return dataset;
  }

  private Optional<TradeoffPoint> pointAt(double x, double y) {
    return renderer.marks().stream()
        .filter(mark -> Math.hypot(mark.x() - x, mark.y() - y) <= REACH)
        .min(Comparator.comparingDouble(mark -> Math.hypot(mark.x() - x, mark.y() - y)))
        .map(PointRenderer.Mark::point);
  }

  private void hover(Optional<TradeoffPoint> point) {
    int step = point.map(TradeoffPoint::step).orElse(0);
    setCursor(point.isPresent() ? Cursor.HAND : Cursor.DEFAULT);
    if (step != hovered) {
      hovered = step;
      onHover.accept(point);
      redraw();
    }
  }

  private Color awt(Ink role) {
    javafx.scene.paint.Color color = ink(role);
    return new Color((float) color.getRed(), (float) color.getGreen(), (float) color.getBlue(), (float) color.getOpacity());
  }
}
