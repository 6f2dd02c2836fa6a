package io.bitloupe.ui.layers;

import io.bitloupe.config.ChoiceText;
import io.bitloupe.model.LayerKind;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.workspace.Selection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import javafx.collections.ListChangeListener;
import javafx.collections.transformation.SortedList;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.geometry.Pos;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The left pane: search, filter, table, and the editor of what is selected. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class LayersView {
  private static final PseudoClass LEAD = PseudoClass.getPseudoClass("lead");
  private static final List<Granularity> GRANULARITIES = List.of(Granularity.TENSOR, Granularity.CHANNEL, new Granularity.PerBlock(32));
  private static final double SCROLL_BAR = 18;
  private static final String COLUMNS = "layers.columns";

  /** Range methods for weights, as offered. */
  public static final List<RangeMethod> RANGES =
      List.of(
          new RangeMethod.MinMax(),
          new RangeMethod.Percentile(99.99),
          new RangeMethod.Entropy(),
          new RangeMethod.Mse(),
          new RangeMethod.Omse(),
          new RangeMethod.PNorm(ChoiceText.DEFAULT_EXPONENT),
          new RangeMethod.Aciq(),
          new RangeMethod.PowerOfTwo(new RangeMethod.Mse()));

  private final LayersViewModel viewModel;
  private final Preferences preferences;
  private final Map<LayerColumn, TableColumn<LayerRow, LayerFigures>> columns = new EnumMap<>(LayerColumn.class);
  private final Parent root;
  private boolean syncing;

  @FXML private TextField search;
  @FXML private MenuButton operators;
  @FXML private MenuButton chooser;
  @FXML private Label count;
  @FXML private TableView<LayerRow> table;
  @FXML private Label selectionTitle;
  @FXML private Label selectionDetail;
  @FXML private Label hint;
  @FXML private BitsBar weightBits;
  @FXML private BitsBar activationBits;
  @FXML private ComboBox<RangeMethod> range;
  @FXML private ComboBox<Granularity> granularity;
  @FXML private ComboBox<Scheme> scheme;
  @FXML private Button resetButton;
  @FXML private VBox editor;
  private final Button floatButton = new Button(Messages.get("layers.float"));

  /** Shows {@code viewModel}. */
  public LayersView(LayersViewModel viewModel, Preferences preferences) {
    this.viewModel = viewModel;
    this.preferences = preferences;
    root = Fxml.load(this);
  }

  /** The pane. */
  public Parent root() {
    return root;
  }

  /** Puts the cursor into the search field. */
  public void focusSearch() {
    search.requestFocus();
    search.selectAll();
  }

  /** Puts the focus on the table. */
  public void focusTable() {
    table.requestFocus();
  }

  /** Leaves out columns that a narrow pane has no room for; the user's choice of columns stays. */
  public void setCompact(boolean compact) {
    Set<LayerColumn> shown = shownColumns();
    for (LayerColumn column : List.of(LayerColumn.OPERATOR, LayerColumn.GRANULARITY)) {
      existing(column).setVisible(shown.contains(column) && !compact);
    }
    Hidden.show(operators, !compact);
    Hidden.show(hint, !compact);
    describeColumns();
    // What a search finds out is shown where it is looked for, without a trip to the menu.
    viewModel
        .searchedProperty()
        .subscribe(
            found -> {
              if (!found.losses().isEmpty()) {
                existing(LayerColumn.SENSITIVITY).setVisible(true);
              }
            });
  }

  /** Selects every row that is shown. */
  public void selectAll() {
    table.getSelectionModel().selectAll();
  }

  @FXML
  private void initialize() {
    prepareTable();
    prepareFilter();
    prepareEditor();
    count.textProperty().bind(viewModel.countProperty());
    viewModel.selectionProperty().subscribe(this::showSelection);
    viewModel.changesProperty().subscribe(_ -> showEditor());
  }

  private void prepareTable() {
    table.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    Set<LayerColumn> shown = shownColumns();
    for (LayerColumn column : LayerColumn.values()) {
      TableColumn<LayerRow, LayerFigures> made = make(column);
      made.setVisible(shown.contains(column));
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
    table.widthProperty().addListener((_, _, _) -> fillWidth());
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
    TableColumn<LayerRow, LayerFigures> made = new TableColumn<>();
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

  private Set<LayerColumn> shownColumns() {
    Set<LayerColumn> shown = new TreeSet<>();
    Optional<String> saved = preferences.get(COLUMNS);
    for (LayerColumn column : LayerColumn.values()) {
      if (saved.map(names -> List.of(names.split(",")).contains(column.name())).orElse(column.isInitial())) {
        shown.add(column);
      }
    }
    shown.add(LayerColumn.NAME);
    return shown;
  }

  private TableColumn<LayerRow, LayerFigures> existing(LayerColumn column) {
    return Objects.requireNonNull(columns.get(column), column::title);
  }

  private void prepareChooser() {
    for (LayerColumn column : LayerColumn.values()) {
      String unit = column.unit();
      CheckMenuItem item = new CheckMenuItem(unit.isEmpty() ? column.title() : Messages.get("columns.item", column.title(), unit));
      item.setSelected(existing(column).isVisible());
      item.setDisable(column == LayerColumn.NAME);
      item.setOnAction(
          _ -> {
            existing(column).setVisible(item.isSelected());
            rememberColumns();
          });
      chooser.getItems().add(item);
    }
    describeColumns();
  }

  private void rememberColumns() {
    Set<String> names = new TreeSet<>();
    columns.forEach(
        (column, made) -> {
          if (made.isVisible()) {
            names.add(column.name());
          }
        });
    preferences.put(COLUMNS, String.join(",", names));
    describeColumns();
  }

  private void describeColumns() {
    long shown = columns.values().stream().filter(TableColumn::isVisible).count();
    String text = Messages.get("columns.shown", shown, columns.size());
    chooser.setTooltip(new Tooltip(text));
    chooser.setAccessibleText(text);
  }

  private void prepareFilter() {
    search.textProperty().bindBidirectional(viewModel.searchProperty());
    search.setOnKeyPressed(
        event -> {
          if (event.getCode() == KeyCode.ESCAPE) {
            search.clear();
            table.requestFocus();
          } else if (event.getCode() == KeyCode.DOWN || event.getCode() == KeyCode.ENTER) {
            table.requestFocus();
          }
        });
    viewModel.rows().addListener((ListChangeListener<LayerRow>) _ -> fillOperators());
    fillOperators();
  }

  private void fillOperators() {
    operators.getItems().clear();
    for (LayerKind kind : viewModel.presentKinds()) {
      CheckMenuItem item = new CheckMenuItem(kind.title());
      item.setOnAction(
          _ -> {
            Set<LayerKind> kinds = new HashSet<>(viewModel.kindsProperty().get());
            if (item.isSelected()) {
              kinds.add(kind);
            } else {
              kinds.remove(kind);
            }
            viewModel.kindsProperty().set(Set.copyOf(kinds));
            nameOperators();
          });
      operators.getItems().add(item);
    }
    nameOperators();
  }

  private void nameOperators() {
    Set<LayerKind> kinds = viewModel.kindsProperty().get();
    operators.setText(
        kinds.isEmpty()
            ? Messages.get("layers.allOperators")
            : kinds.size() == 1 ? kinds.iterator().next().title() : Messages.get("layers.someOperators", kinds.size()));
  }

  private void prepareEditor() {
    weightBits.prepare(List.of(1, 2, 3, 4, 5, 6, 7, 8), "layers.weightBits.accessible", viewModel::setWeightBits);
    activationBits.prepare(List.of(2, 3, 4, 5, 6, 7, 8, 16), "layers.activationBits.accessible", viewModel::setActivationBits);
    floatButton.setUserData(Float.SIZE);
    floatButton.setOnAction(_ -> viewModel.setFloat());
    floatButton.setTooltip(new Tooltip(Messages.get("layers.float.help")));
    weightBits.add(floatButton);
    resetButton.setOnAction(_ -> viewModel.reset());
    Choice.prepare(range, RANGES, Terms::range, viewModel::setRange);
    Choice.prepare(granularity, GRANULARITIES, Terms::granularity, viewModel::setGranularity);
    Choice.prepare(scheme, List.of(Scheme.values()), Terms::scheme, viewModel::setScheme);
    selectionTitle.textProperty().bind(viewModel.selectionTitleProperty());
    selectionDetail.textProperty().bind(viewModel.selectionDetailProperty());
  }

  private void showEditor() {
    Selection selection = viewModel.selectionProperty().get();
    boolean none = selection.layers().isEmpty();
    editor.setDisable(none);
    boolean weights = viewModel.hasWeightsSelected();
    weightBits.setDisable(!weights);
    range.setDisable(!weights);
    granularity.setDisable(!weights);
    scheme.setDisable(!weights);
    weightBits.show(viewModel.commonWeight(choice -> choice.format().bits()));
    activationBits.show(viewModel.commonActivation(choice -> choice.format().bits()));
    floatButton.pseudoClassStateChanged(PseudoClass.getPseudoClass("chosen"), viewModel.isFloatSelected());
    Choice.show(range, viewModel.commonWeight(choice -> choice.range()));
    Choice.show(granularity, viewModel.commonWeight(choice -> choice.granularity()));
    Choice.show(scheme, viewModel.commonWeight(choice -> choice.format().scheme()));
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
      showEditor();
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
    showEditor();
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

  /** Brings the lead row into view. */
  public void revealLead() {
    int index = table.getFocusModel().getFocusedIndex();
    if (index >= 0) {
      table.scrollTo(Math.max(0, index - 3));
    }
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
