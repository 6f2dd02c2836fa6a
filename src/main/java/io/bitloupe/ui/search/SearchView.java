package io.bitloupe.ui.search;

import io.bitloupe.search.MeasuredPoint;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import java.util.List;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/** The Search tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class SearchView {

  private final SearchViewModel viewModel;
  private final RemediesViewModel remedies;
  private final Parent root;

  @FXML private Label summary;
  @FXML private Button start;
  @FXML private Button smallest;
  @FXML private HBox budgetRow;
  @FXML private Slider budget;
  @FXML private Label point;
  @FXML private SensitivityMap map;
  @FXML private Label unit;
  @FXML private RemediesPane help;
  @FXML private VBox empty;
  @FXML private Label emptySentence;

  /** Shows {@code viewModel}, and what would help a layer. */
  public SearchView(SearchViewModel viewModel, RemediesViewModel remedies) {
    this.viewModel = viewModel;
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
    map.onLayer(remedies::ask);
    map.nameBy(viewModel::shownName);
    remedies.answerProperty().subscribe(_ -> help.show(remedies, remedies::use));
    smallest.setOnAction(_ -> viewModel.chooseSmallest());
    budget.valueProperty().subscribe(_ -> describe());
    budget.valueChangingProperty().subscribe(changing -> choose(changing));
    budget.setOnKeyReleased(_ -> choose(false));
    budget.setOnMouseReleased(_ -> choose(false));
    viewModel.gridProperty().subscribe(_ -> show());
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

  private void show() {
    boolean running = viewModel.runningProperty().get();
    boolean found = viewModel.resultProperty().get().isPresent();
    boolean anything = !viewModel.gridProperty().get().layers().isEmpty();
    start.setText(Messages.get(running ? "search.stop" : "search.start"));
    start.setDisable(viewModel.workbenchProperty().get().isEmpty());
    summary.setText(viewModel.summary());
    Hidden.show(smallest, found);
    Hidden.show(budgetRow, found);
    Hidden.show(map, anything);
    Hidden.show(unit, anything);
    Hidden.show(empty, !anything);
    emptySentence.setText(
        Messages.get(
            viewModel.workbenchProperty().get().isEmpty()
                ? "search.noData"
                : running ? "search.beginning" : "search.empty"));
    budget.setMax(Math.max(0, viewModel.front().size() - 1.0));
    map.show(viewModel.gridProperty().get());
    describe();
  }
}
