package io.bitloupe.ui.distribution;

import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartKey;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.chart.Pen;
import io.bitloupe.ui.chart.Ticks;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.TextAlignment;

/** Mean squared error against the clip, split into clipping and rounding, with the clip that is shown marked. */
public final class ErrorCurveChart extends ChartPane {
  private static final double LEFT = 52;
  /** Holds the name of the axis. */
  private static final double LEAST_RIGHT = 60;
  private static final double TOP = 44;
  private static final double BOTTOM = 26;
  /** Middle of the key. */
  private static final double KEY_AT = 27;

  /** The curves, in the order of the key; the last one is drawn over the others. */
  private enum Part {
    CLIPPING("curve.clipping", Pen.solid(Ink.CLIP), ErrorCurve.Point::clipping),
    ROUNDING("curve.rounding", Pen.solid(Ink.ROUND), ErrorCurve.Point::rounding),
    TOTAL("curve.total", Pen.dashed(Ink.FG), ErrorCurve.Point::total);

    private final String key;
    private final Pen pen;
    private final ToDoubleFunction<ErrorCurve.Point> error;

    Part(String key, Pen pen, ToDoubleFunction<ErrorCurve.Point> error) {
      this.key = key;
      this.pen = pen;
      this.error = error;
    }
  }

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
      write(gc, Figures.power(tick), LEFT - 6, y.pixel(tick), text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    }
    gc.setStroke(ink(Ink.BORDER));
    horizontal(gc, LEFT, x.to(), bottom);
    Ticks ticks = Ticks.linear(0, x.high(), Math.clamp((int) ((x.to() - x.from()) / 60), 2, 6));
    String axis = Messages.get("curve.axis.clip");
    double named = width - 1 - widthOf(axis, text(SMALL));
    for (double tick : ticks.values()) {
      String label = Figures.tick(tick, ticks.decimals());
      if (x.pixel(tick) + widthOf(label, text(SMALL)) / 2 < named - 6) {
        write(gc, label, x.pixel(tick), bottom + 10, text(SMALL), Ink.MUTED, TextAlignment.CENTER);
      }
    }
    write(gc, axis, named, bottom + 10, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    new ChartKey(Stream.of(Part.values()).map(part -> new ChartKey.Entry(Messages.get(part.key), part.pen)).toList())
        .draw(this, gc, KEY_AT, width);
    gc.save();
    gc.beginPath();
    gc.rect(LEFT, TOP, x.to() - LEFT, bottom - TOP);
    gc.clip();
    for (Part part : Part.values()) {
      line(gc, points, part, x, y);
    }
    gc.restore();
    figures.filter(it -> it.affine().size() == 1).ifPresent(clip -> mark(gc, clip, x, y, bottom));
  }

  private void line(GraphicsContext gc, List<ErrorCurve.Point> points, Part part, Axis x, Axis y) {
    part.pen.take(this, gc);
    gc.beginPath();
    boolean pen = false;
    for (ErrorCurve.Point point : points) {
      double value = part.error.applyAsDouble(point);
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
    Pen.putDown(gc);
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
