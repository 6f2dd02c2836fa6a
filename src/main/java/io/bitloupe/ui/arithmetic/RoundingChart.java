package io.bitloupe.ui.arithmetic;

import io.bitloupe.engine.ElementStory;
import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.chart.Ticks;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.TextAlignment;

/** The codes around the output on a line: where the rescaled accumulator lies, to which code it is rounded, where float lies. */
public final class RoundingChart extends ChartPane {
  private static final double REACH = 1.5;
  private static final double MOST = 12;
  private static final double MARGIN = 0.6;

  private Optional<ElementStory> story = Optional.empty();

  /** An empty chart. */
  public RoundingChart() {
    setMinHeight(90);
  }

  /** Shows {@code story}. */
  void show(Optional<ElementStory> story) {
    this.story = story;
    setAccessibleText(story.map(RoundingChart::describe).orElse(""));
    redraw();
  }

  private static String describe(ElementStory it) {
    return Messages.get("arithmetic.rounding.accessible", beforeRounding(it), it.trace().code(), Figures.fixed(it.floatCode(), 3));
  }

  private static String beforeRounding(ElementStory it) {
    return Figures.fixed(it.trace().rescaling().scaled() + it.trace().output().zeroPoint(), 3);
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    if (story.isEmpty()) {
      return;
    }
    ElementStory it = story.get();
    double before = it.trace().rescaling().scaled() + it.trace().output().zeroPoint();
    double code = it.trace().code();
    double unclamped = it.trace().unclamped();
    double exact = it.floatCode();
    double reach = reach(Math.abs(before - code), Math.abs(exact - code));
    double line = height * 0.58;
    Axis x = Axis.linear(code - reach, code + reach, 8, width - 8);
    gc.setFill(ink(Ink.SELECTION));
    gc.fillRect(x.clamped(unclamped - 0.5), line - 10, Math.max(0, x.clamped(unclamped + 0.5) - x.clamped(unclamped - 0.5)), 20);
    gc.setStroke(ink(Ink.FG));
    gc.strokeLine(x.from(), line, x.to(), line);
    List<Double> ticks = new ArrayList<>(Ticks.linear(x.low(), x.high(), (int) Math.max(2, width / (NORMAL * 5))).values());
    ticks.removeIf(tick -> tick != Math.rint(tick) || Math.abs(x.pixel(tick) - x.pixel(code)) < NORMAL * 3);
    ticks.add(code);
    for (double tick : ticks) {
      boolean chosen = tick == code;
      vertical(gc, x.pixel(tick), line - 5, line + 5);
      write(gc, Figures.fixed(tick, 0), x.pixel(tick), line + 17, chosen ? boldNumber(NORMAL) : number(NORMAL), chosen ? Ink.ACCENT
          : Ink.MUTED, TextAlignment.CENTER);
    }
    drawPoints(gc, it, x, line, new double[] {before, exact});
  }

  /** Codes on either side: where float lies too far away for the rounding to be seen beside it, it is pointed to. */
  static double reach(double rounded, double toFloat) {
    double whole = Math.max(rounded, toFloat) + MARGIN;
    return Math.clamp(whole <= MOST ? whole : rounded + MARGIN, REACH, MOST);
  }

  private void drawPoints(GraphicsContext gc, ElementStory it, Axis x, double line, double[] at) {
    double radius = 4;
    double from = x.clamped(at[0]);
    double exact = x.clamped(at[1]);
    gc.setStroke(ink(Ink.FG));
    gc.setFill(ink(Ink.BG));
    gc.setLineWidth(1.6);
    if (at[1] < x.low() || at[1] > x.high()) {
      double tip = at[1] < x.low() ? exact - radius : exact + radius;
      double back = at[1] < x.low() ? exact + radius : exact - radius;
      gc.strokePolygon(new double[] {tip, back, back}, new double[] {line, line - radius, line + radius}, 3);
    } else {
      gc.fillOval(exact - radius, line - radius, 2 * radius, 2 * radius);
      gc.strokeOval(exact - radius, line - radius, 2 * radius, 2 * radius);
    }
    gc.setFill(ink(Ink.ACCENT));
    gc.fillOval(from - radius, line - radius, 2 * radius, 2 * radius);
    double to = x.clamped(it.trace().code());
    if (Math.abs(to - from) > 3 * radius) {
      gc.setStroke(ink(Ink.ACCENT));
      double top = line - 14;
      gc.beginPath();
      gc.moveTo(from, line - radius - 1);
      gc.bezierCurveTo(from, top, to, top, to, line - 3);
      gc.stroke();
      gc.fillPolygon(new double[] {to - 4, to + 4, to}, new double[] {line - 8, line - 8, line - 1}, 3);
    }
    gc.setLineWidth(1);
    String integer = Messages.get("arithmetic.rounding.integer", beforeRounding(it));
    String floating = Messages.get("arithmetic.rounding.float", Figures.fixed(it.floatCode(), 3));
    double gap = 8;
    boolean integerLeft = from <= exact;
    double widthInteger = widthOf(integer, bold(NORMAL));
    double widthFloat = widthOf(floating, text(NORMAL));
    double leftWidth = integerLeft ? widthInteger : widthFloat;
    double rightWidth = integerLeft ? widthFloat : widthInteger;
    double left = Math.clamp((integerLeft ? from : exact) - leftWidth / 2, x.from(), x.to() - leftWidth - rightWidth - gap);
    double right = Math.clamp(
        (integerLeft ? exact : from) - rightWidth / 2, left + leftWidth + gap, Math.max(left + leftWidth + gap, x.to() - rightWidth));
    double y = NORMAL * 0.7;
    write(gc, integer, integerLeft ? left : right, y, bold(NORMAL), Ink.ACCENT, TextAlignment.LEFT);
    write(gc, floating, integerLeft ? right : left, y, text(NORMAL), Ink.FG, TextAlignment.LEFT);
    gc.setStroke(ink(Ink.ACCENT));
    gc.strokeLine((integerLeft ? left : right) + widthInteger / 2, y + NORMAL * 0.7, from, line - radius - 1);
    gc.setStroke(ink(Ink.FG));
    gc.strokeLine((integerLeft ? right : left) + widthFloat / 2, y + NORMAL * 0.7, exact, line - radius - 1);
  }
}
