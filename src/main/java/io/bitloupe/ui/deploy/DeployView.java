package io.bitloupe.ui.deploy;

import io.bitloupe.lint.Target;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.ColumnRoom;
import io.bitloupe.ui.view.Columns;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import java.util.List;
import java.util.Optional;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The Deploy tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class DeployView {
  private static final Columns COLUMNS = new Columns("deploy", "deploy.column.");
  private static final PseudoClass TROUBLE = PseudoClass.getPseudoClass("changed");
  private final DeployViewModel viewModel;
  private final Parent root;
  private final Waterfall waterfall = new Waterfall();

  @FXML private ComboBox<Target> target;
  @FXML private Button start;
  @FXML private VBox content;
  @FXML private VBox time;
  @FXML private Label file;
  @FXML private Label lint;
  @FXML private Label verify;
  @FXML private Label speed;
  @FXML private TableView<DeployRow> table;
  @FXML private Button timeStart;
  @FXML private VBox speedBox;
  @FXML private GridPane speeds;
  @FXML private VBox empty;
  @FXML private Label emptySentence;

  /** Shows {@code viewModel}. */
  public DeployView(DeployViewModel viewModel) {
    this.viewModel = viewModel;
    root = Fxml.load(this);
  }

  /** The tab's content. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    waterfall.setId("deploy-waterfall");
    time.getChildren().add(waterfall);
    Choice.prepare(target, List.of(Target.values()), Target::title, viewModel::setTarget);
    viewModel.targetProperty().subscribe(chosen -> Choice.show(target, Optional.of(chosen)));
    TableColumn<DeployRow, String> reason = COLUMNS.wrapping("reason", 180, DeployRow::reason);
    table.getColumns().setAll(
        List.of(
            column(COLUMNS.of("name", 120, DeployRow::name)),
            column(COLUMNS.of("operator", 82, DeployRow::op)),
            column(COLUMNS.of("verdict", 86, DeployRow::verdict)),
            column(COLUMNS.of("actual", 96, DeployRow::actual)),
            column(COLUMNS.number("apart", 84, DeployRow::apart)),
            column(COLUMNS.number("differing", 74, DeployRow::differing)),
            reason));
    ColumnRoom.give(table, reason);
    start.setOnAction(_ -> viewModel.toggle());
    timeStart.setOnAction(_ -> viewModel.toggleTiming());
    viewModel.speedsProperty().subscribe(_ -> showSpeeds());
    viewModel.timingProperty().subscribe(_ -> showSpeeds());
    viewModel.runningProperty().subscribe(_ -> show());
    viewModel.checkProperty().subscribe(_ -> show());
    viewModel.workbenchProperty().subscribe(_ -> show());
  }

  private static TableColumn<DeployRow, String> column(TableColumn<DeployRow, String> column) {
    column.setCellFactory(
        _ ->
            new TableCell<>() {
              {
                if (!column.getStyleClass().contains("numeric-column")) {
                  getStyleClass().add("text-cell");
                }
              }

              @Override
              protected void updateItem(@Nullable String item, boolean none) {
                super.updateItem(item, none);
                String shown = none || item == null ? "" : item;
                DeployRow row = none || getTableRow() == null ? null : getTableRow().getItem();
                pseudoClassStateChanged(TROUBLE, row != null && row.trouble());
                setText(shown);
                setTooltip(shown.isEmpty() ? null : new Tooltip(shown));
              }
            });
    return column;
  }

  private void showSpeeds() {
    boolean running = viewModel.timingProperty().get();
    timeStart.setText(Messages.get(running ? "deploy.stop" : "deploy.speed.start"));
    timeStart.setDisable(!running && !viewModel.canTime());
    List<SpeedRow> rows = viewModel.speedsProperty().get();
    Hidden.show(speedBox, !rows.isEmpty());
    speeds.getChildren().clear();
    int line = 0;
    speeds.addRow(line++, muted("deploy.speed.asked"), muted("deploy.time.whole"), muted("deploy.time.float"), muted("deploy.speed.up"));
    for (SpeedRow row : rows) {
      speeds.addRow(line++, new Label(row.load()), number(row.exported()), number(row.inFloat()), number(row.againstFloat()));
    }
  }

  private static Label muted(String key) {
    Label label = new Label(Messages.get(key));
    label.getStyleClass().add("secondary");
    return label;
  }

  private static Label number(String text) {
    Label label = new Label(text);
    label.getStyleClass().add("number");
    return label;
  }

  private void show() {
    boolean found = viewModel.checkProperty().get().isPresent();
    boolean running = viewModel.runningProperty().get();
    Hidden.show(content, found);
    Hidden.show(empty, !found);
    start.setDisable(viewModel.workbenchProperty().get().isEmpty());
    showSpeeds();
    start.setText(Messages.get(running ? "deploy.stop" : "deploy.start"));
    emptySentence.setText(viewModel.emptySentence());
    file.setText(viewModel.fileSummary());
    lint.setText(viewModel.lintSummary());
    verify.setText(viewModel.verifySummary());
    speed.setText(viewModel.timeSummary());
    showRows(viewModel.rows());
    waterfall.show(viewModel.waterfall());
  }

  /** What is empty for every operator has no column. */
  private void showRows(List<DeployRow> rows) {
    table.getItems().setAll(rows);
    for (TableColumn<DeployRow, ?> column : table.getColumns()) {
      column.setVisible(rows.isEmpty() || rows.stream().anyMatch(row -> !"".equals(column.getCellObservableValue(row).getValue())));
    }
  }
}
