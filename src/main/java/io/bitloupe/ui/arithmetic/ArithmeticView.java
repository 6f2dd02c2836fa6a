package io.bitloupe.ui.arithmetic;

import io.bitloupe.engine.ElementStory;
import io.bitloupe.quant.Requantization;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Formula;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.view.PageScroll;
import io.bitloupe.ui.view.WholeParts;
import io.bitloupe.ui.view.ZoomPane;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.Spinner;
import javafx.scene.control.SpinnerValueFactory.IntegerSpinnerValueFactory;
import javafx.scene.control.TableView;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The Arithmetic tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class ArithmeticView {
  private static final double[] SCALES = {1, 1.5, 2};
  private static final double ROOMY = 1500;
  private static final double SCROLL_BAR = 16;
  private static final double PADDING = 29;
  private static final double HEADER = 28;

  /** More products than these scroll in their table where it stands above the rest. */
  private static final int MOST_ROWS = 9;

  private final ArithmeticViewModel viewModel;
  private final Runnable openData;
  private final ZoomPane root;
  private final List<Spinner<Integer>> spinners = new ArrayList<>();
  private List<OutputAxis> axes = List.of();
  private Optional<Double> wantedScale = Optional.empty();
  private boolean showing;

  @FXML private VBox view;
  @FXML private Label title;
  @FXML private Label subtitle;
  private WholeParts details;
  @FXML private Region progress;
  @FXML private FlowPane controls;
  @FXML private HBox element;
  @FXML private Button largest;
  @FXML private Button random;
  @FXML private HBox kindBox;
  @FXML private ToggleButton kindFloat;
  @FXML private ToggleButton kindFixed;
  @FXML private ToggleButton kindDyadic;
  @FXML private ToggleButton size100;
  @FXML private ToggleButton size150;
  @FXML private ToggleButton size200;
  @FXML private Label productsTitle;
  @FXML private Formula productsNote;
  @FXML private ToggleButton inOrder;
  @FXML private ToggleButton largestFirst;
  @FXML private TableView<ProductRow> products;
  @FXML private Label stepLabel;
  @FXML private Button previous;
  @FXML private Button next;
  @FXML private Button play;
  @FXML private ListView<ArithmeticStep> steps;
  @FXML private RoundingChart rounding;
  @FXML private GridPane ways;
  @FXML private Label contributionsTitle;
  @FXML private ContributionChart contributions;
  @FXML private Label verdict;
  @FXML private PageScroll content;
  @FXML private VBox productsBox;
  @FXML private VBox empty;
  @FXML private Label emptySentence;
  @FXML private Button emptyAction;

  /** Shows {@code viewModel}; {@code openData} lets the user choose data. */
  public ArithmeticView(ArithmeticViewModel viewModel, Runnable openData) {
    this.viewModel = viewModel;
    this.openData = openData;
    Fxml.load(this);
    root = new ZoomPane(view);
    rescale();
  }

  /** The tab's content. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    details = WholeParts.on(subtitle, Messages.get("list.separator"));
    ProductColumns.prepare(products);
    steps.setCellFactory(_ -> new StepCell(viewModel.stepProperty()));
    largest.setOnAction(_ -> viewModel.showLargestError());
    random.setOnAction(_ -> viewModel.showRandom());
    emptyAction.setOnAction(_ -> openData.run());
    ToggleButton[] kinds = {kindFloat, kindFixed, kindDyadic};
    for (int i = 0; i < kinds.length; i++) {
      Requantization kind = Requantization.values()[i];
      kinds[i].setOnAction(_ -> viewModel.setKind(kind));
    }
    ToggleButton[] sizes = {size100, size150, size200};
    for (int i = 0; i < sizes.length; i++) {
      double scale = SCALES[i];
      sizes[i].setOnAction(
          _ -> {
            wantedScale = Optional.of(scale);
            rescale();
          });
    }
    inOrder.setOnAction(_ -> sort(false));
    largestFirst.setOnAction(_ -> sort(true));
    previous.setOnAction(_ -> viewModel.goTo(viewModel.stepProperty().get() - 1));
    next.setOnAction(_ -> viewModel.goTo(viewModel.stepProperty().get() + 1));
    play.setOnAction(_ -> viewModel.togglePlay());
    steps.addEventFilter(KeyEvent.KEY_PRESSED, this::onStepKey);
    steps.getSelectionModel().selectedIndexProperty().subscribe(index -> {
      if (!showing && index.intValue() >= 0) {
        viewModel.goTo(index.intValue());
      }
    });
    // Not on the view's own width: that depends on how large it is drawn.
    view.sceneProperty().subscribe(
        scene -> {
          if (scene != null) {
            scene.widthProperty().subscribe(_ -> rescale());
          }
        });
    viewModel.shownProperty().subscribe(_ -> show());
    viewModel.stepProperty().subscribe(_ -> showStep());
    viewModel.playingProperty().subscribe(playing -> play.setText(Messages.get(playing ? "arithmetic.pause" : "arithmetic.play")));
    viewModel.busyProperty().subscribe(
        busy -> {
          progress.setVisible(busy);
          show();
        });
    viewModel.activeProperty().subscribe(_ -> show());
  }

  private void onStepKey(KeyEvent event) {
    int direction = event.getCode() == KeyCode.RIGHT ? 1 : event.getCode() == KeyCode.LEFT ? -1 : 0;
    if (direction != 0) {
      viewModel.goTo(viewModel.stepProperty().get() + direction);
      event.consume();
    }
  }

  private void sort(boolean largestOnTop) {
    viewModel.largestFirstProperty().set(largestOnTop);
    show();
  }

  private double scale() {
    double width = Optional.ofNullable(view.getScene()).map(Scene::getWidth).orElse(ROOMY);
    return wantedScale.orElse(width >= ROOMY ? SCALES[1] : SCALES[0]);
  }

  private void rescale() {
    double scale = scale();
    root.setFactor(scale);
    size100.setSelected(scale == SCALES[0]);
    size150.setSelected(scale == SCALES[1]);
    size200.setSelected(scale == SCALES[2]);
  }

  private void show() {
    showing = true;
    Optional<ArithmeticViewModel.Shown> shown = viewModel.shownProperty().get();
    Optional<String> sentence = viewModel.emptySentence();
    title.setText(viewModel.title());
    details.setText(viewModel.subtitle());
    boolean something = sentence.isEmpty() && shown.isPresent();
    Hidden.show(content, something);
    Hidden.show(controls, something);
    Hidden.show(empty, !something);
    emptySentence.setText(sentence.orElse(Messages.get("arithmetic.running")));
    Hidden.show(emptyAction, viewModel.needsData());
    rounding.show(shown.map(ArithmeticViewModel.Shown::story));
    contributions.show(shown.map(it -> it.story().contributions()));
    if (shown.isPresent()) {
      showElement(shown.get());
    }
    showing = false;
    showStep();
  }

  private void showElement(ArithmeticViewModel.Shown it) {
    showSpinners(it);
    List<ProductRow> rows = viewModel.rows(it);
    productsBox.setMinWidth(ProductColumns.show(products, it.story().trace()) + SCROLL_BAR + PADDING);
    productsBox.setPrefWidth(productsBox.getMinWidth());
    products.setPrefHeight(products.getFixedCellSize() * Math.min(rows.size(), MOST_ROWS) + HEADER);
    products.getItems().setAll(rows);
    productsTitle.setText(Messages.get("arithmetic.products", rows.size()));
    boolean plain = it.story().trace().input().zeroPoint() == 0 && it.story().trace().weight().zeroPoint() == 0;
    productsNote.show(Messages.get(plain ? "arithmetic.products.plain" : "arithmetic.products.centred"));
    inOrder.setSelected(!viewModel.largestFirstProperty().get());
    largestFirst.setSelected(viewModel.largestFirstProperty().get());
    steps.setPrefHeight(steps.getFixedCellSize() * it.steps().size() + 2);
    steps.setMaxHeight(steps.getPrefHeight());
    steps.getItems().setAll(it.steps());
    Hidden.show(kindBox, !it.capture().throughReals());
    kindFloat.setSelected(it.kind() == Requantization.FLOAT_SCALE);
    kindFixed.setSelected(it.kind() == Requantization.FIXED_POINT);
    kindDyadic.setSelected(it.kind() == Requantization.DYADIC);
    showWays(it.story());
    double total = it.story().contributions().total();
    contributionsTitle.setText(Messages.get("arithmetic.contributions", ContributionChart.signed(total)));
    verdict.setText(
        it.isOtherKind()
            ? Messages.get("arithmetic.verdict.other", Messages.get("requantize." + it.capture().requantization()), it.story()
                .runtimeCode())
            : Messages.get("arithmetic.verdict.same", it.story().runtimeCode()));
  }

  private void showWays(ElementStory story) {
    wayRow(0, "", Messages.get("arithmetic.ways.value"), Messages.get("arithmetic.ways.lsb"), Messages.get("arithmetic.ways.difference"));
    wayRow(1, Messages.get("arithmetic.ways.float"), ArithmeticSteps.real(story.floatValue()), Figures.fixed(story.floatCode(), 3), "");
    wayRow(
        2,
        Messages.get("arithmetic.ways.simulated"),
        Double.isNaN(story.simulatedValue()) ? Figures.UNKNOWN : ArithmeticSteps.real(story.simulatedValue()),
        Figures.fixed(story.simulatedCode(), 3),
        ContributionChart.signed(story.simulatedCode() - story.floatCode()));
    wayRow(
        3,
        Messages.get("arithmetic.ways.integer"),
        ArithmeticSteps.real(story.trace().real()),
        Figures.fixed(story.trace().code(), 3),
        ContributionChart.signed(story.trace().code() - story.floatCode()));
  }

  private void wayRow(int row, String... texts) {
    for (int column = 0; column < texts.length; column++) {
      if (ways.getChildren().size() <= row * texts.length + column) {
        Label label = new Label();
        label.setMinWidth(Region.USE_PREF_SIZE);
        label.getStyleClass().add(row == 0 ? "way-heading" : column == 0 ? "way-name" : "way-number");
        ways.add(label, column, row);
      }
      ((Label) ways.getChildren().get(row * texts.length + column)).setText(texts[column]);
    }
  }

  private void showSpinners(ArithmeticViewModel.Shown it) {
    if (!axes.equals(it.axes()) || spinners.isEmpty()) {
      axes = it.axes();
      spinners.clear();
      element.getChildren().clear();
      addSpinner(Messages.get("arithmetic.sample"), viewModel.samples(), viewModel::setSample);
      for (OutputAxis axis : axes) {
        addSpinner(axis.name(), axis.size(), position -> viewModel.setPosition(axis, position));
      }
    }
    set(spinners.getFirst(), it.capture().sample());
    for (int i = 0; i < axes.size(); i++) {
      set(spinners.get(i + 1), axes.get(i).of(it.story().element()));
    }
  }

  private static void set(Spinner<Integer> spinner, int value) {
    if (spinner.getValue() != value) {
      spinner.getValueFactory().setValue(value);
    }
  }

  private void addSpinner(String name, int size, IntConsumer onChange) {
    Label label = new Label(name);
    label.getStyleClass().add("secondary");
    label.setMinWidth(Region.USE_PREF_SIZE);
    Spinner<Integer> spinner = new Spinner<>(new IntegerSpinnerValueFactory(0, size - 1));
    spinner.setEditable(true);
    spinner.setPrefWidth(78);
    spinner.setId("arithmetic-axis-" + spinners.size());
    spinner.getEditor().setAccessibleText(name);
    spinner.setAccessibleText(name);
    spinner.setDisable(size < 2);
    spinner.valueProperty().subscribe(
        value -> {
          if (!showing && value != null) {
            onChange.accept(value);
          }
        });
    label.setLabelFor(spinner);
    spinners.add(spinner);
    element.getChildren().addAll(label, spinner);
  }

  private void showStep() {
    int step = viewModel.stepProperty().get();
    stepLabel.setText(Messages.get("arithmetic.stepOf", step + 1, ArithmeticSteps.COUNT));
    previous.setDisable(step == 0);
    next.setDisable(step == ArithmeticSteps.COUNT - 1);
    if (!steps.getItems().isEmpty() && steps.getSelectionModel().getSelectedIndex() != step) {
      showing = true;
      steps.getSelectionModel().clearAndSelect(step);
      showing = false;
    }
  }
}
