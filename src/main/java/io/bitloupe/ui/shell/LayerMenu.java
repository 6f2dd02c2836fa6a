package io.bitloupe.ui.shell;

import io.bitloupe.config.Choices;
import io.bitloupe.config.RangeMethods;
import io.bitloupe.quant.Scheme;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.layers.LayerColumn;
import io.bitloupe.ui.layers.LayersView;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;

/** The Layers menu: every edit of the selected layers as a command, and what selects them. */
final class LayerMenu {
  /** The layer table has keys for 1 to 8 bits. */
  private static final int LAST_DIGIT = 8;

  private final Supplier<LayersView> layers;
  private final ObservableBooleanValue noModel;
  private final Consumer<Command> known;

  /** Edits what {@code layers} has selected; {@code known} hears of every command. */
  LayerMenu(Supplier<LayersView> layers, ObservableBooleanValue noModel, Consumer<Command> known) {
    this.layers = layers;
    this.noModel = noModel;
    this.known = known;
  }

  Menu menu() {
    Menu menu = new Menu(Messages.get("menu.layers"));
    menu.setId("menu.layers");
    menu.getItems()
        .addAll(
            choices(
                "command.weightBits",
                Choices.WEIGHT_BITS,
                DefaultsMenu::bits,
                bits -> digit(bits, ""),
                (view, bits) -> view.edits().setWeightBits(bits)),
            choices(
                "command.activationBits",
                Choices.ACTIVATION_BITS,
                DefaultsMenu::bits,
                bits -> digit(bits, "Shift+"),
                (view, bits) -> view.edits().setActivationBits(bits)),
            choices("command.weightRange", RangeMethods.OFFERED, Terms::range, (view, range) -> view.edits().setRange(range)),
            choices(
                "command.weightGranularity",
                LayersView.GRANULARITIES,
                Terms::granularity,
                (view, granularity) -> view.edits().setGranularity(granularity)),
            choices("command.weightScheme", List.of(Scheme.values()), Terms::scheme, (view, scheme) -> view.edits().setScheme(scheme)),
            item("command.layersFloat", "", "F", view -> view.edits().setFloat()),
            new SeparatorMenuItem(),
            item("command.pin", "Shortcut+P", "P", view -> view.edits().togglePins()),
            item("command.reset", "", "Backspace", view -> view.edits().reset()),
            new SeparatorMenuItem(),
            item("command.selectAll", "Shortcut+Shift+A", "", LayersView::selectAll),
            item("command.find", "Shortcut+F", "", LayersView::focusSearch),
            choices("command.sort", List.of(LayerColumn.values()), LayerColumn::fullTitle, LayersView::sortBy));
    return menu;
  }

  /** The key of the layer table that chooses {@code bits}; empty text where there is none. */
  private static String digit(int bits, String modifier) {
    return bits >= 1 && bits <= LAST_DIGIT ? modifier + bits : "";
  }

  private MenuItem item(String key, String keys, String tableKey, Consumer<LayersView> run) {
    return item(Command.of(key, keys, noModel, () -> run.accept(layers.get())).inTable(tableKey));
  }

  private MenuItem item(Command command) {
    known.accept(command);
    return command.item();
  }

  /** A menu of the values of one choice; in the palette each has the choice before it. */
  private <T> Menu choices(String key, List<T> values, Function<T, String> text, BiConsumer<LayersView, T> run) {
    return choices(key, values, text, _ -> "", run);
  }

  private <T> Menu choices(
      String key, List<T> values, Function<T, String> text, Function<T, String> tableKey, BiConsumer<LayersView, T> run) {
    String choice = Messages.get(key);
    Menu menu = new Menu(choice);
    menu.setId(key);
    menu.disableProperty().bind(noModel);
    for (T value : values) {
      String title = Messages.get("command.choice", choice, text.apply(value));
      Command command = Command.named(key + "-" + text.apply(value), title, "", noModel, () -> run.accept(layers.get(), value));
      MenuItem item = item(command.inTable(tableKey.apply(value)));
      item.setText(text.apply(value));
      menu.getItems().add(item);
    }
    return menu;
  }
}
