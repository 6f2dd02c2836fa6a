package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.ui.shell.Samples;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Comparands;
import io.bitloupe.ui.workspace.Selection;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ListView;
import javafx.scene.control.TableView;
import javafx.scene.control.ToggleButton;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The window on a sample model and the real engine, as pictures under target/screenshots: light and dark, large and small. */
class ScreenshotTest {
  private static final Path FOLDER = Path.of("target", "screenshots");
  private static final int REPORT_SAMPLES = 600;

  private TestWindow window;

  @BeforeEach
  void open() {
    window = TestWindow.open(new FewSamples(LocalEngine.headless(), REPORT_SAMPLES), Samples.in(Path.of("sample-models")));
  }

  @AfterEach
  void close() {
    window.close();
  }

  @Test
  void mobileNet() throws IOException {
    Files.createDirectories(FOLDER);
    shoot("welcome");
    Samples samples = Samples.in(Path.of("sample-models"));
    Path model = samples.models().stream().filter(path -> Samples.name(path).equals("mobilenetv2-mini")).findFirst().orElseThrow();
    TestWindow.onFx(() -> window.workspace.openModel(model));
    window.await("the model", () -> window.workspace.modelProperty().get().isPresent());
    shoot("model-without-data");
    TestWindow.onFx(() -> window.workspace.openData(samples.data().orElseThrow()));
    window.await("calibration", () -> window.workspace.workbenchProperty().get().isPresent());
    window.awaitMeasured();
    for (int bits : new int[] {6, 5, 4}) {
      defaults(bits, Granularity.CHANNEL, new RangeMethod.Mse());
    }
    defaults(8, Granularity.TENSOR, new RangeMethod.MinMax());
    List<Layer> layers = window.workspace.modelProperty().get().orElseThrow().layers();
    Layer depthwise = layers.stream().filter(layer -> layer.kind() == LayerKind.DEPTHWISE_CONV).skip(1).findFirst().orElseThrow();
    TestWindow.onFx(() -> window.workspace.select(Selection.of(depthwise.index())));
    TestWindow.onFx(() -> window.shell.tabs().getSelectionModel().select(1));
    settle();
    shoot("channels");
    centreViews();
    TestWindow.onFx(() -> window.shell.tabs().getSelectionModel().select(0));
    TestWindow.onFx(() -> window.workspace.jumpTo(1));
    int project = depthwise.index() + 1;
    TestWindow.onFx(() -> window.workspace.select(new Selection(List.of(project, project + 3, project + 6), project + 3)));
    ConfigEdits edits = new ConfigEdits(window.workspace::nameOf);
    TestWindow.onFx(() -> window.workspace.apply(edits.weightGranularity(window.workspace.selectedLayers(), Granularity.TENSOR)));
    TestWindow.onFx(() -> window.workspace.apply(edits.weightBits(window.workspace.selectedLayers(), 4)));
    window.awaitMeasured();
    settle();
    shoot("distribution");
    TestWindow.onFx(() -> ((ToggleButton) window.shell.root().lookup("#afterwards")).fire());
    shoot("before-and-after");
    TestWindow.onFx(() -> ((ToggleButton) window.shell.root().lookup("#afterwards")).fire());
    TestWindow.onFx(() -> ((ToggleButton) window.shell.root().lookup("#side-output")).fire());
    settle();
    shoot("output");
    TestWindow.onFx(() -> window.shell.drop(List.of(Path.of("pom.xml").toAbsolutePath())));
    window.await("the sentence", () -> window.workspace.noticeProperty().get().isPresent());
    shoot("error");
    try (Stream<Path> pictures = Files.list(FOLDER)) {
      assertThat(pictures).hasSizeGreaterThanOrEqualTo(28);
    }
  }

  /** The views that want a configuration with errors to look at. */
  private void centreViews() throws IOException {
    window.showTab("arithmetic");
    settle();
    window.await("an element", () -> !((ListView<?>) window.shell.root().lookup("#arithmetic-steps")).getItems().isEmpty());
    shoot("arithmetic");
    window.showTab("graph");
    settle();
    shoot("graph");
    TestWindow.onFx(() -> ((ToggleButton) window.shell.root().lookup("#graph-folded")).fire());
    settle();
    shoot("graph-folded");
    window.showTab("samples");
    settle();
    shoot("samples");
    window.showTab("methods");
    TestWindow.onFx(
        () -> {
          for (String recipe : List.of("equalization,bias-absorption,bias-correction", "auto-range")) {
            ComboBox<?> box = (ComboBox<?>) window.shell.root().lookup("#methods-recipe");
            box.getEditor().setText(recipe);
            ((Button) window.shell.root().lookup("#methods-add")).fire();
          }
          ((Button) window.shell.root().lookup("#methods-start")).fire();
        });
    Button start = (Button) window.shell.root().lookup("#methods-start");
    window.await("the recipes", () -> start.isDisabled());
    TestWindow.onFx(() -> ((TableView<?>) window.shell.root().lookup("#methods-table")).getSelectionModel().select(1));
    shoot("methods");
    TestWindow.onFx(() -> window.workspace.compare(new Comparands(4, 5)));
    window.await("the comparison", () -> !((TableView<?>) window.shell.root().lookup("#compare-table")).getItems().isEmpty());
    shoot("compare");
  }

  private void defaults(int bits, Granularity granularity, RangeMethod method) {
    Model model = window.workspace.modelProperty().get().orElseThrow();
    TensorChoice weight =
        ConfigEdits.withRange(ConfigEdits.withGranularity(
            ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, bits, TensorChoice.DEFAULT_WEIGHT), granularity), method);
    TestWindow.onFx(() -> window.workspace.apply(ConfigEdits.defaults(model, weight, TensorChoice.DEFAULT_ACTIVATION)));
    window.awaitMeasured();
  }

  /** Waits until no picture is being computed any more. */
  private void settle() {
    window.await("no busy line", () -> window.shell.root().lookupAll(".busy-line").stream().noneMatch(node -> node.isVisible()));
  }

  /** Two sizes, both themes. */
  private void shoot(String name) throws IOException {
    for (int[] size : new int[][] {{1920, 1080}, {1280, 800}}) {
      BufferedImage light = window.picture(size[0], size[1]);
      save(light, name + "-light-" + size[0]);
      TestWindow.onFx(() -> window.theme.toggle());
      BufferedImage dark = window.picture(size[0], size[1]);
      save(dark, name + "-dark-" + size[0]);
      TestWindow.onFx(() -> window.theme.toggle());
      assertThat(colours(light)).as("colours of " + name).hasSizeGreaterThan(6);
      assertThat(dark.getRGB(2, 2)).isNotEqualTo(light.getRGB(2, 2));
    }
  }

  private static Set<Integer> colours(BufferedImage image) {
    Set<Integer> colours = new TreeSet<>();
    for (int y = 0; y < image.getHeight(); y += 3) {
      for (int x = 0; x < image.getWidth(); x += 3) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours;
  }

  private static void save(BufferedImage image, String name) throws IOException {
    ImageIO.write(image, "png", FOLDER.resolve(name + ".png").toFile());
  }
}
