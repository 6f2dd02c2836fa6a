package io.bitloupe.ui.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.session.History;
import io.bitloupe.ui.undo.ConfigEdits;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PinsTest {
  private final Opened opened = Opened.withData(true);
  private final Model model = opened.workspace.modelProperty().get().orElseThrow();
  private final Layer pinned = model.layers().get(1);
  private final String weight = pinned.weight().orElseThrow();

  @Test
  void newDefaultsPassAPinnedLayerBy() {
    opened.select(1);
    opened.workspace.layers().togglePins();
    TensorChoice four = ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, 4, TensorChoice.DEFAULT_WEIGHT);
    opened.workspace.apply(ConfigEdits.defaults(model, four, TensorChoice.DEFAULT_ACTIVATION));
    QuantConfig config = opened.workspace.config();
    assertThat(config.weightChoice(weight)).isEqualTo(TensorChoice.DEFAULT_WEIGHT);
    assertThat(config.weightChoice(model.layers().get(2).weight().orElseThrow())).isEqualTo(four);
    assertThat(opened.workspace.noticeProperty().get()).isPresent();
  }

  @Test
  void aChangeOfPinnedLayersAloneIsNoStep() {
    opened.select(1);
    opened.workspace.layers().togglePins();
    History before = opened.workspace.historyProperty().get();
    opened.workspace.apply(opened.edits.weightBits(List.of(pinned), 3));
    assertThat(opened.workspace.historyProperty().get()).isEqualTo(before);
    opened.workspace.layers().togglePins();
    opened.workspace.apply(opened.edits.weightBits(List.of(pinned), 3));
    assertThat(opened.workspace.config().weightChoice(weight).bits()).isEqualTo(3);
  }

  @Test
  void togglingPinsAllWhereSomeAreNot() {
    Pins one = Pins.NONE.toggle(List.of(1));
    assertThat(one.toggle(List.of(1, 2)).layers()).isEqualTo(Set.of(1, 2));
    assertThat(one.toggle(List.of(1, 2)).toggle(List.of(2)).layers()).isEqualTo(Set.of(1));
  }

  @Test
  void aBranchIsAStepLikeAnEarlierOneAndItsLineHasBoth() {
    opened.workspace.apply(opened.edits.weightBits(List.of(pinned), 4));
    opened.workspace.apply(opened.edits.weightBits(List.of(pinned), 3));
    opened.workspace.branch(2);
    History history = opened.workspace.historyProperty().get();
    assertThat(history.current()).isEqualTo(4);
    assertThat(history.currentStep().orElseThrow().parent()).isEqualTo(2);
    assertThat(opened.workspace.config()).isEqualTo(history.step(2).orElseThrow().config());
    assertThat(history.lineage(4)).containsExactly(1, 2, 4);
    assertThat(history.lineage(1)).containsExactly(1, 2, 3, 4);
  }
}
