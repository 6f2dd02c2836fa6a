package io.bitloupe.ui.layers;

import io.bitloupe.model.Layer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** A row of the layer table: a layer, and the figures that change. */
public final class LayerRow {
  private final Layer layer;
  private final String name;
  private final ReadOnlyObjectWrapper<LayerFigures> figures;

  LayerRow(Layer layer, String name, LayerFigures figures) {
    this.layer = layer;
    this.name = name;
    this.figures = new ReadOnlyObjectWrapper<>(figures);
  }

  /** The layer. */
  public Layer layer() {
    return layer;
  }

  /** The name that it goes by in the window. */
  public String name() {
    return name;
  }

  /** What is known of it now. */
  public LayerFigures figures() {
    return figures.get();
  }

  /** What is known of it now. */
  public ReadOnlyObjectProperty<LayerFigures> figuresProperty() {
    return figures.getReadOnlyProperty();
  }

  void update(LayerFigures now) {
    if (!now.equals(figures.get())) {
      figures.set(now);
    }
  }
}
