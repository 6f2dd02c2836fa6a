package io.bitloupe.ui.samples;

import io.bitloupe.engine.SampleSignal;
import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.chart.Ticks;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javafx.geometry.Rectangle2D;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.text.TextAlignment;

/** The signal-to-noise ratio of one sample's outputs, layer by layer; a click or the arrow keys select a layer. */
public final class SignalChart extends ChartPane {
  private static final double LEFT = 34;
  private static final double RIGHT = 12;
  private static final double TOP = 28;
  private static final double BOTTOM = 38;
  private static final double MOST = 60;
  /** The scale ends above the highest bar: a name stands over it. */
  private static final double HEADROOM = 1.15;
  /** Between the mark of the first layer that diverged and its name. */
  private static final double ASIDE = 9;
  private static final double HALF_LINE = 6;

  private final SamplesViewModel viewModel;
  private Optional<SampleSignal> signal = Optional.empty();

  /** Draws what {@code viewModel} looks at. */
  public SignalChart(SamplesViewModel viewModel) {
    this.viewModel = viewModel;
    setId("signal-chart");
    setMinHeight(150);
    setFocusTraversable(true);
    setAccessibleRole(AccessibleRole.IMAGE_VIEW);
    setCursor(Cursor.HAND);
    redrawOn(viewModel.selectionProperty());
    redrawOn(focusedProperty());
    viewModel.signalProperty().subscribe(this::show);
    setOnMouseClicked(
        event -> {
          requestFocus();
          at(event.getX()).ifPresent(this::select);
        });
    setOnKeyPressed(this::onKey);
  }

  private void show(Optional<SampleSignal> shown) {
    signal = shown;
    setAccessibleText(shown.map(this::diverged).orElse(""));
    redraw();
  }

  /** Where the signal diverges, in one sentence. */
  String diverged(SampleSignal it) {
    return it.firstDiverged()
        .map(
            layer ->
                Messages.get(
                    "samples.diverged",
                    Figures.fixed(SampleSignal.DIVERGED_DB, 0),
                    viewModel.nameOf(layer.layer()),
                    Figures.fixed(layer.sqnrDb(), 1)))
        .orElseGet(() -> Messages.get("samples.notDiverged", Figures.fixed(SampleSignal.DIVERGED_DB, 0)));
  }

  /** Middle of layer number {@code index} of those that are drawn, in pixels. */
  public double layerX(int index) {
    return axis(getWidth()).pixel(index + 0.5);
  }

  private Axis axis(double width) {
    return Axis.linear(0, Math.max(1, signal.map(it -> it.layers().size()).orElse(1)), LEFT, width - RIGHT);
  }

  private Optional<Integer> at(double x) {
    int index = (int) Math.floor(axis(getWidth()).value(x));
    return signal.filter(it -> index >= 0 && index < it.layers().size()).map(_ -> index);
  }

  private void select(int index) {
    viewModel.selectLayer(signal.orElseThrow().layers().get(index).layer());
  }

  private void onKey(KeyEvent event) {
    int direction = event.getCode() == KeyCode.RIGHT ? 1 : event.getCode() == KeyCode.LEFT ? -1 : 0;
    if (direction != 0 && signal.isPresent() && !signal.get().layers().isEmpty()) {
      int lead = viewModel.selectionProperty().get().lead();
      List<Integer> layers = signal.get().layers().stream().map(SampleSignal.LayerSignal::layer).toList();
      select(Math.clamp((long) layers.indexOf(lead) + direction, 0, layers.size() - 1));
      event.consume();
    }
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    write(gc, Messages.get("samples.chart"), 0, 9, bold(NORMAL), Ink.FG, TextAlignment.LEFT);
    if (signal.isEmpty() || signal.get().layers().isEmpty()) {
      return;
    }
    List<SampleSignal.LayerSignal> layers = signal.get().layers();
    double bottom = height - BOTTOM;
    double least = Math.min(0, layers.stream().mapToDouble(SampleSignal.LayerSignal::sqnrDb).min().orElse(0));
    double highest = layers.stream().mapToDouble(SampleSignal.LayerSignal::sqnrDb).filter(Double::isFinite).max().orElse(0);
    double greatest = Math.clamp(highest, 20, MOST);
    Axis x = axis(width);
    Axis y = Axis.linear(Math.max(-20, least), greatest * HEADROOM, bottom, TOP);
    Ticks ticks = Ticks.along(y, TICK_ROOM, 5);
    for (double tick : ticks.values()) {
      gc.setStroke(ink(Ink.GRID));
      horizontal(gc, x.from(), x.to(), y.pixel(tick));
      write(gc, Figures.tick(tick, ticks.decimals()), x.from() - 6, y.pixel(tick), text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    }
    Optional<SampleSignal.LayerSignal> first = signal.get().firstDiverged();
    int lead = viewModel.selectionProperty().get().lead();
    for (int i = 0; i < layers.size(); i++) {
      SampleSignal.LayerSignal layer = layers.get(i);
      double from = x.pixel(i + 0.12);
      double to = x.pixel(i + 0.88);
      if (layer.layer() == lead) {
        gc.setFill(ink(Ink.SELECTION));
        gc.fillRect(x.pixel(i), TOP, x.pixel(i + 1.0) - x.pixel(i), bottom - TOP);
      }
      boolean diverged = layer.sqnrDb() < SampleSignal.DIVERGED_DB;
      gc.setFill(ink(diverged ? Ink.CLIP : Ink.BAR));
      double top = y.clamped(layer.sqnrDb());
      double zero = y.clamped(0);
      gc.fillRect(from, Math.min(top, zero), Math.max(1, to - from), Math.max(1, Math.abs(zero - top)));
    }
    double limit = y.pixel(SampleSignal.DIVERGED_DB);
    gc.setStroke(ink(Ink.FG));
    gc.setLineDashes(4, 3);
    horizontal(gc, x.from(), x.to(), limit);
    gc.setLineDashes();
    drawFirst(gc, layers, first, x, y);
    gc.setStroke(ink(Ink.BORDER));
    horizontal(gc, x.from(), x.to(), bottom);
    for (double tick : Ticks.whole(1, layers.size(), 6).values()) {
      String number = Figures.count(layers.get((int) tick - 1).layer() + 1L);
      write(gc, number, x.pixel(tick - 0.5), bottom + 10, text(SMALL), Ink.MUTED, TextAlignment.CENTER);
    }
    write(gc, Messages.get("samples.axis.sqnr"), 0, height - 8, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    write(gc, Messages.get("samples.axis.layer"), width - RIGHT, height - 8, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    if (isFocused()) {
      gc.setStroke(ink(Ink.ACCENT));
      gc.strokeRect(0.5, 0.5, width - 1, height - 1);
    }
  }

  private void drawFirst(
      GraphicsContext gc, List<SampleSignal.LayerSignal> layers, Optional<SampleSignal.LayerSignal> first, Axis x, Axis y) {
    if (first.isPresent()) {
      double at = x.pixel(layers.indexOf(first.get()) + 0.5);
      double top = y.clamped(Math.max(first.get().sqnrDb(), SampleSignal.DIVERGED_DB));
      gc.setFill(ink(Ink.CLIP_TEXT));
      gc.fillPolygon(new double[] {at - 5, at + 5, at}, new double[] {top - 12, top - 12, top - 4}, 3);
      Rectangle2D free = freePlace(viewModel.nameOf(first.get().layer()), at, top - 9, layers, x, y);
      double middle = (free.getMinY() + free.getMaxY()) / 2;
      gc.setStroke(ink(Ink.CLIP_TEXT));
      if (middle < top - 12) {
        double end = free.getMinX() > at ? free.getMinX() - 1 : free.getMaxX() + 1;
        gc.strokeLine(at, top - 12, end, middle);
      }
      write(gc, viewModel.nameOf(first.get().layer()), free.getMinX(), middle, text(SMALL), Ink.CLIP_TEXT, TextAlignment.LEFT);
    }
  }

  /** Where {@code label} meets no bar: right or left of {@code at}, as near to {@code lowest} as there is room above it. */
  private Rectangle2D freePlace(String label, double at, double lowest, List<SampleSignal.LayerSignal> layers, Axis x, Axis y) {
    double length = widthOf(label, text(SMALL));
    for (double middle = lowest; middle > TOP; middle -= 2) {
      for (double left : new double[] {at + ASIDE, at - ASIDE - length}) {
        Rectangle2D place = new Rectangle2D(left, middle - HALF_LINE, length, 2 * HALF_LINE);
        boolean free =
            left >= x.from()
                && left + length <= x.to()
                && IntStream.range(0, layers.size())
                    .filter(i -> x.pixel(i) < place.getMaxX() && x.pixel(i + 1.0) > place.getMinX())
                    .allMatch(i -> y.clamped(Math.max(0, layers.get(i).sqnrDb())) > place.getMaxY());
        if (free) {
          return place;
        }
      }
    }
    double left = Math.clamp(at - length / 2, x.from(), Math.max(x.from(), x.to() - length));
    return new Rectangle2D(left, TOP - HALF_LINE, length, 2 * HALF_LINE);
  }
}
