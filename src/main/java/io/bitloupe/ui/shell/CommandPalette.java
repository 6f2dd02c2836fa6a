package io.bitloupe.ui.shell;

import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Finds a command by what it is called and runs it. */
final class CommandPalette extends VBox {
  private static final int ROWS = 12;
  private static final double ROW = 30;
  private static final double WIDTH = 520;

  private final List<Command> commands;
  private final Runnable onDone;
  private final TextField field = new TextField();
  private final ObservableList<Command> found = FXCollections.observableArrayList();
  private final ListView<Command> list = new ListView<>(found);

  /** Offers those of {@code commands} that are possible now; {@code onDone} runs before the command that was chosen. */
  CommandPalette(List<Command> commands, Runnable onDone) {
    this.commands = commands.stream().filter(command -> !command.disabled().get()).toList();
    this.onDone = onDone;
    getStyleClass().addAll("overlay-card", "palette");
    setMaxWidth(WIDTH);
    field.setId("palette-field");
    field.setPromptText(Messages.get("palette.prompt"));
    field.setAccessibleText(Messages.get("palette.prompt"));
    list.setId("palette-list");
    list.setAccessibleText(Messages.get("palette.list"));
    list.setFixedCellSize(ROW);
    list.setPlaceholder(new Label(Messages.get("palette.none")));
    list.setCellFactory(_ -> new Row(this::run));
    list.setFocusTraversable(false);
    field.textProperty().subscribe(this::search);
    field.addEventFilter(KeyEvent.KEY_PRESSED, this::onKey);
    getChildren().addAll(field, list);
  }

  /** Where to write. */
  TextField field() {
    return field;
  }

  private void search(String text) {
    found.setAll(matching(commands, text));
    double height = Math.clamp(found.size(), 1, ROWS) * ROW + 2;
    list.setPrefHeight(height);
    list.setMinHeight(height);
    list.getSelectionModel().selectFirst();
  }

  /** The commands whose names have every word of {@code text}, those that begin with it first. */
  static List<Command> matching(List<Command> commands, String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    List<String> words = List.of(wanted.split("\\s+"));
    List<Command> all =
        commands.stream().filter(command -> words.stream().allMatch(command.title().toLowerCase(Locale.ROOT)::contains)).toList();
    List<Command> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing((Command command) -> !command.title().toLowerCase(Locale.ROOT).startsWith(wanted)));
    return sorted;
  }

  private void onKey(KeyEvent event) {
    int selected = list.getSelectionModel().getSelectedIndex();
    KeyCode code = event.getCode();
    switch (code) {
      case DOWN -> select(selected + 1);
      case UP -> select(selected - 1);
      case PAGE_DOWN -> select(selected + ROWS);
      case PAGE_UP -> select(selected - ROWS);
      case ENTER -> runSelected();
      default -> {
        return;
      }
    }
    event.consume();
  }

  private void select(int index) {
    if (!found.isEmpty()) {
      int kept = Math.clamp(index, 0, found.size() - 1);
      list.getSelectionModel().clearAndSelect(kept);
      list.scrollTo(Math.max(0, kept - ROWS + 1));
    }
  }

  private void runSelected() {
    Optional.ofNullable(list.getSelectionModel().getSelectedItem()).ifPresent(this::run);
  }

  private void run(Command chosen) {
    onDone.run();
    chosen.run().run();
  }

  private static final class Row extends ListCell<Command> {
    private final Label title = new Label();
    private final Label keys = new Label();
    private final HBox line = new HBox(8);

    Row(Consumer<Command> onClick) {
      setOnMouseClicked(
          click -> {
            if (click.getButton() == MouseButton.PRIMARY && getItem() != null) {
              onClick.accept(getItem());
            }
          });
      Region space = new Region();
      HBox.setHgrow(space, Priority.ALWAYS);
      keys.getStyleClass().add("secondary");
      line.getStyleClass().add("palette-row");
      line.getChildren().addAll(title, space, keys);
    }

    @Override
    protected void updateItem(@Nullable Command command, boolean empty) {
      super.updateItem(command, empty);
      if (empty || command == null) {
        setGraphic(null);
        return;
      }
      title.setText(command.title());
      keys.setText(command.keysText());
      setAccessibleText(command.title());
      setGraphic(line);
    }
  }
}
