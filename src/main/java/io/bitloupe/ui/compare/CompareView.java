package io.bitloupe.ui.compare;

import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.BarLength;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.ColumnRoom;
import io.bitloupe.ui.view.Columns;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.view.SampleCell;
import io.bitloupe.ui.view.SampleLine;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The Compare tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class CompareView {
  private static final Columns COLUMNS = new Columns("compare", "compare.column.");
  private static final PseudoClass CHANGED = PseudoClass.getPseudoClass("changed");
  private static final double KILO = 1000;

  private final PairFigures bytes =
      new PairFigures(CompareRow::bytes, value -> Figures.fixed(value / KILO, value < 100 * KILO ? 1 : 0), BarLength::ofAmount);
  private final PairFigures time = new PairFigures(CompareRow::milliseconds, value -> Figures.fixed(value, 3), BarLength::ofAmount);
  private final PairFigures sqnr =
      new PairFigures(CompareRow::weightSqnrDb, Figures::sqnr, (decibels, _) -> BarLength.ofDecibels(decibels));

  private final CompareViewModel viewModel;
  private final Parent root;
  private boolean showing;

  @FXML private FlowPane controls;
  @FXML private ComboBox<HistoryStep> stepA;
  @FXML private ComboBox<HistoryStep> stepB;
  @FXML private Button swap;
  @FXML private Button load;
  @FXML private ToggleButton differences;
  @FXML private GridPane figures;
  @FXML private Region content;
  @FXML private Label summary;
  @FXML private TableView<CompareRow> table;
  @FXML private Label flips;
  @FXML private ListView<SampleLine> samples;
  @FXML private VBox empty;
  @FXML private Label emptySentence;

  /** Shows {@code viewModel}. */
  public CompareView(CompareViewModel viewModel) {
    this.viewModel = viewModel;
    root = Fxml.load(this);
  }

  /** The tab's content. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    prepareTable();
    samples.setCellFactory(_ -> new SampleCell(viewModel.pictures()));
    swap.setOnAction(_ -> viewModel.swap());
    load.setOnAction(_ -> viewModel.load());
    differences.selectedProperty().bindBidirectional(viewModel.onlyDifferencesProperty());
    viewModel.onlyDifferencesProperty().subscribe(_ -> show());
    viewModel.comparisonProperty().subscribe(_ -> show());
    viewModel.activeProperty().subscribe(_ -> show());
    viewModel.linesProperty().subscribe(found -> samples.getItems().setAll(found));
    viewModel.selectionProperty().subscribe(_ -> showSelection());
  }

  private void prepareTable() {
    table.getColumns().setAll(
        List.of(
            COLUMNS.text("name", 100, CompareRow::name),
            COLUMNS.of("operator", 66, CompareRow::operator),
            Columns.numeric(pairColumn("weights", 54, CompareRow::weights)),
            Columns.numeric(pairColumn("activations", 54, CompareRow::activations)),
            Columns.apart(pairColumn("granularity", 134, CompareRow::granularity)),
            pairColumn("range", 104, CompareRow::range),
            barColumn("bytes", 122, bytes),
            barColumn("time", 142, time),
            barColumn("sqnr", 126, sqnr)));
    ColumnRoom.spread(table);
    table.getSelectionModel().selectedItemProperty().subscribe(
        row -> {
          if (!showing && row != null) {
            viewModel.selectLayer(row.layer());
          }
        });
  }

  private static TableColumn<CompareRow, CompareRow.Pair<String>> pairColumn(
      String key, double width, Function<CompareRow, CompareRow.Pair<String>> pair) {
    TableColumn<CompareRow, CompareRow.Pair<String>> column = COLUMNS.of(key, width, pair);
    column.setCellFactory(
        _ ->
            new TableCell<>() {
              @Override
              protected void updateItem(CompareRow.@Nullable Pair<String> item, boolean empty) {
                super.updateItem(item, empty);
                boolean differs = item != null && item.differs();
                pseudoClassStateChanged(CHANGED, differs);
                setText(empty || item == null ? "" : differs ? Messages.get("compare.change", item.a(), item.b()) : item.a());
              }
            });
    return column;
  }

  private static TableColumn<CompareRow, CompareRow.Pair<OptionalDouble>> barColumn(String key, double width, PairFigures figures) {
    TableColumn<CompareRow, CompareRow.Pair<OptionalDouble>> column = COLUMNS.of(key, width, figures::of);
    column.setCellFactory(_ -> new PairCell(figures));
    return Columns.numeric(column);
  }

  private void show() {
    showing = true;
    Optional<String> sentence = viewModel.emptySentence();
    Optional<Comparison> comparison = viewModel.comparisonProperty().get();
    boolean something = sentence.isEmpty() && comparison.isPresent();
    Hidden.show(content, something);
    Hidden.show(controls, something);
    Hidden.show(figures, something);
    Hidden.show(empty, !something);
    emptySentence.setText(sentence.orElse(""));
    Choice.prepare(stepA, viewModel.choices(), CompareView::name, viewModel::setA);
    Choice.prepare(stepB, viewModel.choices(), CompareView::name, viewModel::setB);
    Choice.show(stepA, comparison.map(Comparison::a));
    Choice.show(stepB, comparison.map(Comparison::b));
    List<CompareRow> rows = viewModel.rows();
    List.of(bytes, time, sqnr).forEach(figures -> figures.fit(rows));
    table.getItems().setAll(rows);
    summary.setText(viewModel.summary());
    flips.setText(viewModel.flipSummary());
    showFigures();
    showing = false;
    showSelection();
  }

  private static String name(HistoryStep step) {
    return Messages.get("compare.step", step.number(), step.description());
  }

  private void showFigures() {
    row(0, "", Messages.get("compare.a"), Messages.get("compare.b"), Messages.get("compare.difference"), "");
    List<CompareViewModel.Figure> all = viewModel.figures();
    for (int i = 0; i < all.size(); i++) {
      CompareViewModel.Figure it = all.get(i);
      row(i + 1, it.label(), it.a(), it.b(), it.difference(), it.detail());
    }
  }

  private void row(int row, String... texts) {
    for (int column = 0; column < texts.length; column++) {
      if (figures.getChildren().size() <= row * texts.length + column) {
        Label label = new Label();
        label.setMinWidth(Region.USE_PREF_SIZE);
        boolean plain = row == 0 || column == 0 || column == texts.length - 1;
        label.getStyleClass().add(plain ? "secondary" : column == texts.length - 2 ? "headline-number" : "number");
        figures.add(label, column, row);
      }
      ((Label) figures.getChildren().get(row * texts.length + column)).setText(texts[column]);
    }
  }

  private void showSelection() {
    int lead = viewModel.selectionProperty().get().lead();
    showing = true;
    table.getSelectionModel().clearSelection();
    for (CompareRow row : table.getItems()) {
      if (row.layer() == lead) {
        table.getSelectionModel().select(row);
      }
    }
    showing = false;
  }
}
