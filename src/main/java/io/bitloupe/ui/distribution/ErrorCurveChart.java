package io.bitloupe.ui.distribution;

import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.chart.Ticks;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.TextAlignment;

/** Mean squared error against the clip, split into clipping and rounding, with the clip that is shown marked. */
public final class ErrorCurveChart extends ChartPane {
  private static final double LEFT = 52;
  /** Holds the label of rounding. */
  private static final double LEAST_RIGHT = 60;
  private static final double TOP = 40;
  private static final double BOTTOM = 26;
  /** Between the middle of a label and what it names. */
  private static final double LABEL = 10;
  /** The label of the sum stands after this part of the curve. */
  private static final int TOTAL_AT = 8;

  private ErrorCurve curve = new ErrorCurve(List.of());
  private OptionalDouble end = OptionalDouble.empty();
  private double right = LEAST_RIGHT;
  private Optional<ClipFigures> figures = Optional.empty();

  /** An empty chart. */
  public ErrorCurveChart() {
    getStyleClass().add("error-curve-chart");
    setMinHeight(136);
  }

  /** Shows a curve. */
  public void show(ErrorCurve curve) {
    this.curve = curve;
    redraw();
  }

  /** Ends the axis at {@code end}, {@code margin} pixels from the right edge, as another chart does that shares its pixels. */
  public void setEnd(double end, double margin) {
    this.end = OptionalDouble.of(end);
    right = Math.max(LEAST_RIGHT, margin);
    redraw();
  }

  /** Ends the axis where the curve ends. */
  public void clearEnd() {
    end = OptionalDouble.empty();
    right = LEAST_RIGHT;
    redraw();
  }

  /** Marks the clip. */
  public void show(Optional<ClipFigures> figures) {
    this.figures = figures;
    redraw();
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    String title = Messages.get("curve.title");
    String fitting = widthOf(title, bold(NORMAL)) <= width ? title : Messages.get("curve.titleShort");
    write(gc, fitting, 0, 9, bold(NORMAL), Ink.FG, TextAlignment.LEFT);
    List<ErrorCurve.Point> points = curve.points();
    if (points.size() < 2) {
      return;
    }
    double most = points.stream().mapToDouble(ErrorCurve.Point::total).max().orElse(1);
    double least = points.stream().mapToDouble(ErrorCurve.Point::total).filter(it -> it > 0).min().orElse(most / 10);
    double bottom = height - BOTTOM;
    Axis x = Axis.linear(0, end.orElse(points.getLast().clip()), LEFT, width - right);
    double high = Math.pow(10, Math.ceil(Math.log10(Math.max(most, Double.MIN_NORMAL)) * 2) / 2);
    double low = Math.max(least / 8, high * 1e-7);
    Axis y = Axis.logarithmic(low, high, bottom, TOP);
    for (double tick : Ticks.along(y, TICK_ROOM, 4).values()) {
      gc.setStroke(ink(Ink.GRID));
      horizontal(gc, LEFT, x.to(), y.pixel(tick));
      String label = "10" + Figures.superscript((int) Math.round(Math.log10(tick)));
      write(gc, label, LEFT - 6, y.pixel(tick), text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    }
    gc.setStroke(ink(Ink.BORDER));
    horizontal(gc, LEFT, x.to(), bottom);
    Ticks ticks = Ticks.linear(0, x.high(), Math.clamp((int) ((x.to() - x.from()) / 60), 2, 6));
    for (double tick : ticks.values()) {
      write(gc, Figures.tick(tick, ticks.decimals()), x.pixel(tick), bottom + 10, text(SMALL), Ink.MUTED, TextAlignment.CENTER);
    }
    write(gc, Messages.get("curve.axis.error"), 0, TOP - 15, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    write(gc, Messages.get("curve.axis.clip"), 0, bottom + 10, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    // Below the curves: a label may end beside one, but must not cut it.
    Labels labels = new Labels(x, figures.filter(it -> it.affine().size() == 1).map(it -> x.clamped(it.range().max())));
    labelTotal(gc, points, labels, y);
    labelClipping(gc, points, labels, y);
    labelRounding(gc, points.getLast().rounding(), x, y, bottom);
    gc.save();
    gc.beginPath();
    gc.rect(LEFT, TOP, x.to() - LEFT, bottom - TOP);
    gc.clip();
    line(gc, points, ErrorCurve.Point::rounding, x, y, Ink.ROUND);
    line(gc, points, ErrorCurve.Point::clipping, x, y, Ink.CLIP);
    gc.setLineDashes(5, 3);
    line(gc, points, ErrorCurve.Point::total, x, y, Ink.FG);
    gc.setLineDashes((double[]) null);
    gc.restore();
    figures.filter(it -> it.affine().size() == 1).ifPresent(clip -> mark(gc, clip, x, y, bottom));
  }

  private void line(
      GraphicsContext gc, List<ErrorCurve.Point> points, ToDoubleFunction<ErrorCurve.Point> part, Axis x, Axis y, Ink color) {
    gc.setStroke(ink(color));
    gc.setLineWidth(1.5);
    gc.beginPath();
    boolean pen = false;
    for (ErrorCurve.Point point : points) {
      double value = part.applyAsDouble(point);
      if (value <= 0) {
        pen = false;
        continue;
      }
      double px = x.pixel(point.clip());
      double py = Math.clamp(y.pixel(value), -1e4, 1e4);
      if (pen) {
        gc.lineTo(px, py);
      } else {
        gc.moveTo(px, py);
      }
      pen = true;
    }
    gc.stroke();
    gc.setLineWidth(1);
  }

  /**
   * Where labels have room.
   *
   * @param x the axis that they stay on
   * @param clip pixel of the line at the clip, which would cross them
   */
  private record Labels(Axis x, Optional<Double> clip) {
    private static final double GAP = 6;

    /** Whether a label of {@code width} may begin at {@code left}. */
    boolean fits(double left, double width) {
      boolean crossed = clip.filter(line -> left - GAP < line && line < left + width + GAP).isPresent();
      return left >= x.from() && left + width <= x.to() && !crossed;
    }
  }

  private void labelRounding(GraphicsContext gc, double value, Axis x, Axis y, double bottom) {
    double at = Math.clamp(y.pixel(Math.max(value, Double.MIN_NORMAL)), TOP + 6, bottom - 14);
    write(gc, Messages.get("curve.rounding"), x.to() + 6, at, text(SMALL), Ink.ROUND, TextAlignment.LEFT);
  }

  /** Beside the beginning of the curve, where it falls. */
  private void labelTotal(GraphicsContext gc, List<ErrorCurve.Point> points, Labels labels, Axis y) {
    ErrorCurve.Point point = points.get(points.size() / TOTAL_AT);
    double at = Math.max(TOP + 6, y.pixel(Math.max(point.total(), Double.MIN_NORMAL)) - 6);
    writeOnPatch(gc, Messages.get("curve.total"), labels.x().pixel(point.clip()) + 10, at, text(SMALL), Ink.FG, TextAlignment.LEFT);
  }

  /** Half-way down the falling curve: above it at its right, or below it at its left where the right has no room. */
  private void labelClipping(GraphicsContext gc, List<ErrorCurve.Point> points, Labels labels, Axis y) {
    double wanted = Math.sqrt(y.low() * y.high());
    String text = Messages.get("curve.clipping");
    double width = widthOf(text, text(SMALL));
    points.stream().filter(point -> point.clipping() > 0 && point.clipping() < wanted).findFirst().ifPresent(
        point -> {
          double at = labels.x().pixel(point.clip());
          boolean right = labels.fits(at + 8, width);
          double left = right ? at + 8 : at - 12 - width;
          double middle = y.pixel(point.clipping()) + (right ? -2 : LABEL);
          writeOnPatch(gc, text, left, middle, text(SMALL), Ink.CLIP_TEXT, TextAlignment.LEFT);
        });
  }

  private void mark(GraphicsContext gc, ClipFigures clip, Axis x, Axis y, double bottom) {
    double at = x.clamped(clip.range().max());
    gc.setStroke(ink(Ink.ACCENT));
    gc.setLineWidth(2);
    gc.strokeLine(at, TOP, at, bottom);
    double error = clip.split().meanSquaredError();
    if (error > 0) {
      double py = Math.clamp(y.pixel(error), TOP, bottom);
      gc.setFill(ink(Ink.BG));
      gc.fillOval(at - 4.5, py - 4.5, 9, 9);
      gc.strokeOval(at - 4.5, py - 4.5, 9, 9);
    }
    gc.setLineWidth(1);
  }
}
