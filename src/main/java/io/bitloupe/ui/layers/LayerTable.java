package io.bitloupe.ui.layers;

import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.workspace.Selection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import javafx.collections.ListChangeListener;
import javafx.collections.transformation.SortedList;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The table itself: columns and which of them are shown, order, selection, and the keys that edit what is selected. */
final class LayerTable {
  private static final PseudoClass LEAD = PseudoClass.getPseudoClass("lead");
  private static final double SCROLL_BAR = 18;

  private final TableView<LayerRow> table;
  private final MenuButton chooser;
  private final LayersViewModel viewModel;
  private final ShownColumns shown;
  private final Runnable onSelection;
  private final Runnable onColumns;
  private final Map<LayerColumn, TableColumn<LayerRow, LayerFigures>> columns = new EnumMap<>(LayerColumn.class);
  private boolean syncing;

  /**
   * Fills {@code table} and the menu of its columns; {@code onSelection} hears when other layers are selected, {@code onColumns} when
   * other columns are shown.
   */
  LayerTable(
      TableView<LayerRow> table,
      MenuButton chooser,
      LayersViewModel viewModel,
      Preferences preferences,
      Runnable onSelection,
      Runnable onColumns) {
    this.table = table;
    this.chooser = chooser;
    this.viewModel = viewModel;
    shown = new ShownColumns(preferences);
    this.onSelection = onSelection;
    this.onColumns = onColumns;
    prepareTable();
    viewModel.selectionProperty().subscribe(this::showSelection);
    viewModel.rows().addListener(
        (ListChangeListener<LayerRow>) _ -> {
          shown.forgetAdded();
          showColumns();
        });
    // What a search finds out is shown where it is looked for, without a trip to the menu.
    viewModel.searchedProperty().subscribe(
        found -> {
          if (!found.losses().isEmpty()) {
            shown.add(LayerColumn.SENSITIVITY);
            showColumns();
          }
        });
  }

  private void showColumns() {
    columns.forEach((column, made) -> made.setVisible(shown.contains(column)));
    long count = columns.values().stream().filter(TableColumn::isVisible).count();
    String text = Messages.get("columns.shown", count, columns.size());
    chooser.setTooltip(new Tooltip(text));
    chooser.setAccessibleText(text);
    onColumns.run();
  }

  /** Whether {@code column} is shown. */
  boolean shows(LayerColumn column) {
    return shown.contains(column);
  }

  private void prepareTable() {
    table.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    for (LayerColumn column : LayerColumn.values()) {
      TableColumn<LayerRow, LayerFigures> made = make(column);
      columns.put(column, made);
      table.getColumns().add(made);
    }
    SortedList<LayerRow> sorted = new SortedList<>(viewModel.visibleRows());
    table.setItems(sorted);
    table.setSortPolicy(
        view -> {
          sorted.setComparator(view.getSortOrder().isEmpty() ? null : this::compareRows);
          return true;
        });
    table.setPlaceholder(new Label(Messages.get("layers.none")));
    table.setRowFactory(_ -> new Row());
    table.getSelectionModel().getSelectedIndices().addListener((ListChangeListener<Integer>) _ -> tellSelection());
    table.getFocusModel().focusedIndexProperty().addListener((_, _, _) -> tellSelection());
    sorted.addListener((ListChangeListener<LayerRow>) _ -> showSelection(viewModel.selectionProperty().get()));
    table.addEventFilter(KeyEvent.KEY_PRESSED, this::onKey);
    table.widthProperty().addListener(
        (_, _, width) -> {
          if (shown.setRoom(width.doubleValue() - SCROLL_BAR)) {
            showColumns();
          }
          fillWidth();
        });
    columns.values().forEach(column -> column.visibleProperty().addListener((_, _, _) -> fillWidth()));
    prepareChooser();
  }

  /** The name takes the room that the other columns leave. */
  private void fillWidth() {
    double others =
        table.getColumns().stream()
            .filter(column -> column.isVisible() && !column.equals(existing(LayerColumn.NAME)))
            .mapToDouble(TableColumn::getWidth)
            .sum();
    existing(LayerColumn.NAME).setPrefWidth(Math.max(LayerColumn.NAME.width(), table.getWidth() - others - SCROLL_BAR));
  }

  private static TableColumn<LayerRow, LayerFigures> make(LayerColumn column) {
    TableColumn<LayerRow, LayerFigures> made = new TableColumn<>(column.fullTitle());
    Label title = new Label(column.title());
    title.getStyleClass().add("column-title");
    Label unit = new Label(column.unit());
    unit.getStyleClass().add("column-unit");
    title.setMinWidth(Region.USE_PREF_SIZE);
    unit.setMinWidth(Region.USE_PREF_SIZE);
    VBox heading = new VBox(title, unit);
    heading.getStyleClass().add("column-heading");
    heading.setAlignment(column.isNumeric() ? Pos.CENTER_RIGHT : Pos.CENTER_LEFT);
    Tooltip.install(heading, new Tooltip(column.help()));
    made.setGraphic(heading);
    made.setId(column.name());
    made.setPrefWidth(column.width());
    made.setMinWidth(Math.min(30, column.width()));
    made.setReorderable(true);
    made.setCellValueFactory(row -> row.getValue().figuresProperty());
    made.setCellFactory(_ -> new LayerCell(column));
    made.getStyleClass().add(column.isNumeric() ? "numeric-column" : "text-column");
    return made;
  }

  /** Rows by the sorted columns; TableView's own comparator sees only figures. */
  private int compareRows(LayerRow first, LayerRow second) {
    for (TableColumn<LayerRow, ?> sorted : table.getSortOrder()) {
      int order = LayerColumn.valueOf(sorted.getId()).order().compare(first, second);
      if (order != 0) {
        return sorted.getSortType() == TableColumn.SortType.ASCENDING ? order : -order;
      }
    }
    return Integer.compare(first.layer().index(), second.layer().index());
  }

  private TableColumn<LayerRow, LayerFigures> existing(LayerColumn column) {
    return Objects.requireNonNull(columns.get(column), column::title);
  }

  /** Sorts by {@code column} alone: ascending first, the other way round where that is so. */
  void sortBy(LayerColumn column) {
    TableColumn<LayerRow, LayerFigures> wanted = existing(column);
    boolean again = table.getSortOrder().equals(List.of(wanted)) && wanted.getSortType() == TableColumn.SortType.ASCENDING;
    wanted.setSortType(again ? TableColumn.SortType.DESCENDING : TableColumn.SortType.ASCENDING);
    table.getSortOrder().setAll(List.of(wanted));
    table.sort();
  }

  private void prepareChooser() {
    for (LayerColumn column : LayerColumn.values()) {
      CheckMenuItem item = new CheckMenuItem(column.fullTitle());
      existing(column).visibleProperty().subscribe(item::setSelected);
      item.setDisable(column == LayerColumn.NAME);
      item.setOnAction(
          _ -> {
            shown.choose(column, item.isSelected());
            showColumns();
          });
      chooser.getItems().add(item);
    }
    showColumns();
  }

  private void onKey(KeyEvent event) {
    if (event.isControlDown() || event.isAltDown() || event.isMetaDown()) {
      return;
    }
    OptionalInt digit = digit(event.getCode());
    if (digit.isPresent()) {
      if (event.isShiftDown()) {
        viewModel.setActivationBits(digit.getAsInt());
      } else {
        viewModel.setWeightBits(digit.getAsInt());
      }
      event.consume();
    } else if (event.getCode() == KeyCode.F) {
      viewModel.setFloat();
      event.consume();
    } else if (event.getCode() == KeyCode.P) {
      viewModel.togglePins();
      event.consume();
    } else if (event.getCode() == KeyCode.BACK_SPACE || event.getCode() == KeyCode.DELETE) {
      viewModel.reset();
      event.consume();
    }
  }

  private static OptionalInt digit(KeyCode code) {
    String name = code.getName();
    String last = name.isEmpty() ? "" : name.substring(name.length() - 1);
    boolean digit = (code.isDigitKey() || code.isKeypadKey()) && "12345678".contains(last) && !last.isEmpty();
    return digit ? OptionalInt.of(Integer.parseInt(last)) : OptionalInt.empty();
  }

  private void tellSelection() {
    if (syncing) {
      return;
    }
    List<LayerRow> selected = table.getSelectionModel().getSelectedItems().stream().filter(row -> row != null).toList();
    LayerRow focused = table.getFocusModel().getFocusedItem();
    if (!selected.isEmpty()) {
      syncing = true;
      viewModel.select(selected, Optional.ofNullable(focused).filter(selected::contains));
      syncing = false;
      onSelection.run();
      refreshLead();
    }
  }

  private void showSelection(Selection selection) {
    if (!syncing) {
      syncing = true;
      List<LayerRow> items = table.getItems();
      table.getSelectionModel().clearSelection();
      int lead = -1;
      for (int i = 0; i < items.size(); i++) {
        int layer = items.get(i).layer().index();
        if (selection.layers().contains(layer)) {
          table.getSelectionModel().select(i);
          lead = layer == selection.lead() ? i : lead;
        }
      }
      if (lead >= 0) {
        table.getFocusModel().focus(lead);
      }
      syncing = false;
    }
    onSelection.run();
    refreshLead();
  }

  private void refreshLead() {
    table.lookupAll(".table-row-cell")
        .forEach(
            node -> {
              if (node instanceof Row row) {
                row.markLead();
              }
            });
  }

  private final class Row extends TableRow<LayerRow> {
    @Override
    protected void updateItem(@Nullable LayerRow row, boolean empty) {
      super.updateItem(row, empty);
      markLead();
    }

    void markLead() {
      LayerRow row = getItem();
      pseudoClassStateChanged(LEAD, row != null && row.layer().index() == viewModel.selectionProperty().get().lead());
    }
  }
}
