package io.bitloupe.ui.history;

import io.bitloupe.metric.Interval;
import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javafx.scene.canvas.GraphicsContext;

/** A value with its interval and the float reference on one line; all cards share the scale. */
final class IntervalStrip extends ChartPane {
  private OptionalDouble value = OptionalDouble.empty();
  private Optional<Interval> interval = Optional.empty();
  private OptionalDouble reference = OptionalDouble.empty();
  private boolean current;
  private StripScale scale = StripScale.of(List.of());

  IntervalStrip() {
    setMinHeight(16);
    setPrefHeight(16);
    setMaxHeight(16);
  }

  void show(HistoryCard card, StripScale scale) {
    value = card.value();
    interval = card.interval();
    reference = card.reference();
    current = card.current();
    this.scale = scale;
    redraw();
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    double middle = Math.floor(height / 2);
    gc.setStroke(ink(Ink.LINE));
    horizontal(gc, 0, width, middle);
    if (value.isEmpty() || interval.isEmpty()) {
      return;
    }
    Axis x = Axis.linear(scale.low(), scale.high(), 4, width - 4);
    reference.ifPresent(
        it -> {
          gc.setStroke(ink(Ink.MUTED));
          gc.setLineDashes(2, 2);
          vertical(gc, x.clamped(it), 1, height - 1);
          gc.setLineDashes((double[]) null);
        });
    Ink color = current ? Ink.ACCENT : Ink.FG;
    gc.setStroke(ink(color));
    gc.setFill(ink(color));
    gc.setLineWidth(1.5);
    gc.strokeLine(x.clamped(interval.get().low()), middle + 0.5, x.clamped(interval.get().high()), middle + 0.5);
    gc.fillOval(x.clamped(value.getAsDouble()) - 3.5, middle - 3, 7, 7);
  }
}
