package io.bitloupe.ui.arithmetic;

import io.bitloupe.engine.ElementStory;
import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.TextAlignment;

/** From the float element to the integer one in steps of the output: a waterfall with one bar for each cause. */
public final class ContributionChart extends ChartPane {
  private static final double ROW = 21;

  /** A bar. */
  private record Part(String name, double value) {}

  private List<Part> parts = List.of();

  /** An empty chart. */
  public ContributionChart() {}

  /** Shows {@code contributions}. */
  void show(Optional<ElementStory.Contributions> contributions) {
    parts = contributions.map(ContributionChart::parts).orElse(List.of());
    setMinHeight(ROW * parts.size() + 4);
    setPrefHeight(ROW * parts.size() + 4);
    List<String> spoken = new ArrayList<>();
    parts.forEach(part -> spoken.add(Messages.get("arithmetic.part.accessible", part.name(), signed(part.value()))));
    setAccessibleText(String.join(Messages.get("list.separator"), spoken));
    redraw();
  }

  private static List<Part> parts(ElementStory.Contributions it) {
    List<Part> parts = new ArrayList<>();
    if (Math.abs(it.range()) >= 0.0005) {
      parts.add(new Part(Messages.get("arithmetic.part.range"), it.range()));
    }
    parts.add(new Part(Messages.get("arithmetic.part.weights"), it.weights()));
    parts.add(new Part(Messages.get("arithmetic.part.inputs"), it.inputs()));
    parts.add(new Part(Messages.get("arithmetic.part.bias"), it.bias()));
    parts.add(new Part(Messages.get("arithmetic.part.multiplier"), it.multiplier()));
    parts.add(new Part(Messages.get("arithmetic.part.rounding"), it.rounding()));
    return parts;
  }

  static String signed(double value) {
    String text = Figures.fixed(value, 3);
    return value > 0 && !text.equals("0.000") ? Messages.get("arithmetic.plusPlain", text) : text;
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    double names = 0;
    double numbers = widthOf("−00.000", number(NORMAL));
    double low = 0;
    double high = 0;
    double sum = 0;
    for (Part part : parts) {
      names = Math.max(names, widthOf(part.name(), text(NORMAL)));
      numbers = Math.max(numbers, widthOf(signed(part.value()), number(NORMAL)));
      sum += part.value();
      low = Math.min(low, sum);
      high = Math.max(high, sum);
    }
    Axis x = Axis.linear(low, high, names + 12, width - numbers - 12);
    gc.setStroke(ink(Ink.FG));
    vertical(gc, x.pixel(0), 0, ROW * parts.size());
    double at = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      double middle = ROW * (i + 0.5);
      write(gc, part.name(), 0, middle, text(NORMAL), Ink.FG, TextAlignment.LEFT);
      write(gc, signed(part.value()), width - 1, middle, number(NORMAL), Ink.FG, TextAlignment.RIGHT);
      double from = x.pixel(Math.min(at, at + part.value()));
      double to = x.pixel(Math.max(at, at + part.value()));
      gc.setFill(ink(part.value() < 0 ? Ink.ROUND : Ink.BAR));
      gc.fillRect(from, middle - ROW * 0.3, Math.max(1, to - from), ROW * 0.6);
      at += part.value();
      if (i + 1 < parts.size()) {
        gc.setStroke(ink(Ink.STALE));
        vertical(gc, x.pixel(at), middle + ROW * 0.3, middle + ROW * 0.7);
      }
    }
  }
}
