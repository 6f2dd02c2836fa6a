package io.bitloupe.ui.search;

import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.workspace.Searched;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javafx.scene.Cursor;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/** Layers by widths as a heat map: the hotter, the more the model's answers suffer when this layer alone has that width. */
public final class SensitivityMap extends ChartPane {
  private static final double TOP = 26;
  private static final double MOST_NAMES = 210;
  private static final double MOST_ROW = 24;
  private static final double LEAST_ROW = 14;
  private static final double LEAST = 160;
  private static final double MARK = 3;

  /** What is free between a name and the mark at its left and the cells at its right, and after the cells. */
  private static final double GAP = 8;

  private Consumer<String> onLayer = _ -> {};
  private UnaryOperator<String> names = UnaryOperator.identity();
  private double rowHeight = MOST_ROW;
  private int hovered = -1;
  private Optional<String> selected = Optional.empty();
  private SensitivityGrid grid = SensitivityGrid.empty(List.of());

  /** An empty map. */
  public SensitivityMap() {
    setMinHeight(LEAST);
    setOnMouseMoved(event -> hover(rowAt(event.getY())));
    setOnMouseExited(_ -> hover(-1));
    setOnMouseClicked(event -> choose(rowAt(event.getY())));
    setFocusTraversable(true);
    setOnKeyPressed(
        event -> {
          switch (event.getCode()) {
            case UP -> hover(Math.max(0, hovered - 1));
            case DOWN -> hover(Math.min(grid.layers().size() - 1, hovered + 1));
            case ENTER, SPACE -> choose(hovered);
            default -> {
              return;
            }
          }
          event.consume();
        });
  }

  /** Says who hears of the layer that is clicked, or chosen by keys. */
  void onLayer(Consumer<String> listener) {
    onLayer = listener;
  }

  /** Says what layers are called in the window. */
  void nameBy(UnaryOperator<String> shownNames) {
    names = shownNames;
  }

  /** Marks the layer that is selected in all views. */
  void select(Optional<String> layer) {
    selected = layer;
    redraw();
  }

  private int rowAt(double y) {
    int row = (int) Math.floor((y - TOP) / rowHeight);
    return y >= TOP && row < grid.layers().size() ? row : -1;
  }

  private void hover(int row) {
    setCursor(row >= 0 ? Cursor.HAND : Cursor.DEFAULT);
    if (row != hovered) {
      hovered = row;
      redraw();
    }
  }

  private void choose(int row) {
    if (row >= 0) {
      onLayer.accept(grid.layers().get(row));
    }
  }

  /** Shows {@code other}. */
  public void show(SensitivityGrid other) {
    grid = other;
    setMinHeight(Math.max(LEAST, TOP + LEAST_ROW * other.layers().size()));
    setAccessibleText(Messages.get("search.map.accessible", other.layers().size(), other.widths().size()));
    redraw();
  }

  @Override
  protected void draw(GraphicsContext gc, double width, double height) {
    List<String> layers = grid.layers();
    if (layers.isEmpty()) {
      return;
    }
    double names = namesWidth();
    double column = (width - names - GAP) / grid.widths().size();
    double row = Math.min(MOST_ROW, (height - TOP) / layers.size());
    rowHeight = row;
    for (int c = 0; c < grid.widths().size(); c++) {
      String heading = Messages.get("search.bits", grid.widths().get(c));
      write(gc, heading, names + (c + 0.5) * column, TOP / 2, text(SMALL), Ink.MUTED, TextAlignment.CENTER);
    }
    for (int r = 0; r < layers.size(); r++) {
      drawRow(gc, r, new Place(TOP + r * row, Math.max(1, row - 1), names, column));
    }
  }

  /** Where a row is: its top and height, where its cells begin and how far they are apart. */
  private record Place(double top, double height, double left, double column) {
    double middle() {
      return top + (height + 1) / 2;
    }
  }

  private void drawRow(GraphicsContext gc, int row, Place at) {
    String layer = grid.layers().get(row);
    boolean isSelected = selected.filter(layer::equals).isPresent();
    if (isSelected || row == hovered) {
      gc.setFill(ink(isSelected ? Ink.SELECTION : Ink.INSET));
      gc.fillRect(0, at.top(), at.left() - 2, at.height());
    }
    if (isSelected) {
      gc.setFill(ink(Ink.ACCENT));
      gc.fillRect(0, at.top(), MARK, at.height());
    }
    write(gc, shortened(names.apply(layer)), at.left() - GAP, at.middle(), font(isSelected), Ink.FG, TextAlignment.RIGHT);
    for (int c = 0; c < grid.widths().size(); c++) {
      Optional<SensitivityGrid.Entry> entry = grid.entry(layer, grid.widths().get(c));
      Color heat = ink(entry.map(known -> Searched.ink(known.loss())).orElse(Ink.INSET));
      gc.setFill(heat);
      gc.fillRect(at.left() + c * at.column(), at.top(), at.column() - 1, at.height());
      if (entry.isPresent()) {
        String figure = (entry.get().measured() ? "" : "~") + Figures.thousandths(entry.get().loss());
        write(gc, figure, at.left() + (c + 0.5) * at.column(), at.middle(), number(SMALL), readableOn(heat), TextAlignment.CENTER);
      }
    }
  }

  private static Font font(boolean isSelected) {
    return isSelected ? bold(SMALL) : text(SMALL);
  }

  /** As wide as the longest name, within limits. */
  private double namesWidth() {
    double longest = grid.layers().stream().mapToDouble(layer -> widthOf(names.apply(layer), bold(SMALL))).max().orElse(0);
    return Math.min(MOST_NAMES, Math.ceil(longest) + MARK + 2 * GAP);
  }

  private String shortened(String name) {
    String text = name;
    while (text.length() > 4 && widthOf(text, bold(SMALL)) > MOST_NAMES - MARK - 2 * GAP) {
      text = "…" + text.substring(text.startsWith("…") ? 2 : 1);
    }
    return text;
  }
}
