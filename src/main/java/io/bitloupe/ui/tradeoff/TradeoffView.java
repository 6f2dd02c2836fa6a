package io.bitloupe.ui.tradeoff;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.engine.Job;
import io.bitloupe.report.TradeOffPicture;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.Tasks;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.fxml.FXML;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** The right pane: accuracy against size, accuracy against latency. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class TradeoffView {
  /** One of the two charts. */
  public enum Place {
    /** Accuracy against size. */
    UPPER,
    /** Accuracy against what the user chose. */
    LOWER
  }

  /** A format of a saved chart. */
  public enum Picture {
    /** As many pixels as on the screen, twice as fine. */
    PNG,
    /** Lines and text that can be scaled. */
    SVG;

    String extension() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where pictures of the charts go. */
  public interface Pictures {
    /** Lets the user choose a file with the ending {@code extension}. */
    Optional<Path> choose(String extension);

    /** Whether the window is dark. */
    boolean dark();
  }

  private final TradeoffViewModel viewModel;
  private final Runnable openData;
  private final Pictures pictures;
  private final Region root;
  private final PointCard card = new PointCard();
  private final List<TradeoffChart> charts = new ArrayList<>();

  @FXML private Label summary;
  @FXML private ComboBox<CostAxis> latency;
  @FXML private Button time;
  @FXML private ComboBox<PointScope> scope;
  @FXML private MenuButton save;
  @FXML private StackPane body;
  @FXML private VBox content;
  @FXML private StackPane sizeChart;
  @FXML private StackPane latencyChart;
  @FXML private VBox empty;
  @FXML private Label emptySentence;
  @FXML private Button emptyAction;

  /** Shows {@code viewModel}; fonts of the charts are made ready on {@code tasks}. */
  public TradeoffView(TradeoffViewModel viewModel, Tasks tasks, Runnable openData, Pictures pictures) {
    this.viewModel = viewModel;
    this.pictures = pictures;
    this.openData = openData;
    root = (Region) Fxml.load(this);
    tasks.run(
        new Job(Messages.get("job.fonts")),
        () -> {
          ChartFonts.register();
          return true;
        },
        _ -> makeCharts(),
        _ -> makeCharts());
  }

  /** The pane. */
  public Region root() {
    return root;
  }

  /** The charts, once they are there, for tests. */
  public List<TradeoffChart> charts() {
    return List.copyOf(charts);
  }

  @FXML
  private void initialize() {
    summary.textProperty().bind(viewModel.summaryProperty());
    summary.setTooltip(new Tooltip(Messages.get("tradeoff.summary.tip")));
    Choice.prepare(
        latency,
        viewModel.axes(),
        CostAxis::title,
        axis -> viewModel.latencyProperty().set(axis));
    Choice.show(latency, Optional.of(viewModel.latencyProperty().get()));
    Choice.prepare(
        scope,
        List.of(PointScope.values()),
        it -> Messages.get("tradeoff.scope." + it.key()),
        it -> viewModel.scopeProperty().set(it));
    Choice.show(scope, Optional.of(viewModel.scopeProperty().get()));
    emptyAction.setOnAction(_ -> openData.run());
    time.setOnAction(_ -> viewModel.toggleTiming(viewModel.latencyProperty().get()));
    time.setTooltip(new Tooltip(Messages.get("tradeoff.time.tip")));
    body.getChildren().add(card.root());
    viewModel.dataProperty().subscribe(_ -> show());
    viewModel.dataPathProperty().subscribe(_ -> show());
    viewModel.modelProperty().subscribe(_ -> show());
    viewModel.latencyProperty().subscribe(_ -> show());
    viewModel.timingProperty().subscribe(_ -> showTiming());
    viewModel.searchedProperty().subscribe(_ -> showCandidates());
  }

  private void makeCharts() {
    TradeoffChart size = new TradeoffChart();
    TradeoffChart time = new TradeoffChart();
    size.setId("size-chart");
    time.setId("latency-chart");
    sizeChart.getChildren().add(size);
    latencyChart.getChildren().add(time);
    for (TradeoffChart chart : List.of(size, time)) {
      chart.listen(point -> card.show(chart, point), viewModel::load);
      chart.afterDrawing(() -> card.placeOn(chart));
      chart.offer(
          List.of(
              new PointAction(Messages.get("compare.withCurrent"), _ -> true, viewModel::compare),
              new PointAction(Messages.get("tradeoff.branch"), _ -> true, viewModel::branch),
              new PointAction(Messages.get("tradeoff.time"), viewModel::canTime, viewModel::time)));
      charts.add(chart);
      chart.offerForChart(saving(chart, Picture.PNG), saving(chart, Picture.SVG));
    }
    save.setOnShowing(_ -> fillSaving());
    fillSaving();
    show();
    showCandidates();
  }

  /** Both charts in both formats, by what they show now. */
  private void fillSaving() {
    save.getItems().clear();
    for (TradeoffChart chart : charts) {
      for (Picture format : Picture.values()) {
        MenuItem item = saving(chart, format);
        item.setText(Messages.get("tradeoff.saveAs", chart.axis().pictureTitle(), format));
        save.getItems().add(item);
      }
    }
  }

  private MenuItem saving(TradeoffChart chart, Picture format) {
    MenuItem item = new MenuItem(Messages.get("tradeoff.savePicture", format));
    item.setOnAction(_ -> save(chart, format));
    return item;
  }

  private void save(TradeoffChart chart, Picture format) {
    Optional<Path> file = pictures.choose(format.extension());
    if (format == Picture.PNG) {
      file.ifPresent(it -> savePng(chart, it));
    } else {
      file.ifPresent(it -> saveSvg(chart, it));
    }
  }

  /** Lets the user choose a file for one of the charts and writes it. */
  public void save(Place place, Picture format) {
    if (!charts.isEmpty()) {
      save(charts.get(place.ordinal()), format);
    }
  }

  /** Writes what {@code chart} shows as PNG. */
  void savePng(TradeoffChart chart, Path file) {
    BufferedImage image = PictureFile.image(chart);
    viewModel.save(file, () -> PictureFile.writePng(image, file));
  }

  /** Writes what {@code chart} shows as SVG. */
  void saveSvg(TradeoffChart chart, Path file) {
    TradeoffData data = viewModel.dataProperty().get();
    if (data.reference().isPresent()) {
      TradeOffPicture.Palette palette = pictures.dark() ? TradeOffPicture.Palette.DARK : TradeOffPicture.Palette.LIGHT;
      String svg = PictureFile.svg(data, chart.axis(), palette);
      viewModel.save(file, () -> AtomicFile.writeText(file, svg));
    }
  }

  private void show() {
    TradeoffData data = viewModel.dataProperty().get();
    boolean none = data.points().isEmpty();
    Hidden.show(content, !none);
    Hidden.show(empty, none);
    Hidden.show(latency, !none);
    Hidden.show(scope, !none);
    Hidden.show(save, !none);
    emptySentence.setText(viewModel.emptySentence());
    Hidden.show(emptyAction, viewModel.needsData());
    if (!charts.isEmpty()) {
      charts.get(0).show(data, CostAxis.SIZE);
      charts.get(1).show(data, viewModel.latencyProperty().get());
    }
    showTiming();
  }

  private void showTiming() {
    boolean running = viewModel.timingProperty().get();
    int untimed = viewModel.untimed(viewModel.latencyProperty().get()).size();
    // Every finished configuration is timed for one of the axes: its button would come and go.
    boolean asked = viewModel.latencyProperty().get() != CostAxis.DEPLOYED && untimed > 0;
    Hidden.show(time, running || asked);
    time.setText(running ? Messages.get("deploy.stop") : Messages.get("tradeoff.time.all", untimed));
  }

  /** What a search measures is known by its size only. */
  private void showCandidates() {
    if (!charts.isEmpty()) {
      charts.getFirst().showCandidates(viewModel.searchedProperty().get().candidates());
    }
  }
}
