package io.bitloupe.ui.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.workspace.Opened;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryViewModelTest {
  @Test
  void cardsSayWhatChangedAndWhatItMeasured() {
    Opened opened = Opened.withData(false);
    HistoryViewModel history = new HistoryViewModel(opened.workspace, ZoneOffset.UTC);
    HistoryCard card = history.cards().getFirst();
    assertThat(card.title()).isEqualTo("W 8 · A 8 · channel · MSE");
    assertThat(card.time()).isEqualTo("running");
    assertThat(card.value()).isEmpty();
    assertThat(card.valueText()).isEqualTo(Figures.UNKNOWN);
    opened.engine.last().estimate(372);
    assertThat(history.cards().getFirst().share()).isEqualTo(0.5);
    opened.engine.last().complete();
    assertThat(history.cards().getFirst().time()).isEqualTo("14:02");
    assertThat(history.cards().getFirst().milliseconds()).isPresent();
    assertThat(history.cards().getFirst().figuresText()).endsWith("3.16 ms in ONNX Runtime");
  }

  @Test
  void aStepThatNobodyMeasuresDoesNotSayThatItWill() {
    Opened opened = Opened.withData(false);
    HistoryViewModel history = new HistoryViewModel(opened.workspace, ZoneOffset.UTC);
    opened.workspace.stop();
    assertThat(history.cards().getFirst().valueText()).isEqualTo("not measured");
    assertThat(history.cards().getFirst().latencyText()).isEmpty();
  }

  @Test
  void undoRedoAndBranches() {
    Opened opened = Opened.withData(true);
    HistoryViewModel history = new HistoryViewModel(opened.workspace, ZoneOffset.UTC);
    assertThat(history.canUndoProperty().get()).isFalse();
    opened.select(1);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), 4));
    assertThat(history.undoTextProperty().get()).isEqualTo("Undo “b00.dw to W4”");
    history.undo();
    assertThat(history.redoTextProperty().get()).isEqualTo("Redo “b00.dw to W4”");
    history.redo();
    history.jumpTo(1);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), 3));
    assertThat(history.cards().get(2).branch()).isEqualTo(Optional.of(1));
    assertThat(history.cards().get(2).current()).isTrue();
    assertThat(history.countProperty().get()).isEqualTo("3 steps");
  }
}
