package io.bitloupe.ui.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.SampleSignal;
import io.bitloupe.metric.Quality;
import io.bitloupe.metric.Ranking;
import io.bitloupe.model.Model;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.view.SampleLine;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.RealOpened;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SamplesViewModelTest {
  private static final int SAMPLES = 300;

  @Test
  void showsExactlyTheSamplesThatFlipped() {
    try (RealOpened opened = new RealOpened("lenet-5", SAMPLES)) {
      Model model = opened.workspace.modelProperty().get().orElseThrow();
      TensorChoice weak = ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, 2, TensorChoice.DEFAULT_WEIGHT);
      opened.workspace.apply(ConfigEdits.defaults(model, weak, TensorChoice.DEFAULT_ACTIVATION));
      SamplesViewModel viewModel = new SamplesViewModel(opened.workspace);
      viewModel.activeProperty().set(true);
      assertThat(viewModel.emptySentence()).hasValueSatisfying(text -> assertThat(text).contains("once all samples"));
      opened.measure();
      Evaluation evaluation = opened.workspace.evaluation().orElseThrow();
      Quality.Accuracy accuracy = evaluation.quality().accuracy().orElseThrow();
      viewModel.filterProperty().set(Optional.of(Flip.TO_WRONG));
      assertThat(viewModel.linesProperty().get()).hasSize(accuracy.flippedToWrong()).allMatch(SampleLine::harmful);
      viewModel.filterProperty().set(Optional.of(Flip.TO_RIGHT));
      assertThat(viewModel.linesProperty().get()).hasSize(accuracy.flippedToRight());
      viewModel.filterProperty().set(Optional.empty());
      int all = (int) Math.round((1 - evaluation.quality().agreementFloat()) * SAMPLES);
      assertThat(viewModel.linesProperty().get()).hasSize(all).isNotEmpty();
      assertThat(viewModel.pictures().keySet()).containsAll(viewModel.linesProperty().get().stream().map(SampleLine::sample).toList());
      viewModel.orderProperty().set(SampleOrder.POSITION);
      assertThat(viewModel.linesProperty().get()).extracting(SampleLine::sample).isSorted();
      for (SampleLine line : viewModel.linesProperty().get().subList(0, Math.min(10, all))) {
        viewModel.look(line.sample());
        SampleSignal signal = viewModel.signalProperty().get().orElseThrow();
        assertThat(signal.sample()).isEqualTo(line.sample());
        assertThat(signal.layers()).hasSize(4);
        String before = viewModel.className(Ranking.top1(signal.floatScores(), 0, 10));
        String after = viewModel.className(Ranking.top1(signal.scores(), 0, 10));
        assertThat(line.text()).as("what was measured is what is run again").isEqualTo(before + " → " + after);
      }
    }
  }

  @Test
  void withoutDataItAsksForSome() {
    Opened nothing = new Opened(true);
    SamplesViewModel viewModel = new SamplesViewModel(nothing.workspace);
    viewModel.activeProperty().set(true);
    assertThat(viewModel.emptySentence()).isPresent();
    nothing.workspace.openModel(Path.of("small.onnx"));
    assertThat(viewModel.needsData()).isTrue();
  }
}
