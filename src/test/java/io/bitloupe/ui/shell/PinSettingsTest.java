package io.bitloupe.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.Pins;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PinSettingsTest {
  private final Preferences preferences = Preferences.inMemory();
  private final Opened opened = new Opened(true);

  @Test
  void aModelHasItsPinsAgainAfterAnotherOne() {
    opened.workspace.layers().setPinStore(new PinSettings(preferences));
    opened.workspace.openModel(Path.of("small.onnx"));
    opened.select(1, 3);
    opened.workspace.layers().togglePins();
    opened.workspace.openModel(Path.of("other.onnx"));
    assertThat(opened.workspace.layers().pinsProperty().get()).isEqualTo(Pins.NONE);
    opened.workspace.openModel(Path.of("small.onnx"));
    assertThat(opened.workspace.layers().pinsProperty().get().layers()).isEqualTo(Set.of(1, 3));
    opened.workspace.openModel(Path.of("small.onnx"));
    assertThat(opened.workspace.layers().pinsProperty().get().layers()).as("opened again").isEqualTo(Set.of(1, 3));
  }

  @Test
  void unpinnedLayersStayUnpinned() {
    opened.workspace.layers().setPinStore(new PinSettings(preferences));
    opened.workspace.openModel(Path.of("small.onnx"));
    opened.select(2);
    opened.workspace.layers().togglePins();
    opened.workspace.layers().togglePins();
    opened.workspace.openModel(Path.of("small.onnx"));
    assertThat(opened.workspace.layers().pinsProperty().get()).isEqualTo(Pins.NONE);
  }

  @Test
  void whatIsNoListOfLayersIsNone() {
    opened.workspace.openModel(Path.of("small.onnx"));
    preferences.put("pins." + "ab".repeat(8), "1,two");
    assertThat(new PinSettings(preferences).load(opened.workspace.modelProperty().get().orElseThrow())).isEqualTo(Pins.NONE);
  }
}
