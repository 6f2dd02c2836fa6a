package io.bitloupe.ui.layers;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.view.BarLength;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/** The columns of the layer table: heading, unit, width, text and order. */
public enum LayerColumn {
  INDEX("index", 40, true, Look.NUMBER, row -> Integer.toString(row.layer().index() + 1), row -> row.layer().index()),
  NAME("name", 90, true, Look.TITLE, LayerRow::name, LayerRow::name),
  OPERATOR("operator", 68, true, Look.TEXT, row -> Terms.operator(row.layer()), row -> Terms.operator(row.layer())),
  WEIGHT_BITS("weightBits", 34, true, Look.WEIGHT, LayerColumn::weightBits, row -> row.figures().weight().map(TensorChoice::bits)
      .orElse(0)),
  ACTIVATION_BITS(
      "activationBits", 34, true, Look.ACTIVATION, row -> Terms.shortBits(row.figures().activation()),
      row -> row.figures().activation().bits()),
  GRANULARITY("granularity", 66, true, Look.TEXT, LayerColumn::granularity, LayerColumn::granularity),
  RANGE("range", 62, false, Look.TEXT, LayerColumn::range, LayerColumn::range),
  WEIGHT_SQNR("weightSqnr", 76, true, Look.BAR, row -> decibels(row, row.figures().weightSqnr()), row -> order(row.figures().weightSqnr())),
  OUTPUT_SQNR("outputSqnr", 76, true, Look.BAR, LayerColumn::outputSqnr,
      row -> order(row.figures().outputSqnr())),
  SENSITIVITY("sensitivity", 76, false, Look.BAR, row -> thousandths(row.figures().sensitivity()),
      row -> order(row.figures().sensitivity())),
  SIZE("size", 66, true, Look.BAR, LayerColumn::kilobytes, row -> row.figures().bytes().orElse(-1)),
  TIME("time", 82, false, Look.BAR, LayerColumn::milliseconds, row -> order(row.figures().milliseconds())),
  MACS("macs", 60, false, Look.NUMBER, row -> Figures.fixed(row.layer().macs() / 1e6, 2), row -> row.layer().macs()),
  PARAMETERS("parameters", 72, false, Look.NUMBER, row -> Figures.count(row.layer().parameters()), row -> row.layer().parameters()),
  SHAPE("shape", 96, false, Look.TEXT, row -> shape(row.layer()), row -> row.layer().weightShape().elements());

  /** How a cell looks. */
  enum Look {
    TEXT,
    TITLE,
    NUMBER,
    WEIGHT,
    ACTIVATION,
    BAR
  }

  private final String key;
  private final double width;
  private final boolean initial;
  private final Look look;
  private final Function<LayerRow, String> text;
  private final Comparator<LayerRow> order;

  <C extends Comparable<? super C>> LayerColumn(
      String key, double width, boolean initial, Look look, Function<LayerRow, String> text, Function<LayerRow, C> order) {
    this.key = key;
    this.width = width;
    this.initial = initial;
    this.look = look;
    this.text = text;
    this.order = Comparator.comparing(order);
  }

  /** Heading. */
  public String title() {
    return Messages.get("column." + key);
  }

  /** Its heading with its unit, in one line. */
  public String fullTitle() {
    return unit().isEmpty() ? title() : Messages.get("columns.item", title(), unit());
  }

  /** Unit under the heading; may be empty. */
  public String unit() {
    return Messages.get("column." + key + ".unit");
  }

  /** One sentence about it. */
  public String help() {
    return Messages.get("column." + key + ".help");
  }

  /** Width in pixels. */
  public double width() {
    return width;
  }

  /** Whether it is shown before the user chooses. */
  public boolean isInitial() {
    return initial;
  }

  /** What a cell says. */
  public String text(LayerRow row) {
    return text.apply(row);
  }

  /** Order of rows by this column. */
  public Comparator<LayerRow> order() {
    return order;
  }

  Look look() {
    return look;
  }

  /** Numbers are aligned at the right. */
  boolean isNumeric() {
    return look != Look.TEXT && look != Look.TITLE;
  }

  /** How much of a bar is filled, 0 to 1; empty where nothing is known. */
  OptionalDouble share(LayerRow row) {
    return switch (this) {
      case SENSITIVITY -> share(row.figures().sensitivity(), LayerColumn::decades);
      case WEIGHT_SQNR -> share(row.figures().weightSqnr(), BarLength::ofDecibels);
      case SIZE -> row.figures().bytesBar();
      case TIME -> row.figures().timeBar();
      default -> share(row.figures().outputSqnr(), BarLength::ofDecibels);
    };
  }

  private static OptionalDouble share(OptionalDouble value, DoubleUnaryOperator scale) {
    return value.isPresent() ? OptionalDouble.of(scale.applyAsDouble(value.getAsDouble())) : value;
  }

  /** Losses, and gains, span decades: nothing at 0.0001 nats, all at 1. */
  private static double decades(double nats) {
    return Math.clamp(1 + Math.log10(Math.max(1e-4, Math.abs(nats))) / 4, 0, 1);
  }

  private static String thousandths(OptionalDouble nats) {
    return nats.isPresent() ? Figures.thousandths(nats.getAsDouble()) : "";
  }

  private static String decibels(LayerRow row, OptionalDouble value) {
    return row.layer().weight().isEmpty() ? "" : Figures.sqnr(value);
  }

  private static String outputSqnr(LayerRow row) {
    OptionalDouble decibels = row.figures().outputSqnr();
    return decibels.isPresent() ? Figures.sqnr(decibels) : row.figures().missing();
  }

  private static String milliseconds(LayerRow row) {
    OptionalDouble time = row.figures().milliseconds();
    return time.isPresent() ? Figures.fixed(time, 3) : row.figures().missing();
  }

  private static double order(OptionalDouble value) {
    return value.orElse(Double.NEGATIVE_INFINITY);
  }

  private static String weightBits(LayerRow row) {
    return row.figures().weight().map(Terms::shortBits).orElse("");
  }

  private static String granularity(LayerRow row) {
    return row.figures().weight().flatMap(TensorChoice::grouping).map(Terms::granularity).orElse("");
  }

  private static String range(LayerRow row) {
    return row.figures().quantizedWeight().map(Terms::rangeOf).orElse("");
  }

  private static String kilobytes(LayerRow row) {
    OptionalLong bytes = row.figures().bytes();
    return bytes.isPresent() ? Figures.fixed(bytes.getAsLong() / 1e3, bytes.getAsLong() < 1e6 ? 1 : 0) : Figures.UNKNOWN;
  }

  private static String shape(Layer layer) {
    return layer.weight().isPresent() ? layer.weightShape().toString() : "";
  }
}
