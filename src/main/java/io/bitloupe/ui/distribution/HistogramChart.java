package io.bitloupe.ui.distribution;

import io.bitloupe.model.Layer;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.text.TextAlignment;

/**
 * A histogram with the clipping range on it: above, a ladder with one bar for each range method; below, the codes. The handles at
 * the ends of the range can be dragged or moved by arrow keys.
 */
public final class HistogramChart extends ChartPane {
  private static final double LEFT = 88;
  private static final double RIGHT = 76;
  private static final double BOTTOM = 44;
  private static final double HIT = 10;

  /** Between the plot and what stands beside it, and between the lines of that. */
  private static final double BESIDE = 10;
  private static final double ASIDE_LINE = 14;

  /** Which end of the range. */
  private enum End {
    LOWER,
    UPPER
  }

  private final ReadOnlyObjectWrapper<Axis> valueAxis = new ReadOnlyObjectWrapper<>(Axis.linear(-1, 1, LEFT, LEFT + 1));
  private Optional<TensorPicture> picture = Optional.empty();
  private Optional<ClipFigures> figures = Optional.empty();
  private boolean logarithmic = true;
  private boolean afterwards;
  private End active = End.UPPER;
  private Optional<End> dragged = Optional.empty();
  private final HistogramBars bars = new HistogramBars(this);
  private final RangeLadder ladder = new RangeLadder(this);
  private final CodeGrid grid = new CodeGrid(this, LEFT);
  private Consumer<Range> onMove = _ -> {};
  private Consumer<Range> onNudge = _ -> {};
  private Runnable onCommit = () -> {};
  private Runnable onCancel = () -> {};
  private Consumer<RangeMethod> onTake = _ -> {};

  /** An empty chart. */
  public HistogramChart() {
    getStyleClass().add("histogram-chart");
    setFocusTraversable(true);
    setAccessibleRole(AccessibleRole.SLIDER);
    setMinHeight(290);
    focusedProperty().subscribe(_ -> redraw());
    setOnMousePressed(this::onPressed);
    setOnMouseDragged(this::onDragged);
    setOnMouseReleased(this::onReleased);
    setOnMouseMoved(this::onMoved);
    setOnMouseExited(_ -> hover(OptionalInt.empty(), OptionalInt.empty()));
    setOnKeyPressed(this::onKey);
  }

  /** Says what happens when a handle moves, moves by a key, is let go, is called off, and when a rung is clicked. */
  public void listen(
      Consumer<Range> onMove, Consumer<Range> onNudge, Runnable onCommit, Runnable onCancel, Consumer<RangeMethod> onTake) {
    this.onMove = onMove;
    this.onNudge = onNudge;
    this.onCommit = onCommit;
    this.onCancel = onCancel;
    this.onTake = onTake;
  }

  /** Shows a picture. */
  public void show(Optional<TensorPicture> picture) {
    this.picture = picture;
    grid.hover(OptionalInt.empty());
    redraw();
  }

  /** Shows figures at the clip. */
  public void show(ClipFigures figures) {
    this.figures = Optional.of(figures);
    setAccessibleText(Messages.get("histogram.accessible", Figures.real(figures.range().min()), Figures.real(figures.range().max())));
    redraw();
  }

  /** Shows no clip. */
  public void clearFigures() {
    figures = Optional.empty();
    redraw();
  }

  /** Draws counts on a logarithmic or linear axis. */
  public void setLogarithmic(boolean logarithmic) {
    this.logarithmic = logarithmic;
    redraw();
  }

  /** Draws over the bars what quantization makes of them, or no longer. */
  public void setAfterwards(boolean afterwards) {
    this.afterwards = afterwards;
    redraw();
  }

  /** Where values lie, for charts that share the axis. */
  public ReadOnlyObjectProperty<Axis> valueAxisProperty() {
    return valueAxis.getReadOnlyProperty();
  }

  /** Whether a clip is drawn. */
  public boolean showsAClip() {
    return picture.isPresent() && figures.isPresent();
  }

  /** Whether the clip that is drawn is the one scale of the weights of {@code layer}. */
  public boolean showsClipOf(Layer layer) {
    return picture.filter(it -> it.subject().layer().equals(layer) && it.isMovable() && !it.isGrouped()).isPresent() && figures.isPresent();
  }

  /** Pixel of the upper or lower handle, for tests. */
  public double handleX(boolean upper) {
    Range range = figures.orElseThrow().range();
    return valueAxis.get().pixel(upper ? range.max() : range.min());
  }

  /** Pixel of the handles' middle, for tests. */
  public double handleY() {
    return gripY(plotTop(), getHeight() - BOTTOM);
  }

  /** Middle of the rung of a method, for tests. */
  public double rungY(int index) {
    return RangeLadder.middleOf(index);
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    if (picture.isEmpty()) {
      return;
    }
    TensorPicture shown = picture.get();
    double top = plotTop();
    double bottom = height - BOTTOM;
    Axis x = xAxis(shown, width);
    if (!x.equals(valueAxis.get())) {
      valueAxis.set(x);
    }
    DisplayBins bins = DisplayBins.of(shown, x);
    Axis y = bins.countAxis(logarithmic, bottom, top + 14);
    bars.drawCountAxis(gc, y, x, top, bottom);
    Optional<GridCells> cells = GridCells.of(shown, figures);
    Range clipped = figures.map(ClipFigures::range).orElse(new Range(-Float.MAX_VALUE, Float.MAX_VALUE));
    cells.ifPresent(it -> grid.drawBands(gc, it, clipped.min(), clipped.max(), x, top + 14, bottom));
    bars.draw(gc, bins, clipped, x, y, bottom);
    bars.drawValueAxis(gc, Messages.get(side(shown)), x, bottom);
    ladder.draw(gc, shown, x, width, bottom);
    cells.ifPresentOrElse(
        it -> {
          grid.drawAxis(gc, it, x, top + 14, bottom);
          if (afterwards && shown.hasOneGrid()) {
            gc.setStroke(ink(Ink.FG));
            CodeOverlay.of(shown, it).draw(gc, bins.width(), x, y);
          }
        },
        () -> {
          shown.levels().ifPresent(_ -> grid.drawTitle(gc, Messages.get("histogram.vectors"), bottom));
          shown.levels().ifPresent(it -> grid.drawMarks(gc, it.coordinates(), x, bottom));
          if (afterwards) {
            gc.setStroke(ink(Ink.FG));
            shown.spread().ifPresent(it -> it.draw(gc, bins, x, y));
          }
        });
    if (afterwards && shown.hasAfterwards()) {
      bars.drawKey(gc, x.to() + BESIDE, bottom);
    }
    figures.ifPresent(clip -> drawHandles(gc, shown, clip, x, top - 6, bottom));
    drawAside(gc, bins, shown.statistics().count(), x, top);
    cells.filter(_ -> dragged.isEmpty()).ifPresent(it -> grid.drawCard(gc, shown, it, x, top, x.to()));
  }

  private static String side(TensorPicture shown) {
    return shown.subject().side() == TensorSide.WEIGHTS ? "histogram.weight" : "histogram.value";
  }

  private double plotTop() {
    int rungs = picture.map(it -> it.picks().size()).orElse(0);
    return rungs == 0 ? 8 : RangeLadder.bottomOf(rungs) + 14;
  }

  private Axis xAxis(TensorPicture shown, double width) {
    double low = shown.statistics().min();
    double high = shown.statistics().max();
    // Off the data only as far as the configuration itself clips, not while a handle is dragged: the axis must stand still.
    Optional<Range> configured = shown.figures().map(ClipFigures::range);
    low = Math.min(Math.min(low, 0), configured.map(range -> (double) range.min()).orElse(0.0));
    high = Math.max(Math.max(high, 0), configured.map(range -> (double) range.max()).orElse(0.0));
    boolean mirrored = shown.quantized().filter(it -> it.format().scheme() == Scheme.SYMMETRIC).isPresent() && low < 0;
    if (mirrored) {
      high = Math.max(-low, high);
      low = -high;
    }
    double pad = Math.max((high - low) * (mirrored ? 0.025 : 0.05), 1e-12);
    return Axis.linear(low - pad, high + pad, LEFT, width - RIGHT - ladder.room(shown.picks()));
  }

  private void drawHandles(GraphicsContext gc, TensorPicture shown, ClipFigures clip, Axis x, double top, double bottom) {
    boolean movable = shown.isMovable();
    boolean dashed = shown.isGrouped() && !isMoving();
    for (End end : End.values()) {
      double at = Math.round(x.clamped(end == End.UPPER ? clip.range().max() : clip.range().min()));
      gc.setStroke(ink(Ink.ACCENT));
      gc.setLineWidth(2);
      if (dashed) {
        gc.setLineDashes(6, 4);
      }
      gc.strokeLine(at, top, at, bottom);
      gc.setLineDashes((double[]) null);
      if (movable) {
        double y = gripY(top + 6, bottom);
        boolean focused = isFocused() && end == active;
        gc.setFill(ink(Ink.BG));
        gc.fillRoundRect(at - 6, y - 16, 12, 32, 6, 6);
        gc.setLineWidth(focused ? 2.5 : 1.5);
        gc.strokeRoundRect(at - 6, y - 16, 12, 32, 6, 6);
        gc.setLineWidth(1);
        gc.strokeLine(at - 1.5, y - 5, at - 1.5, y + 5);
        gc.strokeLine(at + 1.5, y - 5, at + 1.5, y + 5);
      }
      gc.setLineWidth(1);
    }
  }

  private static double gripY(double top, double bottom) {
    return Math.round(top + (bottom - top) * 0.5);
  }

  /** How many are clipped and which part the bars leave out, beside the plot, where neither a handle nor a line of the ladder passes. */
  private void drawAside(GraphicsContext gc, DisplayBins bins, long values, Axis x, double top) {
    double count = figures.map(clip -> clip.split().clippedShare() * clip.split().count()).orElse(0.0);
    double at = top + 22;
    if (count >= 0.5) {
      drawAside(gc, Figures.count(Math.round(count)), Ink.CLIP_TEXT, "histogram.clipped", x, at);
      at += 2 * ASIDE_LINE + 6;
    }
    if (bins.hidesZeros()) {
      drawAside(gc, Figures.percent(bins.zeros() / Math.max(1, values), 1), Ink.MUTED, "histogram.zeros", x, at);
    }
  }

  private void drawAside(GraphicsContext gc, String figure, Ink ink, String what, Axis x, double at) {
    write(gc, figure, x.to() + BESIDE, at, number(SMALL), ink, TextAlignment.LEFT);
    write(gc, Messages.get(what), x.to() + BESIDE, at + ASIDE_LINE, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
  }

  private boolean isMoving() {
    return figures.filter(it -> it.affine().size() == 1).isPresent();
  }

  private Optional<End> endAt(double mouseX, double mouseY) {
    if (figures.isEmpty() || picture.filter(TensorPicture::isMovable).isEmpty() || mouseY < plotTop() - 6
        || mouseY > getHeight() - BOTTOM) {
      return Optional.empty();
    }
    double upper = Math.abs(handleX(true) - mouseX);
    double lower = Math.abs(handleX(false) - mouseX);
    if (Math.min(upper, lower) > HIT) {
      return Optional.empty();
    }
    return Optional.of(upper <= lower ? End.UPPER : End.LOWER);
  }

  private OptionalInt rungAt(double mouseY) {
    return RangeLadder.rungAt(mouseY, picture.map(it -> it.picks().size()).orElse(0));
  }

  private OptionalInt cellAt(double mouseX, double mouseY) {
    boolean inside = mouseY > plotTop() && mouseY < getHeight() - BOTTOM + 24;
    return inside
        ? picture.flatMap(it -> GridCells.of(it, figures)).map(it -> it.at(valueAxis.get().value(mouseX))).orElse(OptionalInt.empty())
        : OptionalInt.empty();
  }

  private void hover(OptionalInt rung, OptionalInt cell) {
    boolean otherRung = ladder.hover(rung);
    if (grid.hover(cell) || otherRung) {
      redraw();
    }
  }

  private void onMoved(MouseEvent event) {
    Optional<End> end = endAt(event.getX(), event.getY());
    OptionalInt rung = rungAt(event.getY());
    setCursor(end.isPresent() ? Cursor.H_RESIZE : rung.isPresent() ? Cursor.HAND : Cursor.DEFAULT);
    hover(rung, end.isPresent() ? OptionalInt.empty() : cellAt(event.getX(), event.getY()));
  }

  private void onPressed(MouseEvent event) {
    requestFocus();
    // A scroll pane around it would take the focus for itself.
    event.consume();
    dragged = endAt(event.getX(), event.getY());
    if (dragged.isPresent()) {
      active = dragged.get();
      hover(OptionalInt.empty(), OptionalInt.empty());
      return;
    }
    OptionalInt rung = rungAt(event.getY());
    if (rung.isPresent()) {
      onTake.accept(picture.orElseThrow().picks().get(rung.getAsInt()).method());
    }
  }

  private void onDragged(MouseEvent event) {
    dragged.ifPresent(end -> onMove.accept(rangeWith(end, valueAxis.get().value(event.getX()))));
  }

  private void onReleased(MouseEvent event) {
    if (dragged.isPresent()) {
      dragged = Optional.empty();
      onCommit.run();
      redraw();
    }
  }

  /** The range with one end at {@code value}; symmetric formats move both. */
  private Range rangeWith(End end, double value) {
    Range now = figures.orElseThrow().range();
    Axis x = valueAxis.get();
    double least = (x.high() - x.low()) * 1e-3;
    boolean mirrored = picture.orElseThrow().quantized().filter(it -> it.format().scheme() == Scheme.SYMMETRIC).isPresent();
    double kept = Math.clamp(value, x.low(), x.high());
    if (mirrored) {
      float bound = (float) Math.max(end == End.UPPER ? kept : -kept, least);
      return new Range(-bound, bound);
    }
    return end == End.UPPER
        ? new Range(now.min(), (float) Math.max(kept, now.min() < 0 ? 0 : least))
        : new Range((float) Math.min(kept, now.max() > 0 ? 0 : -least), now.max());
  }

  private void onKey(KeyEvent event) {
    if (figures.isEmpty() || picture.filter(TensorPicture::isMovable).isEmpty()) {
      return;
    }
    double step = (valueAxis.get().value(2) - valueAxis.get().value(0)) * (event.isShiftDown() ? 10 : 1);
    Range range = figures.get().range();
    double value = active == End.UPPER ? range.max() : range.min();
    KeyCode code = event.getCode();
    switch (code) {
      case LEFT -> onNudge.accept(rangeWith(active, value - step));
      case RIGHT -> onNudge.accept(rangeWith(active, value + step));
      case UP, DOWN -> {
        active = active == End.UPPER ? End.LOWER : End.UPPER;
        redraw();
      }
      case ENTER -> onCommit.run();
      case ESCAPE -> {
        dragged = Optional.empty();
        onCancel.run();
      }
      default -> {
        return;
      }
    }
    event.consume();
  }
}
