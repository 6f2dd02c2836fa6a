package io.bitloupe.ui.search;

import io.bitloupe.search.MeasuredPoint;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.view.StaleNote;
import io.bitloupe.ui.view.Swatch;
import io.bitloupe.ui.workspace.LossLegend;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** The Search tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class SearchView {
  private static final double PALE = 0.55;

  private final SearchViewModel viewModel;
  private final SensitivityViewModel sensitivity;
  private final RemediesViewModel remedies;
  private final Supplier<Optional<Path>> chooseHardware;
  private final Parent root;

  @FXML private Label summary;
  @FXML private Button start;
  @FXML private ToggleButton limits;
  @FXML private StackPane formBox;
  @FXML private Button smallest;
  @FXML private ComboBox<SensitivityViewModel.Kind> kind;
  @FXML private Button measure;
  @FXML private Button helpSelected;
  @FXML private Label correlations;
  @FXML private HBox budgetRow;
  @FXML private Slider budget;
  @FXML private Label point;
  @FXML private SensitivityMap map;
  @FXML private FlowPane legend;
  @FXML private Label unit;
  @FXML private RemediesPane help;
  @FXML private StaleNote stale;
  @FXML private VBox empty;
  @FXML private Label emptySentence;

  /**
   * Shows {@code viewModel}, how much each width matters, and what would help a layer.
   *
   * @param chooseHardware asks the user for a hardware profile or a table of latencies
   */
  public SearchView(
      SearchViewModel viewModel,
      SensitivityViewModel sensitivity,
      RemediesViewModel remedies,
      Supplier<Optional<Path>> chooseHardware) {
    this.chooseHardware = chooseHardware;
    this.viewModel = viewModel;
    this.sensitivity = sensitivity;
    this.remedies = remedies;
    root = Fxml.load(this);
  }

  /** The tab's content. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    start.setOnAction(_ -> startOrStop());
    SearchForm form = viewModel.form();
    formBox.getChildren().setAll(new SearchFormView(viewModel, chooseHardware).root());
    Hidden.bind(formBox, limits.selectedProperty());
    form.changes().forEach(property -> property.subscribe(_ -> name()));
    map.onLayer(remedies::ask);
    map.nameBy(viewModel::shownName);
    remedies.answerProperty().subscribe(_ -> help.show(remedies, remedies::use));
    Choice.prepare(kind, List.of(SensitivityViewModel.Kind.values()), SensitivityViewModel.Kind::title, sensitivity::setKind);
    measure.setOnAction(_ -> measureOrStop());
    helpSelected.setOnAction(_ -> remedies.askSelected());
    remedies.selectionProperty().subscribe(_ -> showSelection());
    showLegend();
    stale.onAgain(sensitivity::start);
    sensitivity.changesProperty().subscribe(_ -> showStale());
    smallest.setOnAction(_ -> viewModel.chooseSmallest());
    budget.valueProperty().subscribe(_ -> describe());
    budget.valueChangingProperty().subscribe(changing -> choose(changing));
    budget.setOnKeyReleased(_ -> choose(false));
    budget.setOnMouseReleased(_ -> choose(false));
    viewModel.gridProperty().subscribe(_ -> show());
    sensitivity.gridProperty().subscribe(_ -> show());
    sensitivity.runningProperty().subscribe(_ -> show());
    viewModel.resultProperty().subscribe(_ -> showResult());
    viewModel.runningProperty().subscribe(_ -> show());
    viewModel.workbenchProperty().subscribe(_ -> show());
  }

  private void startOrStop() {
    if (viewModel.runningProperty().get()) {
      viewModel.stop();
    } else {
      viewModel.start();
    }
  }

  private void measureOrStop() {
    if (sensitivity.runningProperty().get()) {
      sensitivity.stop();
    } else {
      sensitivity.start();
    }
  }

  /** What was measured as a table of its own, else what the search has measured on its way, which is of weights. */
  private SensitivityGrid shownGrid() {
    SensitivityGrid own = sensitivity.gridProperty().get();
    boolean weights = sensitivity.kind() == SensitivityViewModel.Kind.WEIGHTS;
    return weights && own.layers().isEmpty() ? viewModel.gridProperty().get() : own;
  }

  private void choose(boolean changing) {
    if (!changing && !viewModel.front().isEmpty()) {
      viewModel.choose((int) Math.round(budget.getValue()));
    }
  }

  private void describe() {
    List<MeasuredPoint> front = viewModel.front();
    int index = (int) Math.round(budget.getValue());
    point.setText(index < front.size() ? viewModel.describe(front.get(index)) : "");
  }

  private void showResult() {
    show();
    budget.setValue(viewModel.beginning());
  }

  private void showLegend() {
    Label title = new Label(Messages.get("search.legend"));
    title.getStyleClass().add("strong");
    legend.getChildren().addAll(title, Swatch.of(Ink.GAIN.styleClass(), LossLegend.ofGain()));
    for (int level = 0; level < LossLegend.LEVELS; level++) {
      legend.getChildren().add(Swatch.of(Ink.heat(level).styleClass(), LossLegend.of(level)));
    }
  }

  private void showSelection() {
    map.select(remedies.selectedName());
    showHelp();
  }

  private void showHelp() {
    helpSelected.setDisable(viewModel.workbenchProperty().get().isEmpty() || remedies.selectionProperty().get().lead() < 0);
  }

  private void name() {
    boolean running = viewModel.runningProperty().get();
    start.setText(running ? Messages.get("search.stop") : viewModel.startText());
  }

  /** What is shown stays when the configuration changes, but pale and with a way to measure it again. */
  private void showStale() {
    boolean isStale = sensitivity.isStale(shownGrid());
    stale.show(isStale && !sensitivity.runningProperty().get() && !viewModel.runningProperty().get());
    map.setOpacity(isStale ? PALE : 1);
  }

  private void show() {
    boolean running = viewModel.runningProperty().get();
    boolean found = viewModel.resultProperty().get().isPresent();
    SensitivityGrid grid = shownGrid();
    boolean anything = !grid.layers().isEmpty();
    name();
    showHelp();
    start.setDisable(viewModel.workbenchProperty().get().isEmpty());
    measure.setText(Messages.get(sensitivity.runningProperty().get() ? "search.stop" : "search.measure"));
    measure.setDisable(viewModel.workbenchProperty().get().isEmpty());
    Choice.show(kind, Optional.of(sensitivity.kind()));
    correlations.setText(sensitivity.correlations());
    unit.setText(Messages.get(grid.equals(viewModel.gridProperty().get()) ? "search.unit" : "search.unit." + sensitivity.kind()));
    summary.setText(viewModel.summary());
    Hidden.show(summary, found);
    smallest.setText(Messages.get(viewModel.isForSmallest() ? "search.smallest" : "search.best"));
    Hidden.show(smallest, found);
    Hidden.show(budgetRow, found);
    Hidden.show(map, anything);
    Hidden.show(unit, anything);
    Hidden.show(legend, anything);
    Hidden.show(empty, !anything);
    emptySentence.setText(
        Messages.get(
            viewModel.workbenchProperty().get().isEmpty()
                ? "search.noData"
                : running || sensitivity.runningProperty().get() ? "search.beginning" : "search.empty"));
    budget.setMax(Math.max(0, viewModel.front().size() - 1.0));
    map.show(grid);
    showStale();
    describe();
  }
}
