package io.bitloupe.ui.methods;

import io.bitloupe.config.RecipeText;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.method.DataFree;
import io.bitloupe.method.Effect;
import io.bitloupe.metric.Quality;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.ColumnRoom;
import io.bitloupe.ui.view.Columns;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The Methods tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class MethodsView {

  private static final Columns TRIALS = new Columns("methods", "methods.column.");
  private static final Columns EFFECTS = new Columns("methods-effect", "methods.effects.");
  private static final double KILO = 1000;

  /** Pixels of a table's heading with its line, of a row at least, of a line of text, and what a row has around its lines. */
  private static final double HEADING = 37;
  private static final double ROW = 24;
  private static final double LINE = 17;
  private static final double AROUND = 8;

  /** Rows that a table shows at least, however many the other one has. */
  private static final int LEAST_ROWS = 4;

  private final MethodsViewModel viewModel;
  private final Parent root;
  private final Label effectsSentence = new Label();
  private boolean showing;

  @FXML private ComboBox<String> recipe;
  @FXML private ComboBox<Optional<DataFree>> samples;
  @FXML private CheckBox selectedOnly;
  @FXML private Button add;
  @FXML private Button start;
  @FXML private Button keep;
  @FXML private Button discard;
  @FXML private Region content;
  @FXML private TableView<Trial> trials;
  @FXML private Label effectsTitle;
  @FXML private TableView<Effect> effects;
  @FXML private VBox empty;
  @FXML private Label emptySentence;

  /** Shows {@code viewModel}. */
  public MethodsView(MethodsViewModel viewModel) {
    this.viewModel = viewModel;
    root = Fxml.load(this);
  }

  /** The tab's content. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    recipe.getItems().setAll(viewModel.offered());
    recipe.getEditor().setOnAction(_ -> addRecipe());
    Choice.prepare(
        samples,
        Stream.concat(Stream.of(Optional.<DataFree>empty()), Stream.of(DataFree.values()).map(Optional::of)).toList(),
        MethodsView::samplesText,
        viewModel.samplesProperty()::set);
    viewModel.samplesProperty().subscribe(source -> Choice.show(samples, Optional.of(source)));
    selectedOnly.selectedProperty().bindBidirectional(viewModel.selectedOnlyProperty());
    add.setOnAction(_ -> addRecipe());
    start.setOnAction(_ -> startOrStop());
    keep.setOnAction(_ -> selected().ifPresent(viewModel::keep));
    discard.setOnAction(_ -> selected().ifPresent(viewModel::discard));
    prepareTables();
    viewModel.trialsProperty().subscribe(_ -> show());
    viewModel.runningProperty().subscribe(_ -> show());
    viewModel.workbenchProperty().subscribe(_ -> show());
    trials.getSelectionModel().selectedItemProperty().subscribe(_ -> showSelected());
  }

  private void addRecipe() {
    String text = Optional.ofNullable(recipe.getEditor().getText()).orElse("").strip();
    viewModel.add(text).ifPresent(this::select);
  }

  private void select(int number) {
    IntStream.range(0, trials.getItems().size())
        .filter(i -> trials.getItems().get(i).number() == number)
        .forEach(i -> trials.getSelectionModel().clearAndSelect(i));
  }

  private void startOrStop() {
    if (viewModel.runningProperty().get()) {
      viewModel.stop();
    } else {
      viewModel.start();
    }
  }

  private Optional<Trial> selected() {
    return Optional.ofNullable(trials.getSelectionModel().getSelectedItem());
  }

  private void prepareTables() {
    TableColumn<Trial, String> changes = TRIALS.wrapping("expected", 280, trial -> EffectSummary.of(trial.effects()));
    trials.getColumns().setAll(
        List.of(
            TRIALS.text("recipe", 200, MethodsView::name),
            TRIALS.text("state", 140, MethodsView::state),
            TRIALS.of("samples", 90, trial -> samplesText(trial.samples())),
            changes,
            number("top1", 64, trial -> quality(trial).flatMap(q -> q.accuracy().map(a -> Figures.fixed(100 * q.top1(a), 1)))),
            number("difference", 164, MethodsView::difference),
            number("sqnr", 70, trial -> quality(trial).map(q -> Figures.fixed(q.outputSqnrDb(), 1))),
            number("size", 68, trial -> trial.measured().map(e -> Figures.fixed(e.cost().weightBytes() / KILO, 1))),
            number("integers", 112, trial -> trial.measured().map(e -> Figures.fixed(100 * e.cost().integerMacShare(), 0)))));
    ColumnRoom.give(trials, changes);
    effects.getColumns().setAll(
        List.of(
            EFFECTS.text("layer", 300, effect -> viewModel.shownName(effect.layer())),
            EFFECTS.of("method", 150, Effect::method),
            EFFECTS.of("quantity", 230, effect -> EffectSummary.title(effect.quantity())),
            EFFECTS.number("before", 100, effect -> Figures.significant(effect.before())),
            EFFECTS.number("after", 100, effect -> Figures.significant(effect.after()))));
    ColumnRoom.spread(effects);
    effects.setPlaceholder(effectsSentence);
    effectsSentence.setId("methods-effects-sentence");
    effectsSentence.getStyleClass().add("secondary");
    effectsSentence.setWrapText(true);
  }

  private static String name(Trial trial) {
    return trial.steps().isEmpty() ? Messages.get("methods.none") : RecipeText.format(trial.steps());
  }

  private static String samplesText(Optional<DataFree> source) {
    return Messages.get("methods.samples." + source.map(DataFree::id).orElse("real"));
  }

  private static Optional<Quality> quality(Trial trial) {
    return trial.measured().map(Evaluation::quality);
  }

  private static Optional<String> difference(Trial trial) {
    return quality(trial)
        .flatMap(
            quality ->
                quality
                    .accuracy()
                    .map(
                        accuracy ->
                            Messages.get(
                                "methods.difference",
                                Figures.points((double) (accuracy.correct() - accuracy.correctFloat()) / quality.samples()),
                                Figures.points(accuracy.deltaInterval().low()),
                                Figures.points(accuracy.deltaInterval().high()))));
  }

  private static String state(Trial trial) {
    return switch (trial.state()) {
      case WAITING -> Messages.get("methods.state.waiting");
      case RUNNING ->
          trial
              .measured()
              .map(e -> Messages.get("methods.state.measuring", Figures.count(e.quality().samples()), Figures.count(e.totalSamples())))
              .orElseGet(() -> Messages.get(trial.effects().isEmpty() ? "methods.state.applying" : "methods.state.applied"));
      case MEASURED -> Messages.get("methods.state.measured", trial.measured().map(e -> Figures.count(e.totalSamples())).orElse(""));
      case REFUSED -> trial.problem();
    };
  }

  private static TableColumn<Trial, String> number(String key, double width, Function<Trial, Optional<String>> text) {
    return TRIALS.number(key, width, trial -> text.apply(trial).orElse(Messages.get("methods.unknown")));
  }

  private void show() {
    boolean running = viewModel.runningProperty().get();
    boolean open = viewModel.workbenchProperty().get().isPresent();
    List<Trial> known = viewModel.trialsProperty().get();
    start.setText(Messages.get(running ? "methods.stop" : "methods.start"));
    start.setDisable(!running && known.stream().noneMatch(trial -> trial.state() == Trial.State.WAITING));
    add.setDisable(!open);
    recipe.setDisable(!open);
    samples.setDisable(!open);
    selectedOnly.setDisable(!open);
    Hidden.show(content, open);
    Hidden.show(empty, !open);
    emptySentence.setText(Messages.get("methods.noData"));
    OptionalInt before = selected().map(Trial::number).map(OptionalInt::of).orElse(OptionalInt.empty());
    showing = true;
    trials.getItems().setAll(known);
    fitTrials(known);
    before.ifPresent(this::select);
    showing = false;
    showSelected();
  }

  /** The upper table is as high as its rows, and leaves the rest to the lower one. */
  private void fitTrials(List<Trial> known) {
    double rows = known.stream().mapToDouble(MethodsView::height).sum();
    trials.setPrefHeight(HEADING + rows);
    trials.setMinHeight(HEADING + Math.min(rows, LEAST_ROWS * ROW));
  }

  private static double height(Trial trial) {
    return Math.max(ROW, EffectSummary.of(trial.effects()).lines().count() * LINE + AROUND);
  }

  /** What stands over the effects of a trial, or in their place: whose they are, or why there are none. */
  private static String heading(Trial trial) {
    if (trial.state() == Trial.State.REFUSED) {
      return trial.problem();
    }
    return Messages.get(trial.effects().isEmpty() ? "methods.effects.none" : "methods.effects.of", name(trial));
  }

  private void showSelected() {
    if (showing) {
      return;
    }
    Optional<Trial> chosen = selected();
    keep.setDisable(chosen.filter(trial -> trial.state() != Trial.State.REFUSED && trial.samples().isEmpty()).isEmpty());
    discard.setDisable(chosen.filter(trial -> !trial.isPlain()).isEmpty());
    List<Effect> found = chosen.map(Trial::effects).orElse(List.of());
    if (!effects.getItems().equals(found)) {
      effects.getItems().setAll(found);
    }
    String heading = chosen.map(MethodsView::heading).orElse(Messages.get("methods.effects.choose"));
    effectsTitle.setText(found.isEmpty() ? "" : heading);
    effectsSentence.setText(heading);
  }
}
