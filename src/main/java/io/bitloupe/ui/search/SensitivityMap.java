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
import javafx.scene.text.TextAlignment;

/** Layers by widths as a heat map: the darker, the more the model's answers suffer when this layer alone has that width. */
public final class SensitivityMap extends ChartPane {
  private static final double TOP = 26;
  private static final double NAMES = 210;
  private static final double MOST_ROW = 24;
  private static final double LEAST_ROW = 14;
  private static final double LEAST = 160;
  private static final double MOST_COLUMN = 84;

  private Consumer<String> onLayer = _ -> {};
  private UnaryOperator<String> names = UnaryOperator.identity();
  private double rowHeight = MOST_ROW;
  private int hovered = -1;
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
    double column = Math.min(MOST_COLUMN, (width - NAMES) / grid.widths().size());
    double row = Math.min(MOST_ROW, (height - TOP) / layers.size());
    rowHeight = row;
    for (int c = 0; c < grid.widths().size(); c++) {
      String heading = Messages.get("search.bits", grid.widths().get(c));
      write(gc, heading, NAMES + (c + 0.5) * column, TOP / 2, text(SMALL), Ink.MUTED, TextAlignment.CENTER);
    }
    for (int r = 0; r < layers.size(); r++) {
      double y = TOP + r * row;
      if (r == hovered) {
        gc.setFill(ink(Ink.INSET));
        gc.fillRect(0, y, NAMES - 2, Math.max(1, row - 1));
      }
      write(gc, shortened(names.apply(layers.get(r))), NAMES - 8, y + row / 2, text(SMALL), Ink.FG, TextAlignment.RIGHT);
      for (int c = 0; c < grid.widths().size(); c++) {
        Optional<SensitivityGrid.Entry> entry = grid.entry(layers.get(r), grid.widths().get(c));
        Color heat = ink(entry.map(known -> Searched.ink(known.loss())).orElse(Ink.INSET));
        gc.setFill(heat);
        gc.fillRect(NAMES + c * column, y, column - 1, Math.max(1, row - 1));
        if (entry.isPresent()) {
          double loss = entry.get().loss();
          String figure = (entry.get().measured() ? "" : "~") + Figures.thousandths(loss);
          write(gc, figure, NAMES + (c + 0.5) * column, y + row / 2, number(SMALL), readableOn(heat), TextAlignment.CENTER);
        }
      }
    }
  }

  private String shortened(String name) {
    String text = name;
    while (text.length() > 4 && widthOf(text, text(SMALL)) > NAMES - 16) {
      text = "…" + text.substring(text.startsWith("…") ? 2 : 1);
    }
    return text;
  }
}
