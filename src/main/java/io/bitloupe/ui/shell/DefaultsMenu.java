package io.bitloupe.ui.shell;

import io.bitloupe.config.Choices;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.RangeMethods;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Model;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.layers.LayersView;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.view.WholeParts;
import io.bitloupe.ui.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuButton;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.ToggleGroup;

/** The choice that holds for every tensor without one of its own: bits, granularity, range. */
final class DefaultsMenu {
  private final MenuButton button;
  private final Workspace workspace;

  DefaultsMenu(MenuButton button, Workspace workspace) {
    this.button = button;
    this.workspace = workspace;
    WholeParts defaults = WholeParts.on(button, Messages.get("defaults.separator"));
    workspace.historyProperty().subscribe(_ -> defaults.setText(text()));
    workspace.modelProperty().subscribe(model -> button.setDisable(model.isEmpty()));
    button.setOnShowing(_ -> fill());
    fill();
  }

  /** What holds; a quantized file gives every tensor a choice, which the float defaults do not tell. */
  private String text() {
    QuantConfig config = workspace.config();
    boolean stored = workspace.modelProperty().get().filter(model -> !model.stored().isEmpty()).isPresent();
    boolean inFloat = config.weight().equals(TensorChoice.FLOAT) && config.activation().equals(TensorChoice.FLOAT);
    return stored && inFloat && !config.tensors().isEmpty() ? Messages.get("history.asInFile") : Terms.defaults(config);
  }

  private static List<Integer> orFloat(List<Integer> bits) {
    return Stream.concat(bits.stream(), Stream.of(Float.SIZE)).toList();
  }

  private void fill() {
    QuantConfig config = workspace.config();
    Optional<TensorChoice.Quantized> weight = quantized(config.weight());
    button
        .getItems()
        .setAll(
            menu(
                "defaults.weightBits",
                orFloat(Choices.WEIGHT_BITS),
                Optional.of(config.weight().bits()),
                DefaultsMenu::bits,
                this::setWeightBits),
            menu(
                "defaults.activationBits",
                orFloat(Choices.ACTIVATION_BITS),
                Optional.of(config.activation().bits()),
                DefaultsMenu::bits,
                this::setActivationBits),
            menu(
                "defaults.granularity",
                LayersView.GRANULARITIES,
                weight.map(TensorChoice.Quantized::granularity),
                Terms::granularity,
                it -> changeWeight(choice -> ConfigEdits.withGranularity(choice, it))),
            menu("defaults.range", RangeMethods.OFFERED, weight.map(TensorChoice.Quantized::range), Terms::range, this::setRange));
  }

  private static <T> Menu menu(
      String key, List<T> values, Optional<T> chosen, Function<T, String> text, Consumer<T> onPick) {
    Menu menu = new Menu(Messages.get(key));
    menu.setId(key);
    ToggleGroup group = new ToggleGroup();
    for (T value : values) {
      RadioMenuItem item = new RadioMenuItem(text.apply(value));
      item.setToggleGroup(group);
      item.setSelected(chosen.filter(value::equals).isPresent());
      item.setOnAction(_ -> onPick.accept(value));
      menu.getItems().add(item);
    }
    return menu;
  }

  /** A number of bits in words. */
  static String bits(int value) {
    return value == Float.SIZE ? Messages.get("bits.float") : Messages.get("bits.count", value);
  }

  private void setWeightBits(int bits) {
    changeWeight(choice -> bits == Float.SIZE ? TensorChoice.FLOAT : ConfigEdits.withBits(choice, bits, TensorChoice.DEFAULT_WEIGHT));
  }

  private void setActivationBits(int bits) {
    QuantConfig config = workspace.config();
    TensorChoice activation =
        bits == Float.SIZE ? TensorChoice.FLOAT : ConfigEdits.withBits(config.activation(), bits, TensorChoice.DEFAULT_ACTIVATION);
    apply(config.weight(), activation);
  }

  private void setRange(RangeMethod method) {
    QuantConfig config = workspace.config();
    apply(ConfigEdits.withRange(config.weight(), method), ConfigEdits.withRange(config.activation(), method));
  }

  private void changeWeight(UnaryOperator<TensorChoice> edit) {
    QuantConfig config = workspace.config();
    apply(edit.apply(config.weight()), config.activation());
  }

  private void apply(TensorChoice weight, TensorChoice activation) {
    Optional<Model> model = workspace.modelProperty().get();
    model.ifPresent(open -> workspace.apply(ConfigEdits.defaults(open, weight, activation)));
  }

  private static Optional<TensorChoice.Quantized> quantized(TensorChoice choice) {
    return choice instanceof TensorChoice.Quantized quantized ? Optional.of(quantized) : Optional.empty();
  }
}
