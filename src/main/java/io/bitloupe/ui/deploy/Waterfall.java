package io.bitloupe.ui.deploy;

import java.util.ArrayList;
import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;

/** Bars one under the other on one scale of time, with their names on the left and their times behind them. */
final class Waterfall extends Region {
  private static final double LABEL = 170;
  private static final double TEXT = 132;
  private static final double ROW = 22;
  private static final double BAR = 12;
  private static final double LEAST = 2;

  /** A bar and what is beside it. */
  private record Row(Label label, Region bar, Label text, DeployViewModel.Bar of) {}

  private final List<Row> rows = new ArrayList<>();

  /** Shows {@code bars}. */
  void show(List<DeployViewModel.Bar> bars) {
    rows.clear();
    getChildren().clear();
    for (DeployViewModel.Bar it : bars) {
      Label label = new Label(it.label());
      Region bar = new Region();
      bar.getStyleClass().addAll("time-bar", it.style());
      Label text = new Label(it.text());
      text.getStyleClass().add("number");
      rows.add(new Row(label, bar, text, it));
      getChildren().addAll(label, bar, text);
    }
    requestLayout();
  }

  @Override
  protected double computePrefHeight(double width) {
    return snappedTopInset() + snappedBottomInset() + ROW * rows.size();
  }

  @Override
  protected double computeMinHeight(double width) {
    return computePrefHeight(width);
  }

  @Override
  protected void layoutChildren() {
    double left = snappedLeftInset();
    double room = Math.max(1, getWidth() - left - snappedRightInset() - LABEL - TEXT);
    double longest = rows.stream().mapToDouble(row -> row.of().to()).max().orElse(1);
    double scale = room / Math.max(Double.MIN_NORMAL, longest);
    double top = snappedTopInset();
    for (Row row : rows) {
      double from = left + LABEL + row.of().from() * scale;
      double width = Math.max(LEAST, (row.of().to() - row.of().from()) * scale);
      row.label().resizeRelocate(left, top, LABEL, ROW);
      row.bar().resizeRelocate(snapPositionX(from), top + (ROW - BAR) / 2, snapSizeX(width), BAR);
      row.text().resizeRelocate(snapPositionX(from + width + 6), top, TEXT, ROW);
      top += ROW;
    }
  }
}
