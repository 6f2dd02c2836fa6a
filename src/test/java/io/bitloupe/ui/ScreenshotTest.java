package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.RealFiles;
import io.bitloupe.config.FormatText;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.FewSamples;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.ui.export.ExportKind;
import io.bitloupe.ui.methods.Trial;
import io.bitloupe.ui.shell.Samples;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Comparands;
import io.bitloupe.ui.workspace.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javafx.scene.Node;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ListView;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tab;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Pane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.testfx.api.FxRobot;

/** Every view on real models and the real engine, as pictures to look at. */
@ResourceLock(TestWindow.TOOLKIT)
class ScreenshotTest {
  private static final Samples SAMPLES = Samples.in(Path.of("sample-models"));

  /** Models with no more are searched to the end. */
  private static final int FEW_LAYERS = 30;

  @TempDir private Path folder;

  private Optional<TestWindow> open = Optional.empty();

  @AfterEach
  void close() {
    open.ifPresent(TestWindow::close);
  }

  @Test
  void mobileNetMini() throws IOException {
    assertThat(mobileNetMini(Screenshots.Extent.QUICK)).isGreaterThanOrEqualTo(18);
  }

  @Test
  @Tag("screenshots")
  void mobileNetMiniInFull() throws IOException {
    assertThat(mobileNetMini(Screenshots.Extent.WHOLE)).isGreaterThanOrEqualTo(60);
  }

  private int mobileNetMini(Screenshots.Extent extent) throws IOException {
    TestWindow window = window(new FewSamples(LocalEngine.headless(), 250));
    Screenshots pictures = new Screenshots(window, "", extent);
    pictures.shoot("welcome");
    Path model = SAMPLES.models().stream().filter(path -> Samples.name(path).equals("mobilenetv2-mini")).findFirst().orElseThrow();
    TestWindow.onFx(() -> window.workspace.openModel(model));
    window.await("the model", () -> window.workspace.modelProperty().get().isPresent());
    pictures.shoot("model-without-data");
    every(window, pictures, SAMPLES.data().orElseThrow());
    if (extent == Screenshots.Extent.WHOLE) {
      pagesOfHelp(window, pictures);
      quantizedFile(window, pictures, folder.resolve("quantized.onnx"));
    }
    return pictures.taken();
  }

  @Test
  @Tag("screenshots")
  void mobileNetWith224Pixels() throws IOException {
    TestWindow window = window(new FewSamples(LocalEngine.headless(), 100));
    Screenshots pictures = new Screenshots(window, "mobilenetv2-224-", Screenshots.Extent.WHOLE);
    TestWindow.onFx(() -> window.workspace.openModel(RealFiles.get("mobilenetv2-imagenet.onnx")));
    window.await("the model", () -> window.workspace.modelProperty().get().isPresent());
    every(window, pictures, RealFiles.get("imagenet-1000"));
    quantizedFile(window, pictures, folder.resolve("quantized.onnx"));
    assertThat(pictures.taken()).isGreaterThanOrEqualTo(50);
  }

  private TestWindow window(FewSamples engine) {
    TestWindow window = TestWindow.open(engine, SAMPLES);
    open = Optional.of(window);
    return window;
  }

  private static void every(TestWindow window, Screenshots pictures, Path data) throws IOException {
    TestWindow.onFx(() -> window.workspace.openData(data));
    window.await("calibration", () -> window.workspace.workbenchProperty().get().isPresent());
    window.awaitMeasured();
    defaults(window, 4, Granularity.CHANNEL, new RangeMethod.Mse());
    defaults(window, 8, Granularity.TENSOR, new RangeMethod.MinMax());
    Layer depthwise =
        window.workspace.modelProperty().get().orElseThrow().layers().stream()
            .filter(layer -> layer.kind() == LayerKind.DEPTHWISE_CONV)
            .skip(1)
            .findFirst()
            .orElseThrow();
    TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(depthwise.index())));
    viewsOfErrors(window, pictures);
    if (pictures.extent() == Screenshots.Extent.WHOLE) {
      viewsAtWork(window, pictures);
    }
    viewsOfThreeLayers(window, pictures, depthwise.index() + 1);
    cards(window, pictures);
    assertThat(pictures.tabs()).as("tabs with a picture").isEqualTo(
        window.shell.tabs().getTabs().stream().map(Tab::getId).collect(Collectors.toSet()));
  }

  /** The views that want a configuration with errors to look at. */
  private static void viewsOfErrors(TestWindow window, Screenshots pictures) throws IOException {
    for (String tab : List.of("channels", "graph", "samples")) {
      window.showTab(tab);
      pictures.settle();
      pictures.shoot(tab);
    }
    window.showTab("graph");
    fire(window, "#graph-open");
    fire(window, "#graph-heat-PLACE");
    pictures.settle();
    pictures.shoot("graph-open");
    if (pictures.extent() == Screenshots.Extent.WHOLE) {
      fire(window, "#graph-folded");
      fire(window, "#graph-heat-WEIGHT_SQNR");
      pictures.settle();
      pictures.shoot("graph-folded");
    }
    window.showTab("arithmetic");
    pictures.settle();
    window.await("an element", () -> !((ListView<?>) window.shell.root().lookup("#arithmetic-steps")).getItems().isEmpty());
    pictures.shoot("arithmetic");
    if (pictures.extent() == Screenshots.Extent.WHOLE) {
      fire(window, "#arithmetic-size-200");
      pictures.shoot("arithmetic-200");
      fire(window, "#arithmetic-size-100");
    }
    TestWindow.onFx(() -> window.workspace.compare(new Comparands(2, 3)));
    window.await("the comparison", () -> !((TableView<?>) window.shell.root().lookup("#compare-table")).getItems().isEmpty());
    pictures.settle();
    pictures.shoot("compare");
    for (String tab : List.of("search", "methods", "deploy")) {
      window.showTab(tab);
      pictures.shoot(tab + "-before");
    }
    fire(window, "#deploy-start");
    window.await("the check", () -> !((TableView<?>) window.shell.root().lookup("#deploy-table")).getItems().isEmpty());
    pictures.settle();
    pictures.shoot("deploy");
  }

  /** Views that show what has been computed for a while; the flows of the quick run shoot them on small models. */
  private static void viewsAtWork(TestWindow window, Screenshots pictures) throws IOException {
    window.showTab("search");
    fire(window, "#search-start");
    window.await("three layers", () -> window.workspace.searchedProperty().get().losses().size() >= 3);
    pictures.shoot("search");
    if (window.workspace.modelProperty().get().orElseThrow().layers().size() <= FEW_LAYERS) {
      window.await("what the search found", () -> window.shell.root().lookup("#search-smallest").isVisible());
      Node map = window.shell.root().lookup("#search-map");
      TestWindow.onFx(map::requestFocus);
      new FxRobot().type(KeyCode.DOWN, KeyCode.ENTER);
      window.await("what would help", () -> !((Pane) window.shell.root().lookup("#remedies")).getChildren().isEmpty());
      window.await("the end of the trials", () -> window.workspace.activityProperty().get().isEmpty());
      pictures.shoot("search-found");
    } else {
      fire(window, "#search-start");
    }
    window.showTab("graph");
    fire(window, "#graph-folded");
    fire(window, "#graph-heat-SENSITIVITY");
    pictures.settle();
    pictures.shoot("graph-sensitivity");
    window.showTab("methods");
    ComboBox<?> recipe = (ComboBox<?>) window.shell.root().lookup("#methods-recipe");
    TestWindow.onFx(() -> recipe.getEditor().setText("equalization,bias-correction"));
    fire(window, "#methods-add");
    fire(window, "#methods-start");
    TableView<?> trials = (TableView<?>) window.shell.root().lookup("#methods-table");
    window.await("all trials", () -> trials.getItems().stream().allMatch(trial -> ((Trial) trial).state() == Trial.State.MEASURED));
    TestWindow.onFx(() -> trials.getSelectionModel().select(1));
    pictures.shoot("methods");
  }

  private static void viewsOfThreeLayers(TestWindow window, Screenshots pictures, int first) throws IOException {
    window.showTab("distribution");
    TestWindow.onFx(() -> window.workspace.jumpTo(1));
    TestWindow.onFx(() -> window.workspace.layers().select(new Selection(List.of(first, first + 3, first + 6), first + 3)));
    ConfigEdits edits = new ConfigEdits(window.workspace.layers()::nameOf);
    TestWindow.onFx(() -> window.workspace.apply(edits.weightGranularity(window.workspace.layers().selected(), Granularity.TENSOR)));
    TestWindow.onFx(() -> window.workspace.apply(edits.weightBits(window.workspace.layers().selected(), 4)));
    TestWindow.onFx(() -> window.workspace.layers().togglePins());
    window.awaitMeasured();
    pictures.settle();
    pictures.shoot("distribution");
    fire(window, "#afterwards");
    pictures.shoot("before-and-after");
    fire(window, "#afterwards");
    fire(window, "#side-output");
    pictures.settle();
    pictures.shoot("output");
    if (pictures.extent() == Screenshots.Extent.WHOLE) {
      fire(window, "#side-weights");
      TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(first + 1)));
      fire(window, "#afterwards");
      pictures.settle();
      pictures.shoot("pooled");
      fire(window, "#afterwards");
      coded(window, pictures);
      TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(first + 3)));
      fire(window, "#side-output");
      pictures.settle();
    }
  }

  /** Weights in a number format, looked at before the step is undone. */
  private static void coded(TestWindow window, Screenshots pictures) throws IOException {
    String weight = window.workspace.layers().lead().orElseThrow().weight().orElseThrow();
    TensorChoice choice = new TensorChoice.Coded(FormatText.parse("nf4"), new Granularity.PerBlock(64));
    TestWindow.onFx(() -> window.workspace.apply(ConfigEdits.weightChoice(weight, "NF4", _ -> choice)));
    window.awaitMeasured();
    pictures.settle();
    pictures.shoot("number-format");
    TestWindow.onFx(window.workspace::undo);
    window.awaitMeasured();
  }

  private static void pagesOfHelp(TestWindow window, Screenshots pictures) throws IOException {
    TestWindow.onFx(() -> command(window, "command.help").fire());
    ComboBox<?> topics = (ComboBox<?>) window.shell.root().lookup("#help-topics");
    for (int topic = 1; topic < topics.getItems().size(); topic++) {
      int chosen = topic;
      TestWindow.onFx(() -> topics.getSelectionModel().select(chosen));
      pictures.shoot("help-" + topics.getValue().toString().toLowerCase(Locale.ROOT));
    }
    fire(window, "#help-close");
  }

  /** A file that is quantized already, with its scales. */
  private static void quantizedFile(TestWindow window, Screenshots pictures, Path file) throws IOException {
    TestWindow.onFx(() -> window.shell.export(ExportKind.QDQ, file));
    window.await("the file", () -> Files.exists(file));
    copyWhatIsBeside(window.workspace.modelProperty().get().orElseThrow().path(), file);
    TestWindow.onFx(() -> window.workspace.openModel(file));
    window.await("the quantized model", () -> window.workspace.modelProperty().get().filter(it -> it.path().equals(file)).isPresent());
    window.await("calibration", () -> window.workspace.workbenchProperty().get().isPresent());
    window.awaitMeasured();
    fire(window, "#side-weights");
    pictures.settle();
    pictures.shoot("quantized-file");
    window.showTab("channels");
    pictures.settle();
    pictures.shoot("quantized-file-channels");
  }

  /** What stands beside the model and says how its inputs are made and which classes it has: an export is read with files of its own. */
  private static void copyWhatIsBeside(Path model, Path exported) throws IOException {
    for (String kind : List.of(".preprocess.json", ".labels.txt")) {
      Path beside = model.resolveSibling(model.getFileName().toString().replace(".onnx", kind));
      if (Files.exists(beside)) {
        Files.copy(beside, exported.resolveSibling(exported.getFileName().toString().replace(".onnx", kind)));
      }
    }
  }

  private static void cards(TestWindow window, Screenshots pictures) throws IOException {
    TestWindow.onFx(() -> command(window, "command.help").fire());
    pictures.shoot("help");
    fire(window, "#help-close");
    fire(window, "#palette-button");
    pictures.shoot("palette");
    new FxRobot().type(KeyCode.ESCAPE);
    window.await("no palette", () -> window.shell.root().lookup("#palette-field") == null);
    TestWindow.onFx(() -> command(window, "command.larger").fire());
    pictures.shoot("larger");
    TestWindow.onFx(() -> command(window, "command.normal").fire());
    // Off and on again: now it is wanted in a narrow window too.
    TestWindow.onFx(() -> command(window, "command.tradeoffPane").fire());
    TestWindow.onFx(() -> command(window, "command.tradeoffPane").fire());
    pictures.shoot("trade-off");
    if (pictures.extent() == Screenshots.Extent.WHOLE) {
      ComboBox<?> axis = (ComboBox<?>) window.shell.root().lookup("#latency-kind");
      TestWindow.onFx(() -> axis.getSelectionModel().selectLast());
      TestWindow.onFx(window.shell.tradeoff().charts().getFirst()::requestFocus);
      new FxRobot().type(KeyCode.RIGHT);
      pictures.shoot("trade-off-card");
      new FxRobot().type(KeyCode.ESCAPE);
      TestWindow.onFx(() -> command(window, "command.about").fire());
      pictures.shoot("about");
      new FxRobot().type(KeyCode.ESCAPE);
    }
    TestWindow.onFx(() -> window.shell.drop(List.of(Path.of("pom.xml").toAbsolutePath())));
    window.await("the sentence", () -> window.workspace.noticeProperty().get().isPresent());
    pictures.shoot("error");
  }

  private static void fire(TestWindow window, String id) {
    TestWindow.onFx(() -> ((ButtonBase) window.shell.root().lookup(id)).fire());
  }

  private static MenuItem command(TestWindow window, String id) {
    return ((MenuBar) window.shell.root().lookup(".menu-bar"))
        .getMenus().stream().flatMap(menu -> menu.getItems().stream()).filter(item -> id.equals(item.getId())).findFirst().orElseThrow();
  }

  private static void defaults(TestWindow window, int bits, Granularity granularity, RangeMethod method) {
    Model model = window.workspace.modelProperty().get().orElseThrow();
    TensorChoice weight =
        ConfigEdits.withRange(
            ConfigEdits.withGranularity(ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, bits, TensorChoice.DEFAULT_WEIGHT), granularity),
            method);
    TestWindow.onFx(() -> window.workspace.apply(ConfigEdits.defaults(model, weight, TensorChoice.DEFAULT_ACTIVATION)));
    window.awaitMeasured();
  }
}
