package io.bitloupe.ui.channels;

import io.bitloupe.quant.calibrate.WeightStatistics;
import io.bitloupe.ui.chart.Axis;
import io.bitloupe.ui.chart.ChartCard;
import io.bitloupe.ui.chart.ChartKey;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.chart.Pen;
import io.bitloupe.ui.chart.Ticks;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import javafx.scene.AccessibleRole;
import javafx.scene.Cursor;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyEvent;
import javafx.scene.text.TextAlignment;

/**
 * The sizes of each channel's weights on a logarithmic axis: whisker from the smallest to the largest, bar between the quartiles,
 * a dot at the largest; across them the step of one scale for the tensor and the steps of one scale for each channel.
 */
public final class ChannelRangesChart extends ChartPane {
  private static final Pen TENSOR_STEP = Pen.solid(Ink.CLIP);
  private static final Pen CHANNEL_STEPS = Pen.solid(Ink.ACCENT);
  private static final int MOST_NAMES = 3;
  private static final double NAME_GAP = 10;
  /** Left edge of the plot; charts below share it. */
  static final double LEFT = 44;

  /** Right margin of the plot. */
  static final double RIGHT = 16;

  /** Middle of the key's first row. */
  private static final double KEY_AT = 27;
  /** Between the key and the plot: names of channels stand there. */
  private static final double NAMES = 20;
  private static final double BOTTOM = 24;

  private Optional<ChannelAnalysis> analysis = Optional.empty();
  private List<ChannelAnalysis.Channel> order = List.of();
  private String title = "";
  private double top = KEY_AT;
  private OptionalInt marked = OptionalInt.empty();
  private IntConsumer onOpen = _ -> {};

  /** An empty chart. */
  public ChannelRangesChart() {
    setMinHeight(156);
    setFocusTraversable(true);
    setAccessibleRole(AccessibleRole.IMAGE_VIEW);
    setAccessibleText(Messages.get("channels.ranges"));
    redrawOn(focusedProperty());
    setOnMouseMoved(event -> mark(at(event.getX(), event.getY())));
    setOnMouseExited(_ -> mark(OptionalInt.empty()));
    setOnMouseClicked(
        event -> {
          requestFocus();
          mark(at(event.getX(), event.getY()));
          open();
        });
    setOnKeyPressed(this::onKey);
  }

  /** Says what happens when a channel is clicked, or Enter is typed on the one that is marked; it hears of the channel's number. */
  public void listen(IntConsumer onOpen) {
    this.onOpen = onOpen;
  }

  /** Middle of the place of channel {@code index} in pixels, for tests. */
  public double channelX(int index) {
    int place = IntStream.range(0, order.size()).filter(i -> order.get(i).index() == index).findFirst().orElseThrow();
    return axis(getWidth()).pixel(place + 0.5);
  }

  private Axis axis(double width) {
    return Axis.linear(0, Math.max(1, order.size()), LEFT, width - RIGHT);
  }

  private OptionalInt at(double x, double y) {
    int place = (int) Math.floor(axis(getWidth()).value(x));
    boolean inside = place >= 0 && place < order.size() && y > top && y < getHeight() - BOTTOM;
    return inside ? OptionalInt.of(place) : OptionalInt.empty();
  }

  private void mark(OptionalInt place) {
    setCursor(place.isPresent() ? Cursor.HAND : Cursor.DEFAULT);
    if (!place.equals(marked)) {
      marked = place;
      place.ifPresent(it -> setAccessibleText(Messages.get("channels.accessible", order.get(it).index())));
      redraw();
    }
  }

  private void open() {
    marked.ifPresent(place -> onOpen.accept(order.get(place).index()));
  }

  private void onKey(KeyEvent event) {
    switch (event.getCode()) {
      case LEFT -> step(-1);
      case RIGHT -> step(1);
      case HOME -> step(-order.size());
      case END -> step(order.size());
      case ENTER, SPACE -> open();
      default -> {
        return;
      }
    }
    event.consume();
  }

  private void step(int by) {
    if (!order.isEmpty()) {
      mark(OptionalInt.of(Math.clamp((long) marked.orElse(by > 0 ? -1 : order.size()) + by, 0, order.size() - 1)));
    }
  }

  /** Shows the channels in {@code order}, which the {@code title} of the axis tells. */
  public void show(Optional<ChannelAnalysis> analysis, List<ChannelAnalysis.Channel> order, String title) {
    this.analysis = analysis;
    this.order = order;
    this.title = title;
    marked = OptionalInt.empty();
    redraw();
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    write(gc, Messages.get("channels.ranges"), 0, 9, bold(NORMAL), Ink.FG, TextAlignment.LEFT);
    if (analysis.isEmpty() || order.isEmpty()) {
      return;
    }
    double bottom = height - BOTTOM;
    ChannelAnalysis it = analysis.get();
    double greatest = order.stream().mapToDouble(channel -> channel.statistics().magnitude()).max().orElse(1);
    double least = Math.min(it.separate().leastScale(), it.tensorScale()) / 2.5;
    if (!(greatest > 0)) {
      return;
    }
    ChartKey key = key(it);
    key.draw(this, gc, KEY_AT, width);
    double names = KEY_AT + key.height(this, width);
    top = names + NAMES;
    Axis x = axis(width);
    Axis y = Axis.logarithmic(Math.max(least, greatest * 1e-6), greatest * 1.15, bottom, top);
    for (double tick : Ticks.along(y, TICK_ROOM, 6).values()) {
      gc.setStroke(ink(Ink.GRID));
      horizontal(gc, LEFT, width - RIGHT, y.pixel(tick));
      write(gc, label(tick, y.low()), LEFT - 6, y.pixel(tick), text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    }
    double half = y.clamped(it.tensorScale() / 2.0);
    gc.setFill(ink(Ink.INSET));
    gc.fillRect(LEFT, half, width - RIGHT - LEFT, bottom - half);
    drawChannels(gc, x, y, bottom);
    drawSteps(gc, it, x, y);
    drawNames(gc, it, x, y, names);
    gc.setStroke(ink(Ink.BORDER));
    horizontal(gc, LEFT, width - RIGHT, bottom);
    write(gc, Messages.get("channels.magnitude"), 0, height - 8, text(SMALL), Ink.MUTED, TextAlignment.LEFT);
    labels(gc, width, bottom, height);
    marked.ifPresent(place -> drawMarked(gc, it, place, x, bottom, width));
    if (isFocused()) {
      gc.setStroke(ink(Ink.ACCENT));
      gc.strokeRect(0.5, 0.5, width - 1, height - 1);
    }
  }

  private void drawMarked(GraphicsContext gc, ChannelAnalysis it, int place, Axis x, double bottom, double width) {
    ChannelAnalysis.Channel channel = order.get(place);
    double middle = x.pixel(place + 0.5);
    gc.setStroke(ink(Ink.ACCENT));
    vertical(gc, middle, top, bottom);
    ChartCard.of(
            new ChartCard.Row(Messages.get("channels.accessible", channel.index()), ""),
            new ChartCard.Row(Messages.get("channels.card.magnitude"), Figures.real(channel.statistics().magnitude())),
            new ChartCard.Row(Messages.get("channels.card.scale"), Figures.real(channel.scale())),
            new ChartCard.Row(
                Messages.get("channels.card.codes"),
                Messages.get("channels.codesOf", channel.codes(), it.format().codes())),
            new ChartCard.Row(Messages.get("channels.card.sqnr"), Figures.decibels(channel.sqnrDb())),
            new ChartCard.Row(Messages.get("channels.card.hint"), ""))
        .draw(this, gc, middle, top + 8, width);
  }

  /** A tick of an axis that begins at {@code low}: plain while that is short. */
  private static String label(double tick, double low) {
    return low < 1e-3 ? Figures.power(tick) : Figures.fixed(tick, Math.max(0, (int) -Math.floor(Math.log10(tick) + 1e-9)));
  }

  private void drawChannels(GraphicsContext gc, Axis x, Axis y, double bottom) {
    double slot = x.pixel(1) - x.pixel(0);
    double bar = Math.clamp(slot * 0.6, 1, 12);
    for (int i = 0; i < order.size(); i++) {
      ChannelAnalysis.Channel channel = order.get(i);
      WeightStatistics statistics = channel.statistics();
      double center = x.pixel(i + 0.5);
      if (statistics.magnitude() <= 0) {
        continue;
      }
      double top = y.pixel(statistics.magnitude());
      gc.setStroke(ink(Ink.STALE));
      gc.setGlobalAlpha(0.5);
      gc.strokeLine(center, Math.min(bottom, y.clamped(channel.least())), center, top);
      gc.setGlobalAlpha(1);
      double upper = y.clamped(statistics.upperQuartile());
      double lower = y.clamped(Math.max(statistics.lowerQuartile(), Double.MIN_NORMAL));
      gc.setFill(ink(Ink.BAR));
      gc.fillRect(center - bar / 2, upper, bar, Math.max(1, lower - upper));
      gc.setFill(ink(Ink.FG));
      double dot = Math.clamp(slot * 0.5, 1.5, 3.5);
      gc.fillOval(center - dot / 2, top - dot / 2, dot, dot);
    }
  }

  private void drawSteps(GraphicsContext gc, ChannelAnalysis it, Axis x, Axis y) {
    TENSOR_STEP.take(this, gc);
    horizontal(gc, x.from(), x.to(), y.clamped(it.tensorScale()));
    CHANNEL_STEPS.take(this, gc);
    gc.beginPath();
    boolean down = false;
    for (int i = 0; i < order.size(); i++) {
      // A channel of zeros has no step of its own.
      if (order.get(i).statistics().magnitude() > 0) {
        double at = y.clamped(order.get(i).scale());
        if (down) {
          gc.lineTo(x.pixel(i), at);
        } else {
          gc.moveTo(x.pixel(i), at);
        }
        gc.lineTo(x.pixel(i + 1.0), at);
        down = true;
      } else {
        down = false;
      }
    }
    gc.stroke();
    Pen.putDown(gc);
  }

  /** Beside the lines names would cover the small weights of some channels. */
  private static ChartKey key(ChannelAnalysis it) {
    return ChartKey.of(
        new ChartKey.Entry(Messages.get("channels.tensorStep", Figures.significant(it.tensorScale())), TENSOR_STEP),
        new ChartKey.Entry(Messages.get("channels.channelStep"), CHANNEL_STEPS));
  }

  private void labels(GraphicsContext gc, double width, double bottom, double height) {
    write(gc, Messages.get("channels.shaded"), width - RIGHT - 4, bottom - 10, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
    write(gc, title, width - RIGHT, height - 8, text(SMALL), Ink.MUTED, TextAlignment.RIGHT);
  }

  /** Names the channels that stand out, or the widest where none does, above all dots; only names that do not collide. */
  private void drawNames(GraphicsContext gc, ChannelAnalysis it, Axis x, Axis y, double middle) {
    List<ChannelAnalysis.Channel> outliers = it.outliers();
    List<ChannelAnalysis.Channel> named = outliers.isEmpty() ? List.of(it.channels().getLast()) : outliers;
    List<Double> lefts = new ArrayList<>();
    for (ChannelAnalysis.Channel channel : named) {
      double dot = y.pixel(channel.statistics().magnitude());
      double center = x.pixel(order.indexOf(channel) + 0.5);
      if (!outliers.isEmpty()) {
        gc.setFill(ink(Ink.CLIP));
        gc.fillOval(center - 3, dot - 3, 6, 6);
      }
      String name = Messages.get("channels.widest", channel.index(), Figures.significant(channel.statistics().magnitude()));
      double wide = widthOf(name, text(SMALL));
      double left = Math.clamp(center - wide / 2, x.from(), Math.max(x.from(), x.to() - wide));
      if (lefts.size() < MOST_NAMES && lefts.stream().allMatch(other -> Math.abs(other - left) > wide + NAME_GAP)) {
        write(gc, name, left, middle, text(SMALL), Ink.FG, TextAlignment.LEFT);
        gc.setStroke(ink(Ink.FAINT));
        gc.strokeLine(center, middle + 7, center, dot - 4);
        lefts.add(left);
      }
    }
  }
}
