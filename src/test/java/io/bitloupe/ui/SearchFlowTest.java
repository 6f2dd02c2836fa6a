package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.engine.FewSamples;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.ui.search.SensitivityMap;
import io.bitloupe.ui.shell.Samples;
import java.io.IOException;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Slider;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The Search tab on a real model and the real engine: a search, a configuration of its front, and help for a layer. */
@ResourceLock(TestWindow.TOOLKIT)
class SearchFlowTest {
  private static final int REPORT_SAMPLES = 200;

  private final Samples samples = Samples.in(Path.of("sample-models"));
  private TestWindow window;

  @BeforeEach
  void open() {
    window = TestWindow.open(new FewSamples(LocalEngine.headless(), REPORT_SAMPLES), samples);
  }

  @AfterEach
  void close() {
    window.close();
  }

  @Test
  void aSearchFillsMapTableAndChartAndHelpIsOneClickAway() throws IOException {
    Path model = samples.models().stream().filter(path -> Samples.name(path).equals("lenet-5")).findFirst().orElseThrow();
    TestWindow.onFx(() -> window.workspace.openModel(model));
    window.await("the model", () -> window.workspace.modelProperty().get().isPresent());
    TestWindow.onFx(() -> window.workspace.openData(samples.data().orElseThrow()));
    window.await("calibration", () -> window.workspace.workbenchProperty().get().isPresent());
    window.awaitMeasured();
    window.showTab("search");
    Screenshots pictures = new Screenshots(window, "", Screenshots.Extent.WHOLE);
    pictures.shoot("search-empty");
    TestWindow.onFx(
        () -> {
          ((ToggleButton) window.shell.root().lookup("#search-limits")).fire();
          ((TextField) window.shell.root().lookup("#search-kilobytes")).setText("many");
          ((ComboBox<?>) window.shell.root().lookup("#search-hardware")).getSelectionModel().select(1);
          ((ToggleButton) window.shell.root().lookup("#search-hardware-edit")).fire();
        });
    assertThat(((TextArea) window.shell.root().lookup("#search-profile")).getText()).contains("NVIDIA T4");
    pictures.shoot("search-limits");
    TestWindow.onFx(() -> ((Button) window.shell.root().lookup("#search-start")).fire());
    assertThat(window.workspace.noticeProperty().get().orElseThrow().sentence()).contains("'Size up to'").contains("'many'");
    TestWindow.onFx(
        () -> {
          ((TextField) window.shell.root().lookup("#search-kilobytes")).setText("250");
          ((ComboBox<?>) window.shell.root().lookup("#search-hardware")).getSelectionModel().select(0);
          ((Button) window.shell.root().lookup("#search-start")).fire();
        });
    window.await("the front", () -> ((Slider) window.shell.root().lookup("#search-budget")).getMax() > 1);
    assertThat(window.workspace.searchedProperty().get().losses()).hasSize(4);
    assertThat(window.workspace.searchedProperty().get().candidates()).hasSizeGreaterThan(20);
    TestWindow.onFx(() -> ((Button) window.shell.root().lookup("#search-smallest")).fire());
    window.awaitMeasured();
    assertThat(window.current()).as("what was found is a step").isEqualTo(2);
    pictures.shoot("search");
    SensitivityMap map = (SensitivityMap) window.shell.root().lookup("#search-map");
    TestWindow.onFx(
        () -> {
          press(map, KeyCode.DOWN);
          press(map, KeyCode.DOWN);
          press(map, KeyCode.ENTER);
        });
    window.await("remedies", () -> window.shell.root().lookup("#remedies").lookup(".button") != null);
    assertThat(window.text("#remedies-title")).startsWith("What was tried for");
    pictures.shoot("search-help");
    TestWindow.onFx(() -> ((Button) window.shell.root().lookup("#remedies").lookup(".button")).fire());
    assertThat(window.current()).isEqualTo(3);
    TestWindow.onFx(
        () -> {
          ((ComboBox<?>) window.shell.root().lookup("#search-kind")).getSelectionModel().select(1);
          ((Button) window.shell.root().lookup("#search-measure")).fire();
        });
    window.await("estimates", () -> map.getAccessibleText().matches("Sensitivity of [4-9] .*"));
    pictures.shoot("search-activations");
    TestWindow.onFx(() -> ((Button) window.shell.root().lookup("#search-measure")).fire());
    assertThat(pictures.taken()).isEqualTo(20);
  }

  private static void press(SensitivityMap map, KeyCode code) {
    map.fireEvent(new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, false, false, false, false));
  }
}
