package io.bitloupe.ui.deploy;

import io.bitloupe.lint.Target;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Choice;
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
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The Deploy tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class DeployView {
  private static final Columns COLUMNS = new Columns("deploy", "deploy.column.");
  private static final PseudoClass TROUBLE = PseudoClass.getPseudoClass("changed");

  /** Texts that are longer do not fit into their column. */
  private static final int LONG = 40;

  private final DeployViewModel viewModel;
  private final Parent root;
  private final Waterfall waterfall = new Waterfall();

  @FXML private ComboBox<Target> target;
  @FXML private Button start;
  @FXML private VBox content;
  @FXML private VBox time;
  @FXML private Label lint;
  @FXML private Label verify;
  @FXML private Label speed;
  @FXML private TableView<DeployRow> table;
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
    table.getColumns().setAll(
        List.of(
            column(COLUMNS.of("name", 210, DeployRow::name)),
            column(COLUMNS.of("operator", 90, DeployRow::op)),
            column(COLUMNS.of("verdict", 100, DeployRow::verdict)),
            column(COLUMNS.of("actual", 110, DeployRow::actual)),
            column(COLUMNS.number("apart", 100, DeployRow::apart)),
            column(COLUMNS.number("differing", 90, DeployRow::differing)),
            column(COLUMNS.of("reason", 520, DeployRow::reason))));
    start.setOnAction(_ -> viewModel.toggle());
    viewModel.runningProperty().subscribe(_ -> show());
    viewModel.checkProperty().subscribe(_ -> show());
    viewModel.workbenchProperty().subscribe(_ -> show());
  }

  private static TableColumn<DeployRow, String> column(TableColumn<DeployRow, String> column) {
    column.setCellFactory(
        _ ->
            new TableCell<>() {
              @Override
              protected void updateItem(@Nullable String item, boolean none) {
                super.updateItem(item, none);
                String shown = none || item == null ? "" : item;
                DeployRow row = none || getTableRow() == null ? null : getTableRow().getItem();
                pseudoClassStateChanged(TROUBLE, row != null && row.trouble());
                setText(shown);
                setTooltip(shown.length() > LONG ? wrapped(shown) : null);
              }
            });
    return column;
  }

  private static Tooltip wrapped(String text) {
    Tooltip tooltip = new Tooltip(text);
    tooltip.setWrapText(true);
    tooltip.setPrefWidth(420);
    return tooltip;
  }

  private void show() {
    boolean found = viewModel.checkProperty().get().isPresent();
    boolean running = viewModel.runningProperty().get();
    Hidden.show(content, found);
    Hidden.show(empty, !found);
    start.setDisable(viewModel.workbenchProperty().get().isEmpty());
    start.setText(Messages.get(running ? "deploy.stop" : "deploy.start"));
    emptySentence.setText(viewModel.emptySentence());
    lint.setText(viewModel.lintSummary());
    verify.setText(viewModel.verifySummary());
    speed.setText(viewModel.timeSummary());
    table.getItems().setAll(viewModel.rows());
    waterfall.show(viewModel.waterfall());
  }
}
