package io.bitloupe.ui.samples;

import io.bitloupe.data.SamplePicture;
import io.bitloupe.engine.SampleSignal;
import io.bitloupe.metric.Ranking;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.view.PictureBox;
import io.bitloupe.ui.view.SampleCell;
import io.bitloupe.ui.view.SampleLine;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import javafx.collections.MapChangeListener;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** The Samples tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class SamplesView {
  private static final double SIDE = 128;

  private final SamplesViewModel viewModel;
  private final Runnable openData;
  private final IntConsumer onFollow;
  private final PictureBox picture = new PictureBox(SIDE);
  private final SignalChart chart;
  private final Parent root;
  private boolean showing;

  @FXML private Label summary;
  @FXML private HBox filters;
  @FXML private ToggleButton all;
  @FXML private ToggleButton toWrong;
  @FXML private ToggleButton toRight;
  @FXML private ToggleButton changed;
  @FXML private ComboBox<SampleOrder> order;
  @FXML private Region progress;
  @FXML private HBox content;
  @FXML private ListView<SampleLine> list;
  @FXML private StackPane pictureBox;
  @FXML private Label title;
  @FXML private GridPane answers;
  @FXML private VBox chartBox;
  @FXML private Label diverged;
  @FXML private Button selectFirst;
  @FXML private Button follow;
  @FXML private VBox empty;
  @FXML private Label emptySentence;
  @FXML private Button emptyAction;

  /** Shows {@code viewModel}; {@code openData} lets the user choose data, {@code onFollow} shows the arithmetic of a sample. */
  public SamplesView(SamplesViewModel viewModel, Runnable openData, IntConsumer onFollow) {
    this.viewModel = viewModel;
    this.openData = openData;
    this.onFollow = onFollow;
    chart = new SignalChart(viewModel);
    root = Fxml.load(this);
  }

  /** The tab's content. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    pictureBox.getChildren().add(picture);
    VBox.setVgrow(chart, Priority.ALWAYS);
    chartBox.getChildren().addFirst(chart);
    filter(all, Optional.empty());
    filter(toWrong, Optional.of(Flip.TO_WRONG));
    filter(toRight, Optional.of(Flip.TO_RIGHT));
    filter(changed, Optional.of(Flip.CHANGED));
    Choice.prepare(order, List.of(SampleOrder.values()), it -> Messages.get("samples.order." + it), viewModel.orderProperty()::set);
    Choice.show(order, Optional.of(viewModel.orderProperty().get()));
    list.setCellFactory(_ -> new SampleCell(viewModel.pictures()));
    list.getSelectionModel().selectedItemProperty().subscribe(
        line -> {
          if (!showing && line != null) {
            viewModel.look(line.sample());
          }
        });
    selectFirst.setOnAction(
        _ -> viewModel.signalProperty().get().flatMap(SampleSignal::firstDiverged).ifPresent(it -> viewModel.selectLayer(it.layer())));
    follow.setOnAction(_ -> viewModel.signalProperty().get().ifPresent(it -> onFollow.accept(it.sample())));
    follow.setTooltip(new Tooltip(Messages.get("samples.follow.help")));
    emptyAction.setOnAction(_ -> openData.run());
    viewModel.linesProperty().subscribe(_ -> show());
    viewModel.activeProperty().subscribe(_ -> show());
    viewModel.signalProperty().subscribe(_ -> showSignal());
    viewModel.busyProperty().subscribe(busy -> progress.setVisible(busy));
    viewModel.pictures().addListener((MapChangeListener<Integer, SamplePicture>) _ -> showPicture());
  }

  private void filter(ToggleButton button, Optional<Flip> flip) {
    button.setOnAction(_ -> viewModel.filterProperty().set(flip));
    viewModel.filterProperty().subscribe(chosen -> button.setSelected(chosen.equals(flip)));
  }

  private void show() {
    showing = true;
    Optional<String> sentence = viewModel.emptySentence();
    Hidden.show(content, sentence.isEmpty());
    Hidden.show(empty, sentence.isPresent());
    Hidden.show(filters, viewModel.hasLabels());
    emptySentence.setText(sentence.orElse(""));
    Hidden.show(emptyAction, viewModel.needsData());
    summary.setText(viewModel.summary());
    if (!list.getItems().equals(viewModel.linesProperty().get())) {
      list.getItems().setAll(viewModel.linesProperty().get());
    }
    showing = false;
    showSignal();
  }

  private void showPicture() {
    picture.show(viewModel.signalProperty().get().flatMap(it -> Optional.ofNullable(viewModel.pictures().get(it.sample()))));
  }

  private void showSignal() {
    Optional<SampleSignal> signal = viewModel.signalProperty().get();
    Optional<SampleLine> line = viewModel.line();
    showing = true;
    if (line.isPresent() && !line.get().equals(list.getSelectionModel().getSelectedItem())) {
      list.getSelectionModel().select(line.get());
    }
    showing = false;
    showPicture();
    title.setText(line.map(SampleLine::title).orElse(""));
    signal.ifPresent(this::showAnswers);
    diverged.setText(signal.map(chart::diverged).orElse(""));
    Hidden.show(selectFirst, signal.flatMap(SampleSignal::firstDiverged).isPresent());
  }

  private void showAnswers(SampleSignal it) {
    row(0, "", Messages.get("samples.answer.class"), Messages.get("samples.answer.score"), Messages.get("samples.answer.margin"));
    answer(1, Messages.get("samples.answer.float"), it.floatScores());
    answer(2, Messages.get("samples.answer.integer"), it.scores());
    row(3, Messages.get("samples.answer.label"), viewModel.label(it.sample()).orElse(Figures.UNKNOWN), "", "");
  }

  private void answer(int row, String name, float[] scores) {
    if (scores.length < 2) {
      row(row, name, Figures.UNKNOWN, "", "");
      return;
    }
    int first = Ranking.top1(scores, 0, scores.length);
    float second = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      second = i == first ? second : Math.max(second, scores[i]);
    }
    row(row, name, viewModel.className(first), Figures.significant(scores[first]), Figures.significant(scores[first] - (double) second));
  }

  private void row(int row, String... texts) {
    for (int column = 0; column < texts.length; column++) {
      if (answers.getChildren().size() <= row * texts.length + column) {
        Label label = new Label();
        label.setMinWidth(Region.USE_PREF_SIZE);
        label.getStyleClass().add(row == 0 || column == 0 ? "secondary" : column == 1 ? "strong" : "number");
        answers.add(label, column, row);
      }
      ((Label) answers.getChildren().get(row * texts.length + column)).setText(texts[column]);
    }
  }
}
