package io.bitloupe.ui.tradeoff;

import io.bitloupe.ui.chart.Ticks;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.ui.RectangleEdge;
import org.jspecify.annotations.Nullable;

/** An axis with a given range and plain round ticks. */
final class TickAxis extends NumberAxis {
  private static final long serialVersionUID = 1L;
  private static final int MOST = 10;
  private static final char MINUS = '\u2212';

  /**
   * FXGraphics2D forgets the canvas' font when a clip ends but thinks that it is still set; setting another one first makes it set the
   * right one.
   */
  static final Font OTHER = new Font("Inter", Font.PLAIN, 9);

  /** Shows {@code low} to {@code high} with about {@code wanted} ticks, two at least, which say how many times {@code unit} they are. */
  void show(double low, double high, double unit, int wanted) {
    setAutoRange(false);
    setRange(low, high);
    int asked = wanted;
    Ticks ticks = Ticks.linear(low / unit, high / unit, asked);
    while (ticks.values().size() < 2 && asked < MOST) {
      ticks = Ticks.linear(low / unit, high / unit, ++asked);
    }
    double step = ticks.values().size() > 1 ? ticks.values().get(1) - ticks.values().get(0) : (high - low) / unit;
    String pattern = "0" + (ticks.decimals() > 0 ? "." + "0".repeat(ticks.decimals()) : "");
    DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
    symbols.setMinusSign(MINUS);
    setTickUnit(new UnitTicks(step, unit, new DecimalFormat(pattern, symbols)), false, true);
  }

  /** Ticks that are labelled in a unit. */
  private static final class UnitTicks extends NumberTickUnit {
    private static final long serialVersionUID = 1L;
    private final double unit;

    UnitTicks(double step, double unit, DecimalFormat format) {
      super(step * unit, format);
      this.unit = unit;
    }

    @Override
    public String valueToString(double value) {
      return super.valueToString(value / unit);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return super.equals(other) && other instanceof UnitTicks ticks && ticks.unit == unit;
    }

    @Override
    public int hashCode() {
      return 31 * super.hashCode() + Double.hashCode(unit);
    }
  }

  @Override
  protected AxisState drawTickMarksAndLabels(
      Graphics2D g2, double cursor, Rectangle2D plotArea, Rectangle2D dataArea, RectangleEdge edge) {
    g2.setFont(OTHER);
    return super.drawTickMarksAndLabels(g2, cursor, plotArea, dataArea, edge);
  }
}
