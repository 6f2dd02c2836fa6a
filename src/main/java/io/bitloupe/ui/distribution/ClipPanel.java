package io.bitloupe.ui.distribution;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.calibrate.ErrorSplit;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.DoubleSummaryStatistics;
import java.util.IntSummaryStatistics;
import java.util.OptionalDouble;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The figures at a clip: scale, zero-point, codes, clipped share, and the error in its two parts. */
public final class ClipPanel extends VBox {
  private final Label title = new Label(Messages.get("clip.title"));
  private final Label scale = new Label();
  private final Label zeroPoint = new Label();
  private final Label codes = new Label();
  private final Label clipped = new Label();
  private final Region clippingBar = new Region();
  private final Region roundingBar = new Region();
  private final HBox bar = new HBox(clippingBar, roundingBar);
  private final Label clipping = new Label();
  private final Label clippingShare = new Label();
  private final Label rounding = new Label();
  private final Label roundingShare = new Label();
  private final Label sqnr = new Label();

  /** No figures yet. */
  public ClipPanel() {
    getStyleClass().add("clip-panel");
    title.getStyleClass().add("chart-title");
    bar.getStyleClass().add("split-bar");
    clippingBar.getStyleClass().add("clipping");
    roundingBar.getStyleClass().add("rounding");
    sqnr.getStyleClass().add("headline-number");
    sqnr.setId("clip-sqnr");
    clipped.setId("clip-clipped");
    title.setId("clip-title");
    scale.setId("clip-scale");
    getChildren()
        .addAll(
            title,
            row(Messages.get("clip.scale"), scale),
            row(Messages.get("clip.zeroPoint"), zeroPoint),
            row(Messages.get("clip.codes"), codes),
            row(Messages.get("clip.clipped"), clipped),
            bar,
            part("clipping", Messages.get("clip.clipping"), clipping, clippingShare),
            part("rounding", Messages.get("clip.rounding"), rounding, roundingShare),
            total(sqnr));
  }

  /** Shows {@code figures} of codes in {@code format}. */
  public void show(ClipFigures figures, IntegerFormat format) {
    ErrorSplit split = figures.split();
    title.setText(Messages.get(figures.exact() ? "clip.title" : "clip.titleEstimate"));
    DoubleSummaryStatistics scales = figures.affine().stream().mapToDouble(Affine::scale).summaryStatistics();
    scale.setText(span(Figures.real(scales.getMin()), Figures.real(scales.getMax())));
    IntSummaryStatistics zeros = figures.affine().stream().mapToInt(Affine::zeroPoint).summaryStatistics();
    zeroPoint.setText(span(Figures.count(zeros.getMin()), Figures.count(zeros.getMax())));
    String range = Messages.get("clip.codeRange", Figures.count(format.quantMin()), Figures.count(format.quantMax()));
    codes.setText(
        figures.codesUsed().isEmpty()
            ? range
            : figures.codesUsed().getAsInt() == figures.codes()
                ? Messages.get("clip.codesAll", range, figures.codes())
                : Messages.get("clip.codesUsed", range, figures.codesUsed().getAsInt(), figures.codes()));
    long count = Math.round(split.clippedShare() * split.count());
    clipped.setText(Messages.get("clip.clippedValue", Figures.percent(split.clippedShare(), 2), Figures.count(count)));
    showSplit(split);
    sqnr.setText(Figures.decibels(split.sqnrDb()));
    sqnr.setTooltip(Figures.whyExact(OptionalDouble.of(split.sqnrDb())).map(Tooltip::new).orElse(null));
  }

  private void showSplit(ErrorSplit split) {
    // What is left of exact values is the rounding of floats: it has no parts to tell apart.
    double total = Figures.isExact(split.sqnrDb()) ? 0 : split.total();
    double share = total == 0 ? 0 : split.clipping() / total;
    // The parts are rounded so that they add up to 100 %.
    long clippingPercent = Math.round(100 * share);
    clipping.setText(error(split.clipping(), total, split.count()));
    rounding.setText(error(split.rounding(), total, split.count()));
    clippingShare.setText(total == 0 ? "" : Messages.get("figure.percent", Long.toString(clippingPercent)));
    roundingShare.setText(total == 0 ? "" : Messages.get("figure.percent", Long.toString(100 - clippingPercent)));
    clippingBar.prefWidthProperty().bind(bar.widthProperty().multiply(share));
    roundingBar.prefWidthProperty().bind(bar.widthProperty().multiply(total == 0 ? 0 : 1 - share));
  }

  /** The mean squared error of a part; 0 where there is no total. */
  private static String error(double part, double total, long values) {
    return Figures.scientific(total == 0 ? 0 : part / Math.max(1, values));
  }

  private static String span(String low, String high) {
    return low.equals(high) ? low : Messages.get("range.span", low, high);
  }

  private static HBox row(String name, Label value) {
    Label label = new Label(name);
    label.getStyleClass().add("secondary");
    label.setMinWidth(USE_PREF_SIZE);
    value.getStyleClass().add("number");
    value.setMinWidth(USE_PREF_SIZE);
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    HBox row = new HBox(8, label, space, value);
    row.getStyleClass().add("figure-row");
    return row;
  }

  private static HBox part(String style, String name, Label value, Label share) {
    HBox row = row(name, value);
    Region swatch = new Region();
    swatch.getStyleClass().addAll("swatch", style);
    row.getChildren().addFirst(swatch);
    // Digits of one width would tear an exponent of two digits apart.
    value.getStyleClass().setAll("label", "power");
    share.getStyleClass().addAll("number", "share");
    row.getChildren().add(share);
    return row;
  }

  private static HBox total(Label value) {
    HBox row = row(Messages.get("clip.sqnr"), value);
    row.getChildren().getFirst().getStyleClass().setAll("label", "strong");
    return row;
  }

  /** Shows no figures. */
  public void clear() {
    for (Label label : new Label[] {scale, zeroPoint, codes, clipped, clipping, rounding, sqnr}) {
      label.setText(Figures.UNKNOWN);
    }
    clippingShare.setText("");
    roundingShare.setText("");
  }
}
