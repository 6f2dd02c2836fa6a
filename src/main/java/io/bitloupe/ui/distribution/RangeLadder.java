package io.bitloupe.ui.distribution;

import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/** The ranges that the methods would choose, one rung each, so that their labels cannot collide however close they are. */
final class RangeLadder {
  private static final double HEIGHT = 17;
  private static final double TOP = 18;
  private static final double PAD = 16;
  /** Between the longest bar and the column of ranges. */
  private static final double GAP = 12;

  private final ChartPane pane;
  private OptionalInt hovered = OptionalInt.empty();

  /** Draws on {@code pane}. */
  RangeLadder(ChartPane pane) {
    this.pane = pane;
  }

  /** Middle of a rung. */
  static double middleOf(int rung) {
    return TOP + (rung + 0.5) * HEIGHT;
  }

  /** Lower end of {@code rungs} rungs. */
  static double bottomOf(int rungs) {
    return TOP + rungs * HEIGHT;
  }

  /** The rung at {@code y} of {@code rungs}. */
  static OptionalInt rungAt(double y, int rungs) {
    int rung = (int) Math.floor((y - TOP) / HEIGHT);
    return y >= TOP && rung < rungs ? OptionalInt.of(rung) : OptionalInt.empty();
  }

  /** The rung under the mouse; whether that is another one. */
  boolean hover(OptionalInt rung) {
    boolean changed = !rung.equals(hovered);
    hovered = rung;
    return changed;
  }

  /** Draws the rungs, and dashed lines down to {@code bottom} from the ends of those that are not in use. */
  void draw(GraphicsContext gc, TensorPicture shown, Axis x, double width, double bottom) {
    List<RangePick> picks = shown.picks();
    if (picks.isEmpty()) {
      return;
    }
    pane.write(gc, Messages.get("histogram.sqnr"), width - PAD, 8, ChartPane.text(ChartPane.SMALL), Ink.MUTED, TextAlignment.RIGHT);
    // Where channels or blocks have scales of their own, none of the rungs is in force.
    Optional<RangeMethod> chosen = shown.isGrouped() ? Optional.empty() : shown.quantized().flatMap(Terms::methodOf);
    if (shown.isGrouped()) {
      pane.write(gc, ownScales(shown, width), PAD, 8, ChartPane.text(ChartPane.SMALL), Ink.MUTED, TextAlignment.LEFT);
    }
    for (int i = 0; i < picks.size(); i++) {
      boolean current = chosen.filter(picks.get(i).method()::equals).isPresent();
      if (current || hovered.orElse(-1) == i) {
        gc.setFill(pane.ink(current ? Ink.SELECTION : Ink.INSET));
        gc.fillRoundRect(PAD - 8, middleOf(i) - HEIGHT / 2, width - 2 * PAD + 16, HEIGHT, 6, 6);
      }
    }
    for (int i = 0; i < picks.size(); i++) {
      boolean current = chosen.filter(picks.get(i).method()::equals).isPresent();
      drawRung(gc, picks.get(i), x, middleOf(i), bottom, current);
    }
    for (int i = 0; i < picks.size(); i++) {
      RangePick pick = picks.get(i);
      boolean current = chosen.filter(pick.method()::equals).isPresent();
      Ink color = current ? Ink.ACCENT : shown.isGrouped() ? Ink.MUTED : Ink.FG;
      Font font = current ? ChartPane.bold(ChartPane.SMALL) : ChartPane.text(ChartPane.SMALL);
      pane.write(gc, Terms.range(pick.method()), PAD, middleOf(i), font, color, TextAlignment.LEFT);
      double right = x.to() + room(picks);
      pane.write(gc, label(pick.range()), right, middleOf(i), ChartPane.number(ChartPane.SMALL), color, TextAlignment.RIGHT);
      String sqnr = Figures.sqnr(pick.sqnrDb());
      pane.write(gc, sqnr, width - PAD, middleOf(i), ChartPane.number(ChartPane.SMALL), color, TextAlignment.RIGHT);
    }
  }

  /** What the rungs mean where channels or blocks have scales of their own. */
  private String ownScales(TensorPicture shown, double width) {
    boolean ofChannel = shown.subject().channel().isPresent();
    String one = Messages.get(ofChannel ? "histogram.oneScale.channel" : "histogram.oneScale.tensor");
    String sentence = Messages.get(ofChannel ? "histogram.ownScales.blocks" : "histogram.ownScales", one);
    Font font = ChartPane.text(ChartPane.SMALL);
    double room = width - 3 * PAD - pane.widthOf(Messages.get("histogram.sqnr"), font);
    return pane.widthOf(sentence, font) <= room ? sentence : Messages.get("histogram.ownScales.short", one);
  }

  private void drawRung(GraphicsContext gc, RangePick pick, Axis x, double y, double bottom, boolean current) {
    double from = x.clamped(pick.range().min());
    double to = x.clamped(pick.range().max());
    gc.setStroke(pane.ink(current ? Ink.ACCENT : Ink.FAINT));
    gc.setLineWidth(current ? 2 : 1);
    ChartPane.horizontal(gc, from, to, y);
    ChartPane.vertical(gc, from, y - 3, y + 3);
    ChartPane.vertical(gc, to, y - 3, y + 3);
    gc.setLineWidth(1);
    if (!current) {
      gc.setGlobalAlpha(0.55);
      gc.setLineDashes(2, 3);
      ChartPane.vertical(gc, to, y + 3, bottom);
      if (pick.range().min() < 0) {
        ChartPane.vertical(gc, from, y + 3, bottom);
      }
      gc.setLineDashes((double[]) null);
      gc.setGlobalAlpha(1);
    }
  }

  /** What the column of ranges takes beside the bars, in pixels; nothing where there are none. */
  double room(List<RangePick> picks) {
    Font font = ChartPane.number(ChartPane.SMALL);
    return picks.stream().mapToDouble(pick -> pane.widthOf(label(pick.range()), font) + GAP).max().orElse(0);
  }

  private static String label(Range range) {
    return range.min() == 0 ? Figures.real(range.max()) : Terms.span(range.min(), range.max());
  }
}
