package io.bitloupe.ui.view;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import javafx.css.PseudoClass;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;

/**
 * Columns beside one another where their least widths fit, else in as many rows as they need. A single row is as high as there is
 * room; rows below one another are as high as what they show, for a scroll pane around them. What is left of the width goes to the
 * columns whose {@link HBox#setHgrow} is {@code ALWAYS}, or to the last one of a row.
 */
public final class WrappingColumns extends Pane {
  /** Set on columns that begin a row which is not the first. */
  private static final PseudoClass BELOW = PseudoClass.getPseudoClass("below");

  private double spacing;

  /** No columns yet. */
  public WrappingColumns() {}

  /** Pixels between columns, and between rows. */
  public double getSpacing() {
    return spacing;
  }

  /** Sets the pixels between columns, and between rows. */
  public void setSpacing(double spacing) {
    this.spacing = spacing;
    requestLayout();
  }

  @Override
  public Orientation getContentBias() {
    return Orientation.HORIZONTAL;
  }

  /** Whole pixels: a text that gets a part of one less than it needs is cut short. */
  private double least(Node column) {
    return snapSizeX(column.minWidth(-1));
  }

  private double wanted(Node column) {
    return Math.max(least(column), snapSizeX(column.prefWidth(-1)));
  }

  /** Columns by row in {@code width} pixels. */
  private List<List<Node>> rows(double width) {
    List<List<Node>> rows = new ArrayList<>();
    double taken = 0;
    for (Node column : getManagedChildren()) {
      double least = least(column);
      if (rows.isEmpty() || taken + spacing + least > width) {
        rows.add(new ArrayList<>());
        taken = least;
      } else {
        taken += spacing + least;
      }
      rows.getLast().add(column);
    }
    return rows;
  }

  /** Widths of the columns of one row that shares {@code width}: what they prefer where it fits, never less than their least. */
  private double[] widths(List<Node> row, double width) {
    double room = width - spacing * (row.size() - 1);
    double[] widths = row.stream().mapToDouble(this::wanted).toArray();
    double missing = sum(widths) - room;
    double spare = sum(widths) - row.stream().mapToDouble(this::least).sum();
    if (row.size() == 1) {
      widths[0] = room;
    } else if (missing > 0) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] -= spare <= 0 ? 0 : Math.min(1, missing / spare) * (widths[i] - least(row.get(i)));
      }
    } else {
      List<Node> growing = row.stream().filter(column -> HBox.getHgrow(column) == Priority.ALWAYS).toList();
      List<Node> takers = growing.isEmpty() ? List.of(row.getLast()) : growing;
      for (int i = 0; i < widths.length; i++) {
        widths[i] += takers.contains(row.get(i)) ? -missing / takers.size() : 0;
      }
    }
    return widths;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private double inner(double width) {
    return width < 0 ? Double.MAX_VALUE : width - snappedLeftInset() - snappedRightInset();
  }

  private double highest(List<Node> row, double width, Height height) {
    double[] widths = width == Double.MAX_VALUE ? new double[0] : widths(row, width);
    double highest = 0;
    for (int i = 0; i < row.size(); i++) {
      highest = Math.max(highest, height.of(row.get(i), i < widths.length ? widths[i] : -1));
    }
    return highest;
  }

  /** Which height of a node of some width. */
  private interface Height {
    double of(Node node, double width);
  }

  private double heightOf(double width, Height ofOneRow) {
    List<List<Node>> rows = rows(inner(width));
    Height height = rows.size() == 1 ? ofOneRow : Node::prefHeight;
    double sum = rows.stream().mapToDouble(row -> highest(row, inner(width), height)).sum();
    return snappedTopInset() + snappedBottomInset() + sum + spacing * Math.max(0, rows.size() - 1);
  }

  private double widthOf(ToDoubleFunction<Node> width) {
    List<Node> columns = getManagedChildren();
    double sum = columns.stream().mapToDouble(width).sum() + spacing * Math.max(0, columns.size() - 1);
    return snappedLeftInset() + snappedRightInset() + sum;
  }

  @Override
  protected double computeMinWidth(double height) {
    return snappedLeftInset() + snappedRightInset();
  }

  @Override
  protected double computePrefWidth(double height) {
    return widthOf(this::wanted);
  }

  @Override
  protected double computeMinHeight(double width) {
    return heightOf(width, Node::minHeight);
  }

  @Override
  protected double computePrefHeight(double width) {
    return heightOf(width, Node::prefHeight);
  }

  @Override
  protected void layoutChildren() {
    double width = inner(getWidth());
    List<List<Node>> rows = rows(width);
    double top = snappedTopInset();
    for (int r = 0; r < rows.size(); r++) {
      List<Node> row = rows.get(r);
      double height =
          rows.size() == 1 ? getHeight() - top - snappedBottomInset() : snapSizeY(highest(row, width, Node::prefHeight));
      double[] widths = widths(row, width);
      double left = snappedLeftInset();
      for (int i = 0; i < widths.length; i++) {
        Node column = row.get(i);
        column.pseudoClassStateChanged(BELOW, i == 0 && r > 0);
        double from = snapPositionX(left);
        column.resizeRelocate(from, top, snapPositionX(left + widths[i]) - from, height);
        left += widths[i] + spacing;
      }
      top += height + spacing;
    }
  }
}
