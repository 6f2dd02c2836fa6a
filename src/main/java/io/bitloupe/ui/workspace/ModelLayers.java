package io.bitloupe.ui.workspace;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** The layers of the open model in the window: what they are called there, which are selected, and which are pinned. */
public final class ModelLayers {
  private final ReadOnlyObjectWrapper<Selection> selection = new ReadOnlyObjectWrapper<>(Selection.NONE);
  private final ReadOnlyObjectWrapper<Pins> pins = new ReadOnlyObjectWrapper<>(Pins.NONE);
  private final ReadOnlyObjectProperty<Optional<Model>> model;
  private LayerNames names = new LayerNames();
  private PinStore pinStore = PinStore.NONE;

  ModelLayers(ReadOnlyObjectProperty<Optional<Model>> model) {
    this.model = model;
  }

  /** Says which model is to be open; nothing is selected then, and those are pinned that were when it was open last. */
  void begin(Model opened) {
    selection.set(Selection.NONE);
    pins.set(pinStore.load(opened));
    names = new LayerNames(opened);
  }

  /** The selected layers. */
  public ReadOnlyObjectProperty<Selection> selectionProperty() {
    return selection.getReadOnlyProperty();
  }

  /** The layers that keep their choices. */
  public ReadOnlyObjectProperty<Pins> pinsProperty() {
    return pins.getReadOnlyProperty();
  }

  /** The name that {@code layer} goes by. */
  public String nameOf(Layer layer) {
    return names.of(layer);
  }

  /** The name that the layer called {@code layer} in the model goes by; that name itself where there is none. */
  public String nameOf(String layer) {
    return all().stream().filter(it -> it.name().equals(layer)).map(this::nameOf).findFirst().orElse(layer);
  }

  /** The layer that pictures are of. */
  public Optional<Layer> lead() {
    int lead = selection.get().lead();
    return lead >= 0 && lead < all().size() ? Optional.of(all().get(lead)) : Optional.empty();
  }

  /** The selected layers in order. */
  public List<Layer> selected() {
    return selection.get().layers().stream().filter(index -> index < all().size()).map(all()::get).toList();
  }

  /** The pinned layers in order. */
  public List<Layer> pinned() {
    return all().stream().filter(layer -> pins.get().layers().contains(layer.index())).toList();
  }

  /** Selects layers. */
  public void select(Selection layers) {
    selection.set(layers);
  }

  /** Pins the selected layers, or unpins them where all of them are pinned. */
  public void togglePins() {
    pins.set(pins.get().toggle(selection.get().layers()));
    model.get().ifPresent(open -> pinStore.save(open, pins.get()));
  }

  /** Says where pins are remembered; the models that are opened from now on have the pins from there. */
  public void setPinStore(PinStore store) {
    pinStore = store;
  }

  /** The configuration {@code wanted} with the choices of {@code before} for what is pinned. */
  QuantConfig keepPinned(QuantConfig before, QuantConfig wanted) {
    return model.get().map(open -> pins.get().keep(open, before, wanted)).orElse(wanted);
  }

  private List<Layer> all() {
    return model.get().map(Model::layers).orElse(List.of());
  }
}
