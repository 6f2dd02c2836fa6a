package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.FewSamples;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.lint.Target;
import io.bitloupe.model.Model;
import io.bitloupe.session.SessionStore;
import io.bitloupe.ui.deploy.DeployRow;
import io.bitloupe.ui.export.ExportKind;
import io.bitloupe.ui.graph.Box;
import io.bitloupe.ui.graph.GraphCanvas;
import io.bitloupe.ui.samples.SignalChart;
import io.bitloupe.ui.shell.Samples;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.view.SampleLine;
import io.bitloupe.ui.workspace.Comparands;
import io.bitloupe.ui.workspace.Selection;
import java.nio.file.Path;
import java.util.Optional;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.ListView;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Spinner;
import javafx.scene.control.TableView;
import javafx.scene.control.skin.ComboBoxListViewSkin;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.testfx.api.FxRobot;
import org.testfx.util.WaitForAsyncUtils;

/** What a person does in the views that look at single samples, on the headless platform with the real engine. */
@ResourceLock(TestWindow.TOOLKIT)
class CentreViewsFlowTest {
  private static final int SAMPLES = 200;

  private static final Samples MODELS = Samples.in(Path.of("sample-models"));
  @TempDir private static Path folder;
  private static TestWindow window;

  private final FxRobot robot = new FxRobot();

  @BeforeAll
  static void open() {
    SessionStore store = new SessionStore(folder.resolve("sessions"), "own");
    window = TestWindow.open(new FewSamples(new LocalEngine(2), SAMPLES), MODELS, Optional.of(store));
    Path model = Path.of("sample-models", "lenet-5.onnx");
    TestWindow.onFx(() -> window.workspace.open(Optional.of(model), MODELS.data()));
    window.await("calibration", () -> window.workspace.workbenchProperty().get().isPresent());
    window.awaitMeasured();
  }

  @AfterAll
  static void close() {
    window.close();
  }

  /** The tests share the model; each begins at its first step. */
  @BeforeEach
  void goToTheFirstStep() {
    TestWindow.onFx(() -> window.workspace.jumpTo(1));
    TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(0)));
  }

  /** Weights to 2 bits, which makes samples flip. */
  private static void weaken() {
    Model model = window.workspace.modelProperty().get().orElseThrow();
    TensorChoice weak = ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, 2, TensorChoice.DEFAULT_WEIGHT);
    TestWindow.onFx(() -> window.workspace.apply(ConfigEdits.defaults(model, weak, TensorChoice.DEFAULT_ACTIVATION)));
    window.awaitMeasured();
  }

  @Test
  void compareTwoSteps() {
    weaken();
    TestWindow.onFx(() -> window.workspace.compare(new Comparands(1, window.current())));
    TableView<?> table = robot.lookup("#compare-table").queryTableView();
    window.await("the layers", () -> table.getItems().size() == window.workspace.modelProperty().get().orElseThrow().layers().size());
    window.await("idle", () -> !window.isBusy());
    boolean paired =
        TestWindow.onFx(() -> window.shell.root().lookup("#compare-figures").lookupAll(".label").stream()
            .anyMatch(node -> node instanceof Label label && label.getText().startsWith("95 %, paired: ")));
    assertThat(paired).as("a paired interval").isTrue();
    ListView<SampleLine> flips = robot.lookup("#compare-samples").queryListView();
    assertThat(flips.getItems()).isNotEmpty();
  }

  @Test
  void exportWhatIsShown() {
    weaken();
    Path config = folder.resolve("lenet.bitloupe.json");
    Path qdq = folder.resolve("lenet.qdq.onnx");
    TestWindow.onFx(() -> window.shell.export(ExportKind.CONFIGURATION, config));
    window.await("the configuration", () -> window.text("#notice-sentence").contains(config.getFileName().toString()));
    TestWindow.onFx(() -> window.shell.export(ExportKind.QDQ, qdq));
    window.await("the model", () -> window.text("#notice-sentence").contains(qdq.getFileName().toString()));
    assertThat(config).content().contains("\"bitloupe\"");
    assertThat(qdq).isNotEmptyFile();
    Path cache = folder.resolve("lenet.cache");
    TestWindow.onFx(() -> window.shell.export(ExportKind.TENSORRT_CACHE, cache));
    window.await("the cache, and what it lacks", () -> window.text("#notice-sentence").matches(".*lenet\\.cache\\. .* not in it\\."));
    assertThat(cache).content().startsWith("TRT-");
    Path table = folder.resolve("measured.csv");
    TestWindow.onFx(() -> window.shell.exportMeasurements(table));
    window.await("the table", () -> window.text("#notice-sentence").contains("measured.csv"));
    assertThat(table).content().startsWith("configuration,configDigest").hasLineCount(1 + (int) window.workspace.historyProperty().get()
        .steps().stream().filter(step -> step.measured().isPresent()).count());
    Path page = folder.resolve("measured.html");
    TestWindow.onFx(() -> window.shell.exportMeasurements(page));
    window.await("the page", () -> window.text("#notice-sentence").contains("measured.html"));
    assertThat(page).content().contains("</html>", "Accuracy against latency, 1 sample, 1 thread", "where the time goes");
  }

  @Test
  void checkTheExport() {
    window.showTab("deploy");
    robot.clickOn("#deploy-start");
    TableView<?> table = robot.lookup("#deploy-table").queryAs(TableView.class);
    window.await("the check", () -> !table.getItems().isEmpty());
    assertThat(window.text("#deploy-verify")).contains("step by step, the same codes", "the same class for ");
    assertThat(window.text("#deploy-lint")).contains("ONNX Runtime on x86 with VNNI: 7 of 7 quantized operators run on integers");
    assertThat(window.text("#deploy-speed")).contains("read shares, not speed");
    assertThat(robot.lookup("#deploy-waterfall .time-bar").queryAll()).hasSize(4);
    ComboBox<Target> target = robot.lookup("#deploy-target").queryComboBox();
    TestWindow.onFx(() -> target.setValue(Target.ORT_AVX2));
    window.await("the other target", () -> window.text("#deploy-lint").startsWith("ONNX Runtime on x86 without VNNI"));
    assertThat(window.text("#deploy-lint")).contains("products saturate in 16 bits");
    assertThat(table.getItems()).anySatisfy(row -> assertThat(((DeployRow) row).reason()).isNotEmpty());
    ConfigEdits edits = new ConfigEdits(window.workspace.layers()::nameOf);
    TestWindow.onFx(() -> window.workspace.apply(edits.weightBits(window.workspace.layers().selected(), 4)));
    window.await("nothing that is true no longer", () -> table.getItems().isEmpty());
  }

  /** The sides offer different widths: 8 stands at another place among those of an activation. */
  @Test
  void theBitsThatAreShownAreThoseOfTheSide() {
    TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(1)));
    window.showTab("distribution");
    ComboBox<Integer> bits = robot.lookup("#tensor-bits").queryComboBox();
    robot.clickOn("#side-weights");
    window.await("those of the weights", () -> bits.getItems().contains(1));
    assertThat(shown(bits)).isEqualTo("8");
    robot.clickOn("#side-output");
    window.await("those of the output", () -> bits.getItems().contains(16));
    assertThat(shown(bits)).isEqualTo("8");
    robot.clickOn("#side-weights");
  }

  private static String shown(ComboBox<?> box) {
    return TestWindow.onFx(() -> ((Labeled) ((ComboBoxListViewSkin<?>) box.getSkin()).getDisplayNode()).getText());
  }

  @Test
  void followAnElementStepByStep() {
    TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(1)));
    window.showTab("arithmetic");
    ListView<?> steps = robot.lookup("#arithmetic-steps").queryListView();
    window.await("the lines", () -> steps.getItems().size() == 10);
    assertThat(window.text("#arithmetic-step")).isEqualTo("Step 1 of 9");
    robot.clickOn("#arithmetic-next");
    window.await("step 2", () -> window.text("#arithmetic-step").equals("Step 2 of 9"));
    TestWindow.onFx(steps::requestFocus);
    robot.type(KeyCode.RIGHT, 2).type(KeyCode.LEFT);
    window.await("step 3", () -> window.text("#arithmetic-step").equals("Step 3 of 9"));
    robot.type(KeyCode.DOWN);
    window.await("step 4", () -> window.text("#arithmetic-step").equals("Step 4 of 9"));
    Spinner<Integer> sample = robot.lookup("#arithmetic-axis-0").query();
    // Another test may have followed one of its samples here.
    TestWindow.onFx(() -> sample.getValueFactory().setValue(0));
    robot.clickOn(sample.getEditor()).type(KeyCode.UP);
    window.await("sample 1", () -> sample.getValue() == 1);
    window.await("idle", () -> busyLines() == 0);
    assertThat(window.text("#arithmetic-verdict")).startsWith("The integer runtime wrote the same code");
    robot.clickOn("#arithmetic-dyadic");
    window.await("a what-if", () -> window.text("#arithmetic-verdict").startsWith("What if"));
    robot.clickOn("#arithmetic-largest-first");
    robot.clickOn("#arithmetic-random");
    robot.clickOn("#arithmetic-largest");
    robot.clickOn("#arithmetic-size-200");
    Node rounding = robot.lookup("#arithmetic-rounding").query();
    window.await("large text", () -> rounding.localToScene(rounding.getBoundsInLocal()).getHeight() >= 180);
    assertThat(window.shell.tradeoff().root().isVisible()).as("the view has the whole window").isFalse();
    ScrollPane page = robot.lookup("#arithmetic-content").queryAs(ScrollPane.class);
    Node results = robot.lookup("#arithmetic-results").query();
    Node products = robot.lookup("#arithmetic-products").query().getParent();
    window.await("columns below one another", () -> results.getBoundsInParent().getMinY() >= products.getBoundsInParent().getMaxY());
    assertThat(TestWindow.onFx(() -> results.getBoundsInParent().getMaxX())).isLessThanOrEqualTo(page.getViewportBounds().getWidth());
    robot.clickOn("#arithmetic-size-100");
    window.await("columns beside one another", () -> results.getBoundsInParent().getMinY() == 0);
    robot.type(KeyCode.F6);
  }

  @Test
  void walkThroughTheGraph() {
    window.showTab("graph");
    GraphCanvas canvas = robot.lookup("#graph-canvas").queryAs(GraphCanvas.class);
    window.await("a drawing", () -> window.text("#graph-summary").startsWith("6 operators") || window.text("#graph-summary")
        .contains("4 layers"));
    window.await("idle", () -> busyLines() == 0);
    TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(0)));
    Bounds pane = TestWindow.onFx(() -> canvas.localToScreen(canvas.getBoundsInLocal()));
    robot.clickOn("#graph-search").write("fc2").type(KeyCode.ENTER);
    window.await("found", () -> window.workspace.layers().selectionProperty().get().lead() == 3);
    robot.type(KeyCode.ESCAPE).type(KeyCode.UP);
    window.await("the layer above", () -> window.workspace.layers().selectionProperty().get().lead() == 2);
    robot.clickOn("#graph-heat-BYTES").clickOn("#graph-larger").clickOn("#graph-larger").clickOn("#graph-fit");
    robot.moveTo(pane.getCenterX(), pane.getCenterY()).scroll(2);
    robot.drag(pane.getCenterX() + 90, pane.getCenterY()).dropBy(40, 30);
    robot.clickOn("#graph-fit");
    WaitForAsyncUtils.waitForFxEvents();
    Box first = TestWindow.onFx(() -> canvas.pixels(0));
    robot.clickOn(pane.getMinX() + first.centreX(), pane.getMinY() + first.centreY());
    window.await("the first layer", () -> window.workspace.layers().selectionProperty().get().lead() == 0);
  }

  @Test
  void lookAtTheSamplesThatFlipped() {
    weaken();
    window.showTab("samples");
    ListView<SampleLine> list = robot.lookup("#samples-list").queryListView();
    window.await("flips", () -> !list.getItems().isEmpty());
    window.await("a sample ran", () -> busyLines() == 0 && !window.text("#samples-diverged").isEmpty());
    int all = list.getItems().size();
    robot.clickOn("#samples-to-wrong");
    window.await("only the harmful ones", () -> list.getItems().stream().allMatch(SampleLine::harmful));
    assertThat(list.getItems().size()).isBetween(1, all);
    TestWindow.onFx(list::requestFocus);
    robot.type(KeyCode.DOWN);
    String title = TestWindow.onFx(() -> list.getSelectionModel().getSelectedItem().title());
    window.await("the next one", () -> window.text("#samples-title").equals(title));
    TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(0)));
    SignalChart chart = robot.lookup("#signal-chart").queryAs(SignalChart.class);
    Bounds bounds = TestWindow.onFx(() -> chart.localToScreen(chart.getBoundsInLocal()));
    robot.clickOn(bounds.getMinX() + TestWindow.onFx(() -> chart.layerX(2)), bounds.getCenterY());
    window.await("layer 2", () -> window.workspace.layers().selectionProperty().get().lead() == 2);
    robot.type(KeyCode.LEFT);
    window.await("layer 1", () -> window.workspace.layers().selectionProperty().get().lead() == 1);
    int sample = TestWindow.onFx(() -> list.getSelectionModel().getSelectedItem().sample());
    robot.clickOn("#samples-follow");
    window.await("the arithmetic of the same sample", () -> robot.lookup("#arithmetic-axis-0").tryQuery().isPresent()
        && Integer.valueOf(sample).equals(robot.lookup("#arithmetic-axis-0").<Spinner<Integer>>query().getValue()));
    TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(0)));
  }

  private long busyLines() {
    return window.shell.root().lookupAll(".busy-line").stream().filter(Node::isVisible).count();
  }
}
