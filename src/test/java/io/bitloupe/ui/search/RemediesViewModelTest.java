package io.bitloupe.ui.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Response;
import io.bitloupe.model.Layer;
import io.bitloupe.search.Remedy;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.Selection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RemediesViewModelTest {
  private final Opened opened = Opened.withData(false);
  private final Layer layer = opened.workspace.modelProperty().get().orElseThrow().layers().get(1);
  private final Remedy sixBits = remedy();
  private final RemediesViewModel remedies = new RemediesViewModel(opened.workspace, (_, _, _, _) -> List.of(sixBits));

  private Remedy remedy() {
    String tensor = layer.weight().orElseThrow();
    TensorChoice choice = ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, 6, TensorChoice.DEFAULT_WEIGHT);
    Response before = new Response(100, Optional.empty(), 80, 0.2, 20);
    Response after = new Response(100, Optional.empty(), 90, 0.1, 24);
    return new Remedy(tensor, Remedy.Kind.WEIGHT_BITS, choice, 40, before, after);
  }

  @Test
  void anAnswerStaysWhileItsStepIsMeasured() {
    remedies.ask(layer.name());
    assertThat(remedies.answerProperty().get().remedies()).containsExactly(sixBits);
    opened.tasks.advance();
    opened.engine.last().estimate(64);
    opened.engine.last().complete();
    assertThat(remedies.answerProperty().get().remedies()).containsExactly(sixBits);
    remedies.use(sixBits);
    assertThat(opened.workspace.config().weightChoice(sixBits.tensor()).bits()).isEqualTo(6);
    assertThat(remedies.answerProperty().get().layer()).as("another configuration has to be asked about anew").isEmpty();
  }

  @Test
  void aQuestionThatIsCalledOffIsNoneAnyMore() {
    opened.tasks.hold();
    remedies.ask(layer.name());
    assertThat(remedies.runningProperty().get()).isTrue();
    assertThat(remedies.answerProperty().get().layer()).contains(layer);
    opened.workspace.cancelActivity();
    assertThat(remedies.runningProperty().get()).isFalse();
    assertThat(remedies.answerProperty().get().layer()).isEmpty();
  }

  @Test
  void theSelectedLayerIsAskedAboutAndNothingWithoutOne() {
    opened.workspace.layers().select(Selection.NONE);
    remedies.askSelected();
    assertThat(remedies.answerProperty().get().layer()).isEmpty();
    opened.select(layer.index());
    remedies.askSelected();
    assertThat(remedies.answerProperty().get().layer()).contains(layer);
  }

  @Test
  void whereNothingHelpsThatIsTheAnswer() {
    RemediesViewModel without = new RemediesViewModel(opened.workspace, (_, _, _, _) -> List.of());
    without.ask(layer.name());
    assertThat(without.answerProperty().get().layer()).contains(layer);
    assertThat(without.runningProperty().get()).isFalse();
  }

  @Test
  void anotherQuestionTakesThePlaceOfTheFirst() {
    opened.tasks.hold();
    remedies.ask(layer.name());
    Layer other = opened.workspace.modelProperty().get().orElseThrow().layers().get(2);
    remedies.ask(other.name());
    assertThat(remedies.answerProperty().get().layer()).contains(other);
    opened.tasks.release();
    assertThat(remedies.answerProperty().get().remedies()).containsExactly(sixBits);
  }
}
