package io.bitloupe.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.beans.property.SimpleBooleanProperty;
import org.junit.jupiter.api.Test;

class CommandPaletteTest {
  private static final List<Command> COMMANDS =
      Stream.of("Open model", "Open data file", "Reopen the model", "Export quantized ONNX model")
          .map(title -> new Command(title, title, Optional.empty(), new SimpleBooleanProperty(), () -> {}))
          .toList();

  private static List<String> found(String text) {
    return CommandPalette.matching(COMMANDS, text).stream().map(Command::title).toList();
  }

  @Test
  void everyWordMustOccurAndBeginningsComeFirst() {
    assertThat(found("open")).containsExactly("Open model", "Open data file", "Reopen the model");
    assertThat(found("model open")).containsExactly("Open model", "Reopen the model");
    assertThat(found(" ONNX ")).containsExactly("Export quantized ONNX model");
    assertThat(found("")).hasSize(4);
    assertThat(found("print")).isEmpty();
  }

  @Test
  void keysAreThoseOfTheTableAndOfTheWindow() {
    SimpleBooleanProperty possible = new SimpleBooleanProperty();
    Command pin = Command.named("pin", "Pin", "Ctrl+P", possible, () -> {});
    assertThat(pin.keysText()).isEqualTo("Ctrl+P");
    assertThat(pin.inTable("P").keysText()).isEqualTo("P, Ctrl+P");
    Command bits = Command.named("bits", "4 bits", "", possible, () -> {});
    assertThat(bits.inTable("Shift+4").keysText()).isEqualTo("Shift+4");
    assertThat(bits.inTable("").keysText()).isEmpty();
    assertThat(bits.inTable("Backspace").item().getAccelerator()).isNull();
  }
}
