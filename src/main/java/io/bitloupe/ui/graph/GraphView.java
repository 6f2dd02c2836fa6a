package io.bitloupe.ui.graph;

import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.view.StaleNote;
import io.bitloupe.ui.workspace.Searched;
import java.util.Optional;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** The Graph tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class GraphView {
  private static final double STEP = 1.25;

  private final GraphViewModel viewModel;
  private final Runnable measureSensitivity;
  private final GraphCanvas canvas;
  private final Parent root;

  @FXML private Label summary;
  @FXML private TextField search;
  @FXML private HBox heats;
  @FXML private HBox blocksBox;
  @FXML private ToggleButton open;
  @FXML private ToggleButton folded;
  @FXML private Button smaller;
  @FXML private Button larger;
  @FXML private Button fit;
  @FXML private Label zoom;
  @FXML private Region progress;
  @FXML private StackPane stage;
  @FXML private StaleNote stale;
  @FXML private FlowPane legend;
  @FXML private FlowPane controls;
  @FXML private VBox empty;
  @FXML private Label emptySentence;

  /** Shows {@code viewModel}; {@code measureSensitivity} measures again what was measured in another configuration. */
  public GraphView(GraphViewModel viewModel, Runnable measureSensitivity) {
    this.viewModel = viewModel;
    this.measureSensitivity = measureSensitivity;
    canvas = new GraphCanvas(viewModel);
    root = Fxml.load(this);
  }

  /** The tab's content. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    stale.onAgain(measureSensitivity);
    stage.getChildren().addFirst(canvas);
    for (Heat heat : Heat.values()) {
      ToggleButton button = new ToggleButton(Messages.get("graph.heat." + heat));
      button.setId("graph-heat-" + heat);
      button.getStyleClass().addAll(
          "segment", heat.ordinal() == 0 ? "first" : heat.ordinal() == Heat.values().length - 1 ? "last" : "middle");
      button.setOnAction(_ -> viewModel.heatProperty().set(heat));
      viewModel.heatProperty().subscribe(chosen -> button.setSelected(chosen == heat));
      heats.getChildren().add(button);
    }
    search.textProperty().subscribe(viewModel::search);
    search.setOnKeyPressed(
        event -> {
          if (event.getCode() == KeyCode.ENTER) {
            viewModel.nextMatch();
            event.consume();
          } else if (event.getCode() == KeyCode.ESCAPE) {
            search.clear();
            canvas.requestFocus();
            event.consume();
          }
        });
    open.setOnAction(_ -> viewModel.foldAll(false));
    folded.setOnAction(_ -> viewModel.foldAll(true));
    smaller.setOnAction(_ -> canvas.zoomBy(1 / STEP));
    larger.setOnAction(_ -> canvas.zoomBy(STEP));
    fit.setOnAction(_ -> canvas.fit());
    canvas.zoomProperty().subscribe(value -> zoom.setText(Messages.get("figure.percent", Math.round(100 * value.doubleValue()))));
    viewModel.pictureProperty().subscribe(_ -> show());
    viewModel.activeProperty().subscribe(_ -> show());
    viewModel.heatMapProperty().subscribe(_ -> showLegend());
    viewModel.busyProperty().subscribe(busy -> progress.setVisible(busy));
  }

  private void show() {
    Optional<String> sentence = viewModel.emptySentence();
    Hidden.show(empty, sentence.isPresent());
    Hidden.show(controls, sentence.isEmpty());
    Hidden.show(legend, sentence.isEmpty());
    emptySentence.setText(sentence.orElse(""));
    summary.setText(viewModel.summary());
    Hidden.show(blocksBox, viewModel.hasBlocks());
    open.setSelected(viewModel.isAllOpen());
    folded.setSelected(viewModel.isAllFolded());
  }

  private void showLegend() {
    HeatMap map = viewModel.heatMapProperty().get();
    stale.show(map.stale());
    legend.getChildren().clear();
    Label title = new Label(Messages.get("graph.legend." + map.heat()));
    title.getStyleClass().add("strong");
    legend.getChildren().add(title);
    if (map.heat() == Heat.SENSITIVITY) {
      explain(Ink.GAIN.styleClass(), Messages.get("graph.legend.gain", HeatMap.limit(-Searched.from(1))));
    }
    for (int level = 0; level < map.legend().size(); level++) {
      if (!map.legend().get(level).isEmpty()) {
        explain(Ink.heat(level).styleClass(), map.legend().get(level));
      }
    }
    if (map.hasUnmeasured()) {
      explain(HeatMap.UNMEASURED.styleClass(), Messages.get("graph.notMeasured"));
    }
    explain("in-float", Messages.get("graph.legend.island"));
  }

  private void explain(String swatchClass, String meaning) {
    Region swatch = new Region();
    swatch.getStyleClass().addAll("heat-swatch", swatchClass);
    Label label = new Label(meaning, swatch);
    label.getStyleClass().add("secondary");
    legend.getChildren().add(label);
  }
}
