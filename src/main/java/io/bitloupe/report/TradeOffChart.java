package io.bitloupe.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A cost against accuracy as an SVG picture: whiskers for the 95 % intervals and, across, for the middle half of repeated times; the
 * Pareto front as a step line, the float model as a dashed reference. A point far below the others sits at the lower edge as a
 * triangle with its value, so that the rest stays readable.
 */
final class TradeOffChart {

  /**
   * The float model.
   *
   * @param cost position along the horizontal axis; empty when unknown
   * @param value accuracy in percent
   */
  record Reference(Optional<Double> cost, double value) {}

  private static final double WIDTH = 620;
  private static final double HEIGHT = 340;
  private static final double LEFT = 46;
  private static final double RIGHT = 20;
  private static final double TOP = 44;
  private static final double BOTTOM = 38;
  private static final double RADIUS = 4.5;
  /** Points further below the best one than this many percentage points leave the scale. */
  private static final double DEEPEST = 20;
  private static final double CHARACTER = 6.1;
  private static final double LINE = 13;

  private record Box(double x, double y, double width, double height) {
    boolean overlaps(Box other) {
      return x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height;
    }

    boolean inside() {
      return x >= LEFT && x + width <= WIDTH - 2 && y >= TOP - 8 && y + height <= HEIGHT - BOTTOM;
    }
  }

  private final String title;
  private final String costLabel;
  private final String valueLabel;
  private final List<ChartPoint> points;
  private final Reference reference;
  private final List<Boolean> front;
  private final Axis x;
  private final Axis y;
  private final StringBuilder svg = new StringBuilder();
  private final List<Box> taken = new ArrayList<>();

  private TradeOffChart(String title, String costLabel, String valueLabel, List<ChartPoint> points, Reference reference) {
    this.title = title;
    this.costLabel = costLabel;
    this.valueLabel = valueLabel;
    this.points = points;
    this.reference = reference;
    this.front = ParetoFront.of(points.stream().map(p -> new ParetoFront.Point(p.cost(), p.value())).toList());
    double best = Math.max(reference.value(), points.stream().mapToDouble(ChartPoint::high).max().orElse(100));
    double worst = points.stream().mapToDouble(ChartPoint::low).min().orElse(0);
    double lowest =
        best - worst <= DEEPEST
            ? Math.min(worst, reference.value())
            : points.stream().mapToDouble(ChartPoint::low).filter(low -> best - low <= DEEPEST).min().orElse(best - DEEPEST);
    this.y = Axis.around(Math.min(lowest, reference.value()), best, HEIGHT - BOTTOM, TOP);
    double greatest = points.stream().mapToDouble(ChartPoint::farthest).max().orElse(1);
    this.x = Axis.around(0, Math.max(greatest, reference.cost().orElse(0.0)), LEFT, WIDTH - RIGHT);
  }

  /** The picture, an {@code svg} element. */
  static String render(String title, String costLabel, String valueLabel, List<ChartPoint> points, Reference reference) {
    return new TradeOffChart(title, costLabel, valueLabel, points, reference).render();
  }

  private String render() {
    line("<svg class=\"chart\" viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">", (int) WIDTH, (int) HEIGHT, Html.escape(title));
    text(LEFT - 38, 14, "chart-title", "start", title);
    axes();
    reference();
    frontLine();
    for (int i = 0; i < points.size(); i++) {
      taken.add(mark(points.get(i)));
    }
    // What matters most is drawn last, over the others.
    IntStream.range(0, points.size())
        .boxed()
        .sorted(Comparator.comparingInt(this::weight))
        .forEach(i -> point(points.get(i), front.get(i)));
    labels();
    svg.append("</svg>\n");
    return svg.toString();
  }

  private int weight(int index) {
    return points.get(index).chosen() ? 2 : front.get(index) ? 1 : 0;
  }

  private void axes() {
    text(LEFT - 38, 31, "axis", "start", valueLabel);
    for (double tick : y.ticks()) {
      double at = y.pixel(tick);
      stroke("grid", LEFT, at, WIDTH - RIGHT, at);
      text(LEFT - 6, at + 4, "axis", "end", y.label(tick));
    }
    stroke("edge", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    for (double tick : x.ticks()) {
      double at = x.pixel(tick);
      stroke("edge", at, HEIGHT - BOTTOM, at, HEIGHT - BOTTOM + 4);
      text(at, HEIGHT - BOTTOM + 16, "axis", "middle", x.label(tick));
    }
    text(WIDTH - RIGHT, HEIGHT - 4, "axis", "end", costLabel);
  }

  private void reference() {
    double at = y.pixel(reference.value());
    stroke("reference", LEFT, at, WIDTH - RIGHT, at);
    String label = "float " + Figures.decimal(reference.value(), 2);
    double width = label.length() * CHARACTER;
    double right = WIDTH - RIGHT;
    text(right, at - 5, "reference-label", "end", label);
    taken.add(new Box(right - width, at - 5 - LINE, width, LINE + 2));
    reference
        .cost()
        .ifPresent(
            cost -> {
              double px = x.pixel(cost);
              line(
                  "<path class=\"float\" d=\"M%s %sl5 5 -5 5 -5 -5z\"><title>float</title></path>",
                  Html.px(px), Html.px(at - 5));
              taken.add(new Box(px - 6, at - 6, 12, 12));
            });
  }

  private void frontLine() {
    List<ChartPoint> steps =
        IntStream.range(0, points.size())
            .filter(front::get)
            .mapToObj(points::get)
            .sorted(Comparator.comparingDouble(ChartPoint::cost).thenComparingDouble(ChartPoint::value))
            .toList();
    StringBuilder path = new StringBuilder();
    for (ChartPoint step : steps) {
      String px = Html.px(x.pixel(step.cost()));
      String py = Html.px(height(step.value()));
      path.append(path.isEmpty() ? "M" + px + " " + py : "H" + px + "V" + py);
    }
    if (steps.size() > 1) {
      line("<path class=\"front\" d=\"%s\"/>", path);
    }
  }

  private void point(ChartPoint point, boolean onFront) {
    double px = x.pixel(point.cost());
    double py = height(point.value());
    String tip =
        "%s: %s %% (%s to %s); %s: %s%s"
            .formatted(
                point.name(),
                Figures.decimal(point.value(), 2),
                Figures.decimal(point.low(), 2),
                Figures.decimal(point.high(), 2),
                costLabel,
                Figures.real(point.cost()),
                point
                    .spread()
                    .map(it -> " (%s to %s)".formatted(Figures.real(it.lowerQuartile()), Figures.real(it.upperQuartile())))
                    .orElse(""));
    String kind = point.chosen() ? "chosen" : onFront ? "on-front" : "measured";
    line("<g class=\"%s\"><title>%s</title>", kind, Html.escape(tip));
    if (isOffScale(point)) {
      line("<path d=\"M%s %sl-6 -10h12z\"/>", Html.px(px), Html.px(py + 5));
    } else {
      line(
          "<path class=\"whisker\" d=\"M%s %sV%s\"/>", Html.px(px), Html.px(y.pixel(point.low())), Html.px(y.pixel(point.high())));
      point
          .spread()
          .ifPresent(
              it ->
                  line(
                      "<path class=\"whisker\" d=\"M%s %sH%s\"/>",
                      Html.px(x.pixel(it.lowerQuartile())), Html.px(py), Html.px(x.pixel(it.upperQuartile()))));
      line("<circle cx=\"%s\" cy=\"%s\" r=\"%s\"/>", Html.px(px), Html.px(py), Html.px(RADIUS));
    }
    line("</g>");
  }

  private void labels() {
    for (ChartPoint point : points) {
      double px = x.pixel(point.cost());
      double py = height(point.value());
      String label = isOffScale(point) ? "%s %s".formatted(point.name(), Figures.decimal(point.value(), 1)) : point.name();
      double width = label.length() * CHARACTER;
      List<Box> places =
          List.of(
              new Box(px + 8, py - LINE / 2, width, LINE),
              new Box(px - 8 - width, py - LINE / 2, width, LINE),
              new Box(px + 6, py - LINE - 5, width, LINE),
              new Box(px + 6, py + 5, width, LINE),
              new Box(px - 6 - width, py - LINE - 5, width, LINE),
              new Box(px - 6 - width, py + 5, width, LINE),
              new Box(px - width / 2, py - LINE - 18, width, LINE),
              new Box(px - width / 2, py + 18, width, LINE));
      Box own = mark(point);
      places.stream()
          .filter(place -> place.inside() && taken.stream().noneMatch(box -> !box.equals(own) && box.overlaps(place)))
          .findFirst()
          .ifPresent(
              place -> {
                taken.add(place);
                boolean leftOfPoint = place.x() + width < px;
                text(
                    leftOfPoint ? place.x() + width : place.x(),
                    place.y() + LINE - 3,
                    point.chosen() ? "label chosen-label" : "label",
                    leftOfPoint ? "end" : "start",
                    label);
              });
    }
  }

  private Box mark(ChartPoint point) {
    return new Box(x.pixel(point.cost()) - RADIUS, height(point.value()) - RADIUS, 2 * RADIUS, 2 * RADIUS);
  }

  private boolean isOffScale(ChartPoint point) {
    return point.value() < y.low();
  }

  private double height(double value) {
    return value < y.low() ? HEIGHT - BOTTOM - 6 : y.pixel(value);
  }

  private void stroke(String kind, double x1, double y1, double x2, double y2) {
    line("<path class=\"%s\" d=\"M%s %sL%s %s\"/>", kind, Html.px(x1), Html.px(y1), Html.px(x2), Html.px(y2));
  }

  private void text(double px, double py, String kind, String anchor, String content) {
    line(
        "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>",
        kind, Html.px(px), Html.px(py), anchor, Html.escape(content));
  }

  private void line(String format, Object... arguments) {
    svg.append(arguments.length == 0 ? format : format.formatted(arguments)).append('\n');
  }
}
