package io.bitloupe.ui.shell;

import io.bitloupe.ui.distribution.TensorSide;
import io.bitloupe.ui.export.ExportKind;
import io.bitloupe.ui.history.HistoryViewModel;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.tradeoff.TradeoffView;
import io.bitloupe.ui.workspace.Activity;
import io.bitloupe.ui.workspace.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;

/** Every command of the window, in menus, and as one list for the palette. */
final class MainMenu {
  /** What the window itself does. */
  interface Window {
    /** Closes it. */
    void quit();

    /** Says what runs here. */
    void about();

    /** Opens the command palette. */
    void showPalette();

    /** Explains the view in front. */
    void showHelp();
  }

  /** Place of the Layers menu in the bar. */
  private static final int LAYERS = 3;

  private final ShellServices services;
  private final Workspace workspace;
  private final HistoryViewModel history;
  private final FileActions files;
  private final Supplier<WorkArea> work;
  private final Window window;
  private final List<Command> commands = new ArrayList<>();
  private final BooleanBinding noModel;
  private final BooleanBinding noWorkbench;

  MainMenu(ShellServices services, HistoryViewModel history, FileActions files, Supplier<WorkArea> work, Window window) {
    this.services = services;
    this.history = history;
    this.files = files;
    this.work = work;
    this.window = window;
    workspace = services.workspace();
    noModel = Bindings.createBooleanBinding(() -> workspace.modelProperty().get().isEmpty(), workspace.modelProperty());
    noWorkbench = Bindings.createBooleanBinding(() -> workspace.workbenchProperty().get().isEmpty(), workspace.workbenchProperty());
  }

  /** All commands, in the order of the menus; what edits layers, which is much, after all others. */
  List<Command> commands() {
    return List.copyOf(commands);
  }

  /** Whether the model cannot be calibrated now. */
  BooleanBinding cannotCalibrate() {
    return Bindings.createBooleanBinding(
        () -> workspace.dataProperty().get().isEmpty() || workspace.activityProperty().get()
            .filter(it -> it.kind() == Activity.Kind.CALIBRATING).isPresent(),
        workspace.dataProperty(),
        workspace.activityProperty());
  }

  /** Fills the menus and the two menu buttons of the toolbar. */
  void fill(MenuBar bar, MenuButton openButton, MenuButton exportButton, SessionMenu sessions) {
    bar.getMenus().setAll(file(exportButton, sessions), edit(), view(), engine(), help());
    bar.getMenus().add(LAYERS, new LayerMenu(() -> work.get().layers(), noModel, commands::add).menu());
    fillOpen(openButton.getItems(), _ -> {});
    openButton.getItems().forEach(item -> item.setAccelerator(null));
  }

  private Menu file(MenuButton exportButton, SessionMenu sessions) {
    Menu menu = menu("menu.file");
    fillOpen(menu.getItems(), commands::add);
    menu.getItems().addAll(sessions.recentMenu(), new SeparatorMenuItem());
    add(menu, "command.openSession", "", always(), files::openSession);
    add(menu, "command.saveSession", "", noModel, files::saveSession);
    menu.getItems().add(new SeparatorMenuItem());
    BooleanBinding noExport = noWorkbench.or(Bindings.createBooleanBinding(() -> services.exporter().isEmpty()));
    Menu others = menu("menu.exportOthers");
    for (ExportKind kind : ExportKind.values()) {
      Command command = export(kind, noExport);
      commands.add(command);
      (kind.isUsual() ? menu : others).getItems().add(command.item());
      MenuItem beside = command.item();
      beside.setAccelerator(null);
      exportButton.getItems().add(beside);
    }
    exportButton.getItems().add(2, new SeparatorMenuItem());
    others.disableProperty().bind(noExport);
    menu.getItems().add(others);
    add(menu, "command.exportMeasurements", "", nothingMeasured(), files::exportMeasurements);
    exportButton.disableProperty().bind(noExport);
    menu.getItems().add(charts());
    menu.getItems().add(new SeparatorMenuItem());
    add(menu, "command.quit", "Shortcut+Q", always(), window::quit);
    return menu;
  }

  private Menu charts() {
    Menu menu = menu("menu.charts");
    BooleanBinding none = nothingMeasured();
    menu.disableProperty().bind(none);
    for (TradeoffView.Picture format : TradeoffView.Picture.values()) {
      for (TradeoffView.Place place : TradeoffView.Place.values()) {
        Command command =
            Command.named(
                "command.chart." + place + "." + format,
                Messages.get("command.chart." + place.name().toLowerCase(Locale.ROOT), format),
                "",
                none,
                () -> work.get().tradeoff().save(place, format));
        commands.add(command);
        menu.getItems().add(command.item());
      }
    }
    return menu;
  }

  private BooleanBinding nothingMeasured() {
    return Bindings.createBooleanBinding(
        () -> workspace.historyProperty().get().steps().stream().allMatch(step -> step.measured().isEmpty()),
        workspace.historyProperty());
  }

  private Command export(ExportKind kind, ObservableBooleanValue disabled) {
    String keys =
        switch (kind) {
          case CONFIGURATION -> "Shortcut+S";
          case QDQ -> "Shortcut+E";
          default -> "";
        };
    return Command.named("command." + kind.name(), Messages.get("command.export", kind.title()), keys, disabled, () -> files.export(kind));
  }

  private Menu edit() {
    Menu menu = menu("menu.edit");
    add(menu, "command.undo", "Shortcut+Z", history.canUndoProperty().not(), workspace::undo);
    add(menu, "command.redo", "Shortcut+Shift+Z", history.canRedoProperty().not(), workspace::redo);
    menu.getItems().add(new SeparatorMenuItem());
    add(menu, "command.branch", "Shortcut+B", noModel, history::branchHere);
    add(menu, "command.compareBefore", "Shortcut+Shift+B", history.canUndoProperty().not(), history::compareWithTheOneBefore);
    return menu;
  }

  private Menu view() {
    Menu menu = menu("menu.view");
    for (CentreTab tab : CentreTab.values()) {
      add(menu, "command." + tab.key(), "Shortcut+" + (tab.ordinal() + 1), noModel, () -> work.get().show(tab));
    }
    menu.getItems().addAll(new SeparatorMenuItem(), distribution(), new SeparatorMenuItem());
    add(menu, "command.layersPane", "F6", noModel, () -> work.get().panes().toggleLayers());
    add(menu, "command.tradeoffPane", "F7", noModel, () -> work.get().panes().toggleTradeoff());
    add(menu, "command.historyPane", "F8", noModel, () -> work.get().panes().toggleHistory());
    menu.getItems().add(new SeparatorMenuItem());
    add(menu, "command.larger", "Shortcut+Plus", always(), services.zoom()::larger);
    add(menu, "command.smaller", "Shortcut+Minus", always(), services.zoom()::smaller);
    add(menu, "command.normal", "Shortcut+0", always(), services.zoom()::reset);
    add(menu, "command.theme", "Shortcut+Shift+D", always(), services.theme()::toggle);
    return menu;
  }

  private Menu distribution() {
    Menu menu = menu("menu.distribution");
    menu.disableProperty().bind(noModel);
    for (TensorSide side : TensorSide.values()) {
      String key = "command.side." + side.name().toLowerCase(Locale.ROOT);
      add(menu, key, "", noModel, () -> work.get().distribution().sideProperty().set(side));
    }
    menu.getItems().add(new SeparatorMenuItem());
    add(menu, "command.countScale", "", noModel, () -> toggle(work.get().distribution().logarithmicProperty()));
    add(menu, "command.afterwards", "", noModel, () -> toggle(work.get().distribution().afterwardsProperty()));
    return menu;
  }

  private static void toggle(BooleanProperty choice) {
    choice.set(!choice.get());
  }

  private Menu engine() {
    Menu menu = menu("menu.engine");
    BooleanBinding measuring =
        Bindings.createBooleanBinding(() -> workspace.runningStepProperty().get() != 0, workspace.runningStepProperty());
    BooleanBinding idle =
        Bindings.createBooleanBinding(() -> workspace.activityProperty().get().isEmpty(), workspace.activityProperty());
    add(menu, "command.run", "F5", noWorkbench.or(measuring), workspace::measure);
    add(menu, "command.stop", "Shortcut+Period", idle, workspace::cancelActivity);
    add(menu, "command.calibrate", "", cannotCalibrate(), workspace::calibrate);
    menu.getItems().add(new SeparatorMenuItem());
    add(menu, "command.startSensitivity", "", noWorkbench, () -> work.get().startSensitivity());
    add(menu, "command.startSearch", "", noWorkbench, () -> work.get().startSearch());
    add(menu, "command.askForHelp", "", noWorkbench, () -> work.get().askForHelp());
    add(menu, "command.startTrials", "", noWorkbench, () -> work.get().startTrials());
    add(menu, "command.startCheck", "", noWorkbench, () -> work.get().startCheck());
    add(menu, "command.startTiming", "", noWorkbench, () -> work.get().startTiming());
    return menu;
  }

  private Menu help() {
    Menu menu = menu("menu.help");
    add(menu, "command.help", "F1", noModel, window::showHelp);
    menu.getItems().add(Command.of("command.palette", "Shortcut+Shift+P", window::showPalette).item());
    add(menu, "command.about", "", always(), window::about);
    return menu;
  }

  private void add(Menu menu, String key, String keys, ObservableBooleanValue disabled, Runnable run) {
    Command command = Command.of(key, keys, disabled, run);
    commands.add(command);
    menu.getItems().add(command.item());
  }

  private static ObservableBooleanValue always() {
    return Bindings.createBooleanBinding(() -> false);
  }

  private static Menu menu(String key) {
    Menu menu = new Menu(Messages.get(key));
    menu.setId(key);
    return menu;
  }

  private void fillOpen(List<MenuItem> items, Consumer<Command> known) {
    for (Command command :
        List.of(
            Command.of("command.openModel", "Shortcut+O", files::chooseModel),
            Command.of("command.openData", "Shortcut+Shift+O", files::chooseDataFile),
            Command.of("command.openFolder", "", files::chooseDataFolder))) {
      known.accept(command);
      items.add(command.item());
    }
    Menu samples = menu("command.openSample");
    for (Path model : services.samples().models()) {
      Runnable open = () -> workspace.open(Optional.of(model), services.samples().data());
      String name = Samples.name(model);
      known.accept(new Command("sample-" + name, Messages.get("command.openThatSample", name), Optional.empty(), always(), open));
      samples.getItems().add(new Command("menu-" + name, name, Optional.empty(), always(), open).item());
    }
    if (!samples.getItems().isEmpty()) {
      items.add(samples);
    }
  }
}
