package io.bitloupe.ui.layers;

import io.bitloupe.config.Choices;
import io.bitloupe.config.RangeMethods;
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
import io.bitloupe.ui.view.StaleNote;
import io.bitloupe.ui.workspace.Selection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.Set;
import javafx.collections.ListChangeListener;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.VBox;

/** The left pane: search, filter, table, and the editor of what is selected. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class LayersView {
  /** Which weights can share a scale. */
  public static final List<Granularity> GRANULARITIES = List.of(Granularity.TENSOR, Granularity.CHANNEL, new Granularity.PerBlock(32));

  /** Whether a filter leaves rows out; where the pane is narrow its button has no text to say so. */
  private static final PseudoClass FILTERING = PseudoClass.getPseudoClass("filtering");

  private final LayersViewModel viewModel;
  private final Preferences preferences;
  private final Runnable measureSensitivity;
  private Optional<LayerTable> columns = Optional.empty();
  private final Parent root;

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
  @FXML private ToggleButton pinButton;
  @FXML private StaleNote stale;
  @FXML private VBox editor;
  private final Button floatButton = new Button(Messages.get("layers.float"));

  /** Shows {@code viewModel}; {@code measureSensitivity} measures again what was measured in another configuration. */
  public LayersView(LayersViewModel viewModel, Preferences preferences, Runnable measureSensitivity) {
    this.viewModel = viewModel;
    this.preferences = preferences;
    this.measureSensitivity = measureSensitivity;
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

  /** Says less where the pane is narrow; the table looks after its columns itself. */
  public void setCompact(boolean compact) {
    operators.setContentDisplay(compact ? ContentDisplay.GRAPHIC_ONLY : ContentDisplay.LEFT);
    Hidden.show(hint, !compact);
  }

  /** Sorts the table by a column, the other way round where it is sorted by it already; headers cannot be reached by keys. */
  public void sortBy(LayerColumn column) {
    columns.ifPresent(it -> it.sortBy(column));
  }

  /** What can be done with the selected layers. */
  public LayersViewModel edits() {
    return viewModel;
  }

  /** Selects every row that is shown. */
  public void selectAll() {
    table.getSelectionModel().selectAll();
  }

  @FXML
  private void initialize() {
    prepareFilter();
    prepareEditor();
    columns = Optional.of(new LayerTable(table, chooser, viewModel, preferences, this::showEditor, this::showStale));
    count.textProperty().bind(viewModel.countProperty());
    viewModel.changesProperty().subscribe(_ -> showEditor());
    viewModel.pinsProperty().subscribe(_ -> showEditor());
    stale.onAgain(measureSensitivity);
    viewModel.sensitivityStaleProperty().subscribe(_ -> showStale());
  }

  /** Only beside the column that it is about. */
  private void showStale() {
    stale.show(viewModel.sensitivityStaleProperty().get() && columns.filter(it -> it.shows(LayerColumn.SENSITIVITY)).isPresent());
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
    MenuItem every = new MenuItem(Messages.get("layers.allOperators"));
    every.setOnAction(
        _ -> {
          viewModel.kindsProperty().set(Set.of());
          fillOperators();
        });
    operators.getItems().setAll(every, new SeparatorMenuItem());
    for (LayerKind kind : viewModel.presentKinds()) {
      CheckMenuItem item = new CheckMenuItem(kind.title());
      item.setSelected(viewModel.kindsProperty().get().contains(kind));
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
    operators.setAccessibleText(Messages.get("layers.operators.accessible", operators.getText()));
    operators.pseudoClassStateChanged(FILTERING, !kinds.isEmpty());
  }

  private void prepareEditor() {
    weightBits.prepare(Choices.WEIGHT_BITS, "layers.weightBits.accessible", viewModel::setWeightBits);
    activationBits.prepare(Choices.ACTIVATION_BITS, "layers.activationBits.accessible", viewModel::setActivationBits);
    floatButton.setUserData(Float.SIZE);
    floatButton.setOnAction(_ -> viewModel.setFloat());
    floatButton.setTooltip(new Tooltip(Messages.get("layers.float.help")));
    weightBits.add(floatButton);
    resetButton.setOnAction(_ -> viewModel.reset());
    resetButton.setTooltip(new Tooltip(Messages.get("layers.reset.help")));
    pinButton.setOnAction(_ -> viewModel.togglePins());
    pinButton.setTooltip(new Tooltip(Messages.get("layers.pin.help")));
    Choice.prepare(range, RangeMethods.OFFERED, Terms::range, viewModel::setRange);
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
    pinButton.setSelected(viewModel.isPinnedSelected());
    Optional<Optional<RangeMethod>> method = viewModel.commonWeight(Terms::methodOf);
    String instead = viewModel.insteadOfCommonWeight();
    range.setPromptText(method.filter(Optional::isEmpty).map(_ -> Messages.get("range.given")).orElse(instead));
    granularity.setPromptText(viewModel.insteadOfCommonGranularity());
    scheme.setPromptText(instead);
    Choice.show(range, method.flatMap(Function.identity()));
    Choice.show(granularity, viewModel.commonWeight(choice -> choice.granularity()));
    Choice.show(scheme, viewModel.commonWeight(choice -> choice.format().scheme()));
  }
}
