package io.bitloupe.ui.deploy;

import java.util.ArrayList;
import java.util.List;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;

/** Bars one under the other on one scale of time, with their names on the left, their shares and times on the right. */
final class Waterfall extends Region {
  private static final double LABEL = 170;
  private static final double SHARE = 64;
  private static final double TIME = 86;
  private static final double ROW = 22;
  private static final double BAR = 12;
  private static final double LEAST = 2;

  /** A bar and what is beside it. */
  private record Row(Label label, Region bar, Label share, Label time, DeployViewModel.Bar of) {}

  private final List<Row> rows = new ArrayList<>();

  /** Shows {@code bars}. */
  void show(List<DeployViewModel.Bar> bars) {
    rows.clear();
    getChildren().clear();
    for (DeployViewModel.Bar it : bars) {
      Label label = new Label(it.label());
      Region bar = new Region();
      bar.getStyleClass().addAll("time-bar", it.style());
      Label share = figure(it.share());
      Label time = figure(it.time());
      rows.add(new Row(label, bar, share, time, it));
      getChildren().addAll(label, bar, share, time);
    }
    requestLayout();
  }

  private static Label figure(String text) {
    Label label = new Label(text);
    label.getStyleClass().add("number");
    label.setAlignment(Pos.CENTER_RIGHT);
    return label;
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
    double room = Math.max(1, getWidth() - left - snappedRightInset() - LABEL - SHARE - TIME);
    double longest = rows.stream().mapToDouble(row -> row.of().to()).max().orElse(1);
    double scale = room / Math.max(Double.MIN_NORMAL, longest);
    double top = snappedTopInset();
    for (Row row : rows) {
      double from = left + LABEL + row.of().from() * scale;
      double length = (row.of().to() - row.of().from()) * scale;
      double width = length > 0 ? Math.max(LEAST, length) : 0;
      row.label().resizeRelocate(left, top, LABEL, ROW);
      row.bar().resizeRelocate(snapPositionX(from), top + (ROW - BAR) / 2, snapSizeX(width), BAR);
      row.share().resizeRelocate(snapPositionX(left + LABEL + room), top, SHARE, ROW);
      row.time().resizeRelocate(snapPositionX(left + LABEL + room + SHARE), top, TIME, ROW);
      top += ROW;
    }
  }
}
