package io.bitloupe.ui.tradeoff;

import io.bitloupe.exec.DeploymentTiming.Spread;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.workspace.Searched;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import javafx.geometry.BoundingBox;
import javafx.geometry.Bounds;
import javafx.geometry.Point2D;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.MenuItem;
import javafx.scene.text.TextAlignment;
import org.jfree.chart.fx.ChartCanvas;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYStepRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.DefaultXYDataset;

/** Accuracy against one cost: lines and points are drawn by JFreeChart in the colours of the theme, what is written goes around them. */
public final class TradeoffChart extends ChartPane {
  private static final double INSET = 4;
  private static final double GAP = 12;

  private final XYPlot plot = new XYPlot();
  private final Scales scales = new Scales(plot);
  private final PointRenderer renderer = new PointRenderer();
  private final XYStepRenderer stepRenderer = new XYStepRenderer();
  private final DenseChart chart = new DenseChart(plot);
  private final ChartCanvas canvas = new ChartCanvas(chart);
  private final PointPicker picker;
  private TradeoffData data = TradeoffData.EMPTY;
  private CostAxis axis = CostAxis.SIZE;
  private List<TradeoffPoint> shown = List.of();
  private List<Searched.Candidate> candidates = List.of();
  private Runnable afterDrawing = () -> {};

  /** An empty chart; {@link ChartFonts#register} must have run. */
  public TradeoffChart() {
    getStyleClass().add("tradeoff-chart");
    setMinHeight(120);
    plot.setRenderer(0, stepRenderer);
    plot.setRenderer(1, renderer);
    plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
    plot.setDomainGridlinesVisible(false);
    plot.setOutlineVisible(false);
    stepRenderer.setDefaultSeriesVisibleInLegend(false);
    canvas.setManaged(false);
    canvas.setMouseTransparent(true);
    getChildren().addFirst(canvas);
    picker = new PointPicker(this);
    focusedProperty().subscribe(_ -> redraw());
  }

  /** Says who hears of the point under the mouse and of a click. */
  public void listen(Consumer<Optional<TradeoffPoint>> onHover, Consumer<TradeoffPoint> onLoad) {
    picker.listen(onHover, onLoad);
  }

  /** Says what happens whenever points were drawn, maybe elsewhere than before. */
  void afterDrawing(Runnable action) {
    afterDrawing = action;
  }

  /** Says what the menu of a point offers. */
  void offer(List<PointAction> actions) {
    picker.offer(actions);
  }

  /** Says what the menu of the whole chart offers. */
  void offerForChart(MenuItem... items) {
    picker.offerForChart(List.of(items));
    setFocusTraversable(true);
  }

  /** Shows points against {@code axis}. */
  public void show(TradeoffData data, CostAxis axis) {
    this.data = data;
    this.axis = axis;
    setAccessibleText(Messages.get("tradeoff.accessible", axis.label(data), data.points().size()));
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

  /** Where points were drawn last. */
  List<Mark> marks() {
    return renderer.marks();
  }

  /** Pixel of the point of step {@code number}; x, then y. */
  public Optional<double[]> locate(int number) {
    return marks().stream().filter(mark -> mark.point().step() == number).findFirst().map(mark -> new double[] {mark.x(), mark.y()});
  }

  /** The chart without the labels of its vertical axis. */
  Bounds besideLabels() {
    Rectangle2D data = scales.area();
    return new BoundingBox(data.getX(), 0, data.getWidth(), getHeight());
  }

  /** Pixel of the point that is marked. */
  Optional<Point2D> locateMarked() {
    return locate(picker.marked()).map(pixel -> new Point2D(pixel[0], pixel[1]));
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    shown = data.points().stream().filter(point -> axis.of(point).isPresent())
        .sorted(Comparator.comparing(point -> point.status() == TradeoffPoint.Status.CURRENT)).toList();
    fit(width);
    double[][] corners = frontCorners();
    prepare(corners);
    chart.setDensity(density());
    fitLikeThis(canvas);
    canvas.draw();
    scales.drawnIn(canvas.getRenderingInfo().getPlotInfo().getDataArea());
    String name = Messages.get(data.labelled() ? "tradeoff.top1" : "tradeoff.agreement");
    write(gc, name, INSET, height - 8, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    double room = width - Scales.RIGHT - INSET - widthOf(name, text(SMALL)) - GAP;
    String cost = widthOf(axis.label(data), text(SMALL)) <= room ? axis.label(data) : axis.shortLabel(data);
    write(gc, cost, width - Scales.RIGHT, height - 8, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    annotate(new Annotations(this, gc, scales, marks(), lines(corners)));
    if (isFocused()) {
      gc.setStroke(ink(Ink.ACCENT));
      gc.strokeRect(0.5, 0.5, width - 1, height - 1);
    }
    boolean untimed = shown.isEmpty() && !data.points().isEmpty();
    if (untimed) {
      String why = axis == CostAxis.DEPLOYED || axis.load().isEmpty() ? "tradeoff.untimed" : "tradeoff.askForTimes";
      write(gc, Messages.get(why), width / 2, height / 2, text(SMALL), Ink.MUTED, TextAlignment.CENTER);
    }
    afterDrawing.run();
  }

  private void annotate(Annotations annotations) {
    annotations.drawCandidates(candidates);
    annotations.drawLabels(marks().stream().filter(renderer::isNamed).toList());
    if (!data.points().isEmpty()) {
      data.reference().ifPresent(reference -> annotations.drawReference(reference, axis));
    }
    if (shown.stream().anyMatch(point -> axis.spread(point).isPresent())) {
      annotations.drawSpreadKey();
    }
  }

  private void fit(double width) {
    double low = ends(Spread::lowerQuartile).min().orElse(0);
    double high = ends(Spread::upperQuartile).max().orElse(1);
    scales.paint(awt(Ink.MUTED), awt(Ink.BORDER));
    scales.fit(ValueRange.of(data), low, high, axis.unit(data), width);
  }

  /** Where points end on the cost axis, and the candidates of a search, whose axis is that of size. */
  private DoubleStream ends(Function<Spread, Double> end) {
    return DoubleStream.concat(
        shown.stream().mapToDouble(point -> axis.spread(point).map(end).orElseGet(() -> axis.of(point).orElseThrow())),
        candidates.stream().mapToDouble(Searched.Candidate::bytes));
  }

  private void prepare(double[][] corners) {
    PointRenderer.Inks inks =
        new PointRenderer.Inks(awt(Ink.BG), awt(Ink.FG), awt(Ink.MUTED), awt(Ink.FAINT), awt(Ink.STALE), awt(Ink.ACCENT));
    renderer.show(shown, axis, Front.of(data.points(), axis), inks, picker.marked());
    chart.setBackgroundPaint(inks.background());
    plot.setBackgroundPaint(inks.background());
    plot.setRangeGridlinePaint(awt(Ink.GRID));
    plot.setRangeGridlineStroke(new BasicStroke(1));
    plot.setDataset(0, dataset("front", corners));
    plot.setDataset(1, dataset("points", points()));
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

  private static DefaultXYDataset dataset(String key, double[][] values) {
    DefaultXYDataset dataset = new DefaultXYDataset();
    dataset.addSeries(key, values);
    return dataset;
  }

  /** Costs and accuracies of the points. */
  private double[][] points() {
    double[][] values = new double[2][shown.size()];
    for (int i = 0; i < shown.size(); i++) {
      values[0][i] = axis.of(shown.get(i)).orElseThrow();
      values[1][i] = 100 * shown.get(i).value();
    }
    return values;
  }

  /** Costs and accuracies where the front, a step line, goes up; it goes on to the right edge. */
  private double[][] frontCorners() {
    List<TradeoffPoint> front = Front.of(data.points(), axis);
    int count = front.isEmpty() ? 0 : front.size() + 1;
    double[][] values = new double[2][count];
    for (int i = 0; i < count; i++) {
      TradeoffPoint point = front.get(Math.min(i, front.size() - 1));
      values[0][i] = i < front.size() ? axis.of(point).orElseThrow() : scales.greatestCost();
      values[1][i] = Math.max(100 * point.value(), scales.leastValue());
    }
    return values;
  }

  /** The front, which goes across before it goes up, and the line of the float model, in pixels. */
  private List<Line2D> lines(double[][] corners) {
    List<Line2D> lines = new ArrayList<>();
    for (int i = 0; i + 1 < corners[0].length; i++) {
      double from = scales.x(corners[0][i]);
      double to = scales.x(corners[0][i + 1]);
      double low = scales.y(corners[1][i]);
      lines.add(new Line2D.Double(from, low, to, low));
      lines.add(new Line2D.Double(to, low, to, scales.y(corners[1][i + 1])));
    }
    Rectangle2D area = scales.area();
    data.reference()
        .map(reference -> scales.y(100 * reference.value()))
        .ifPresent(y -> lines.add(new Line2D.Double(area.getMinX(), y, area.getMaxX(), y)));
    return lines;
  }

  private Color awt(Ink role) {
    javafx.scene.paint.Color color = ink(role);
    return new Color((float) color.getRed(), (float) color.getGreen(), (float) color.getBlue(), (float) color.getOpacity());
  }
}
