package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.distribution.HistogramChart;
import io.bitloupe.ui.layers.LayerRow;
import io.bitloupe.ui.tradeoff.TradeoffChart;
import io.bitloupe.ui.undo.ConfigEdits;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javafx.geometry.Bounds;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.control.Cell;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ComboBoxBase;
import javafx.scene.control.Control;
import javafx.scene.control.Labeled;
import javafx.scene.control.MenuBar;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.paint.Color;
import javafx.scene.robot.Robot;
import javafx.stage.PopupWindow;
import javafx.stage.Window;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.testfx.api.FxRobot;
import org.testfx.util.WaitForAsyncUtils;

/** What a person does with the window, on the headless platform, with an engine that answers when told to. */
@ResourceLock(TestWindow.TOOLKIT)
class WindowFlowTest {
  private static final FakeEngine ENGINE = new FakeEngine(false);
  private static TestWindow window;

  private final FakeEngine engine = ENGINE;
  private final FxRobot robot = new FxRobot();

  @BeforeAll
  static void open() {
    window = TestWindow.open(ENGINE);
  }

  @AfterAll
  static void close() {
    window.close();
  }

  /** The tests share the window, which each finds as if the model had just been opened. */
  @BeforeEach
  void putInOrder() {
    TestWindow.onFx(
        () -> {
          window.workspace.stop();
          window.workspace.dismissNotice();
          window.shell.tabs().getSelectionModel().select(0);
          table().getSortOrder().clear();
        });
    engine.forget();
  }

  /** Opens the sample as the palette does it. */
  private void startSample() {
    robot.press(KeyCode.CONTROL, KeyCode.SHIFT).type(KeyCode.P).release(KeyCode.SHIFT, KeyCode.CONTROL);
    window.await("the palette", () -> window.shell.root().lookup("#palette-field") != null);
    robot.write("sample small").type(KeyCode.ENTER);
    window.await("the first experiment", () -> !engine.runs().isEmpty());
    assertThat(window.shell.root().lookup("#palette-field")).isNull();
  }

  private void openSample() {
    TestWindow.onFx(() -> window.workspace.open(Optional.of(Path.of("small.onnx")), Optional.of(Path.of("images"))));
    window.await("the first experiment", () -> !engine.runs().isEmpty());
    engine.last().complete();
    window.awaitMeasured();
    TestWindow.onFx(window.shell::focusStart);
  }

  private void completeNext(int runs) {
    window.await("experiment " + runs, () -> engine.runs().size() == runs);
    engine.last().complete();
    window.awaitMeasured();
  }

  @Test
  void openASampleAndSeeItsFigures() {
    startSample();
    assertThat(window.text("#headline-accuracy")).isEqualTo("…");
    engine.last().estimate(128);
    window.await("an estimate", () -> !window.text("#headline-accuracy").equals("…"));
    assertThat(window.text("#status-state")).isEqualTo("Evaluating step 1");
    engine.last().complete();
    window.awaitMeasured();
    assertThat(window.text("#model-title")).isEqualTo("small.onnx");
    assertThat(window.text("#headline-latency")).isEqualTo("3.16 ms");
    assertThat(window.text("#status-state")).isEqualTo("Ready");
    assertThat(window.text("#tradeoff-summary")).isEqualTo("1 point, 1 on size front");
  }

  @Test
  void digitsSetBitsOnAllSelectedRows() {
    openSample();
    robot.clickOn(cell("b00.dw"));
    robot.press(KeyCode.SHIFT).type(KeyCode.DOWN, 2).release(KeyCode.SHIFT);
    robot.type(KeyCode.DIGIT4);
    completeNext(2);
    assertThat(description()).isEqualTo("3 layers to W4");
    robot.press(KeyCode.SHIFT).type(KeyCode.DIGIT6).release(KeyCode.SHIFT);
    completeNext(3);
    assertThat(description()).isEqualTo("3 layers to A6");
    robot.type(KeyCode.BACK_SPACE);
    window.await("the defaults", () -> window.workspace.config().tensors().isEmpty());
    robot.press(KeyCode.CONTROL).type(KeyCode.Z).type(KeyCode.Z).release(KeyCode.CONTROL);
    window.await("undo", () -> window.current() == 2);
    robot.clickOn("#redo-button");
    window.await("redo", () -> window.current() == 3);
  }

  @Test
  void dragAClippingHandle() {
    openSample();
    robot.clickOn(cell("logits"));
    HistogramChart chart = perTensor();
    Point2D handle = inScreen(chart, chart.handleX(true), chart.handleY());
    double before = TestWindow.onFx(() -> chart.handleX(true));
    robot.drag(handle).dropBy(-60, 0);
    window.await("a step by the drag", () -> description().contains("clip ±"));
    TensorChoice.Quantized choice = (TensorChoice.Quantized) window.workspace.config().weightChoice("logits.weight");
    assertThat(choice.range()).isInstanceOf(RangeMethod.Explicit.class);
    window.await("the handle stands where it was dropped", () -> Math.abs(chart.handleX(true) - (before - 60)) < 6);
    assertThat(window.text("#clip-clipped")).doesNotStartWith("0.00");
    int step = window.current();
    robot.type(KeyCode.LEFT, 2);
    window.await("keys make a step when they pause", () -> window.current() > step);
  }

  @Test
  void takeARangeFromTheLadderAndTypeOne() {
    openSample();
    robot.clickOn(cell("logits"));
    HistogramChart chart = perTensor();
    robot.clickOn(inScreen(chart, 30, chart.rungY(0)));
    window.await("min-max", () -> description().contains("min–max"));
    robot.doubleClickOn("#clip-upper").press(KeyCode.CONTROL).type(KeyCode.A).release(KeyCode.CONTROL);
    robot.write("0.123").type(KeyCode.ENTER);
    window.await("a typed clip", () -> description().contains("clip ±0.123"));
  }

  @Test
  void clickAPointToLoadIt() {
    openSample();
    robot.clickOn(cell("b00.dw")).type(KeyCode.DIGIT2);
    completeNext(2);
    TradeoffChart chart = robot.lookup("#size-chart").queryAs(TradeoffChart.class);
    window.await("two points", () -> chart.locate(1).isPresent() && chart.locate(2).isPresent());
    double[] first = TestWindow.onFx(() -> chart.locate(1).orElseThrow());
    Point2D point = inScreen(chart, first[0], first[1]);
    robot.moveTo(point);
    window.await("the card", () -> window.shell.root().lookup("#point-card").isVisible());
    robot.clickOn(point);
    window.await("step 1", () -> window.current() == 1);
    assertThat(engine.runs()).as("nothing is measured again").hasSize(2);
  }

  @Test
  void darkAndLightSwitchChartsToo() {
    openSample();
    HistogramChart chart = robot.lookup("#histogram").queryAs(HistogramChart.class);
    assertThat(chart.ink(Ink.BG)).isEqualTo(Color.WHITE);
    robot.clickOn("#theme-button");
    window.await("dark charts", () -> chart.ink(Ink.BG).equals(Color.web("#0d1117")));
    assertThat(window.preferences.get("theme")).contains("dark");
    robot.press(KeyCode.CONTROL, KeyCode.SHIFT).type(KeyCode.D).release(KeyCode.SHIFT, KeyCode.CONTROL);
    window.await("light charts", () -> chart.ink(Ink.BG).equals(Color.WHITE));
  }

  @Test
  void aBrokenFileIsOneSentenceAndTheWindowGoesOn() {
    openSample();
    TestWindow.onFx(() -> window.shell.drop(List.of(Path.of("broken.onnx"))));
    window.await("the sentence", () -> window.shell.root().lookup("#notice").isVisible());
    assertThat(window.text("#notice-sentence")).isEqualTo("broken.onnx is no ONNX model: it ends after 12 bytes.");
    assertThat(window.text("#notice-action")).isEqualTo("Open another model");
    assertThat(window.text("#model-title")).isEqualTo("small.onnx");
    robot.clickOn("#notice-close");
    window.await("no sentence", () -> !window.shell.root().lookup("#notice").isVisible());
    robot.clickOn(cell("b00.dw")).type(KeyCode.DIGIT3);
    completeNext(2);
  }

  @Test
  void cancelMidRunAndRunAgain() {
    startSample();
    engine.last().estimate(100);
    window.await("an estimate", () -> window.workspace.evaluation().isPresent());
    robot.clickOn("#status-cancel");
    window.await("stopped", () -> window.workspace.runningStepProperty().get() == 0);
    assertThat(engine.last().job().isCancelled()).isTrue();
    assertThat(window.text("#run-button")).isEqualTo("Run");
    robot.clickOn("#run-button");
    completeNext(2);
  }

  @Test
  void searchAndSortTheTable() {
    openSample();
    robot.press(KeyCode.CONTROL).type(KeyCode.F).release(KeyCode.CONTROL).write("dw");
    TableView<LayerRow> table = table();
    window.await("four rows", () -> table.getItems().size() == 4);
    robot.type(KeyCode.ESCAPE);
    window.await("all rows", () -> table.getItems().size() == 14);
    TestWindow.onFx(() -> {
          table.getSortOrder().setAll(
              List.of(table.getColumns().stream().filter(column -> column.getId().equals("NAME")).findFirst().orElseThrow()));
          table.sort();
        });
    window.await("sorted by name", () -> table.getItems().getFirst().name().equals("attention"));
  }

  @Test
  void theTabKeyReachesEveryPartOfTheWindow() {
    openSample();
    Set<String> wanted =
        Set.of(
            "open-button",
            "run-button",
            "defaults-button",
            "layer-search",
            "layer-table",
            "weight-range",
            "side-weights",
            "histogram",
            "clip-upper",
            "latency-kind",
            "history-list",
            "theme-button");
    Set<String> reached =
        TestWindow.onFx(
            () -> {
              Robot keys = new Robot();
              Set<String> owners = new HashSet<>();
              for (int i = 0; i < 120 && !owners.containsAll(wanted); i++) {
                keys.keyType(KeyCode.TAB);
                Optional.ofNullable(window.stage.getScene().getFocusOwner()).map(Node::getId).ifPresent(owners::add);
              }
              return owners;
            });
    assertThat(reached).containsAll(wanted);
  }

  @Test
  void paneFoldsByKey() {
    openSample();
    Node right = window.shell.tradeoff().root();
    assertThat(right.isVisible()).isTrue();
    robot.type(KeyCode.F7);
    window.await("folded", () -> !right.isVisible());
    robot.type(KeyCode.F7);
    window.await("open again", right::isVisible);
    robot.press(KeyCode.CONTROL).type(KeyCode.DIGIT2).release(KeyCode.CONTROL);
    window.await("channels take its room", () -> !right.isVisible());
  }

  @Test
  void pinnedLayersKeepTheirBitsAndUndoSeesNoStep() {
    openSample();
    robot.clickOn(cell("b00.dw")).type(KeyCode.P);
    window.await("pinned", () -> window.workspace.layers().pinsProperty().get().layers().equals(Set.of(1)));
    robot.press(KeyCode.SHIFT).type(KeyCode.DOWN).release(KeyCode.SHIFT).type(KeyCode.DIGIT4);
    completeNext(2);
    assertThat(window.workspace.config().weightChoice("b00.dw.weight").bits()).isEqualTo(8);
    assertThat(window.workspace.config().weightChoice("b00.project.weight").bits()).isEqualTo(4);
    assertThat(window.text("#notice-sentence")).startsWith("Pinned layers keep their choices");
    robot.clickOn(cell("b00.dw")).type(KeyCode.P);
    window.await("not pinned", () -> window.workspace.layers().pinsProperty().get().layers().isEmpty());
  }

  @Test
  void everyViewHasAHelpPage() {
    openSample();
    robot.type(KeyCode.F1);
    window.await("the page", () -> window.shell.root().lookup("#help-page") != null);
    assertThat(window.shell.root().lookupAll(".help-text")).hasSizeGreaterThan(8);
    robot.type(KeyCode.ESCAPE);
    window.await("no page", () -> window.shell.root().lookup("#help-page") == null);
    assertThat(window.stage.getScene().getFocusOwner()).as("the focus is where it was").isEqualTo(table());
  }

  @Test
  void everythingGrowsForAProjector() {
    openSample();
    Bounds before = TestWindow.onFx(() -> table().localToScene(table().getBoundsInLocal()));
    robot.press(KeyCode.CONTROL).press(KeyCode.SHIFT).type(KeyCode.EQUALS).release(KeyCode.SHIFT).release(KeyCode.CONTROL);
    window.await("a quarter larger", () -> table().getLocalToSceneTransform().getMxx() == 1.25);
    robot.press(KeyCode.CONTROL).type(KeyCode.PLUS).release(KeyCode.CONTROL);
    window.await("larger by the menu's key too", () -> table().getLocalToSceneTransform().getMxx() == 1.5);
    ComboBox<?> ranges = robot.lookup("#weight-range").queryComboBox();
    TestWindow.onFx(ranges::show);
    window.await("a list as large as the rest", () -> listCells().anyMatch(cell -> cell.getFont().getSize() == 18));
    TestWindow.onFx(ranges::hide);
    robot.press(KeyCode.CONTROL).type(KeyCode.DIGIT0).release(KeyCode.CONTROL);
    window.await("as before", () -> table().localToScene(table().getBoundsInLocal()).equals(before));
  }

  private static Stream<Labeled> listCells() {
    return Window.getWindows().stream()
        .filter(PopupWindow.class::isInstance)
        .flatMap(popup -> popup.getScene().getRoot().lookupAll(".list-cell").stream())
        .filter(Labeled.class::isInstance)
        .map(Labeled.class::cast);
  }

  @Test
  void controlsThatTakeTheFocusHaveNames() {
    openSample();
    int named = 0;
    for (Tab tab : window.shell.tabs().getTabs()) {
      TestWindow.onFx(() -> window.shell.tabs().getSelectionModel().select(tab));
      WaitForAsyncUtils.waitForFxEvents();
      for (Node node : TestWindow.onFx(() -> window.shell.root().lookupAll("*"))) {
        if (node.isFocusTraversable() && isControl(node)) {
          assertThat(nameOf(node)).as("name of %s in %s", node, tab.getText()).isNotBlank();
          named++;
        }
      }
    }
    assertThat(named).isGreaterThan(100);
  }

  /** Parts of controls, which JavaFX names itself, have no id of ours; what is invisible is not reached. */
  private static boolean isControl(Node node) {
    boolean shown = true;
    for (Node it = node; it != null; it = it.getParent()) {
      shown &= it.isVisible();
    }
    return shown && (node instanceof Control || node instanceof ChartPane) && !(node instanceof ScrollPane) && !(node instanceof Cell<?>)
        && !(node.getParent() instanceof ComboBoxBase<?>) && !(node instanceof TabPane) && !(node instanceof MenuBar);
  }

  private static String nameOf(Node node) {
    String own = Objects.requireNonNullElse(node.getAccessibleText(), "");
    String text = node instanceof Labeled labeled ? Objects.requireNonNullElse(labeled.getText(), "") : "";
    return own.isBlank() ? text : own;
  }

  private HistogramChart perTensor() {
    TestWindow.onFx(() -> window.workspace.apply(new ConfigEdits(window.workspace.layers()::nameOf)
            .weightGranularity(window.workspace.layers().selected(), Granularity.TENSOR)));
    completeNext(2);
    HistogramChart chart = robot.lookup("#histogram").queryAs(HistogramChart.class);
    window.await("a movable clip", () -> window.text("#clip-scale").matches("[0-9.]+"));
    return chart;
  }

  private String description() {
    return window.workspace.historyProperty().get().currentStep().orElseThrow().description();
  }

  @SuppressWarnings("unchecked")
  private static TableView<LayerRow> table() {
    return (TableView<LayerRow>) window.shell.root().lookup("#layer-table");
  }

  private Node cell(String name) {
    Predicate<Node> named = node -> node instanceof TableCell<?, ?> cell && name.equals(cell.getText());
    return robot.lookup(named).query();
  }

  private static Point2D inScreen(Node node, double x, double y) {
    return TestWindow.onFx(() -> {
          Bounds bounds = node.localToScreen(node.getBoundsInLocal());
          return new Point2D(bounds.getMinX() + x, bounds.getMinY() + y);
        });
  }
}
