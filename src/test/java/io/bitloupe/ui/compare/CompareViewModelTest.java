package io.bitloupe.ui.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.metric.Pairing;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Comparands;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.RealOpened;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompareViewModelTest {
  private static final int SAMPLES = 300;

  @Test
  void comparesTwoMeasuredSteps() {
    try (RealOpened opened = new RealOpened("lenet-5", SAMPLES)) {
      opened.measure();
      CompareViewModel viewModel = new CompareViewModel(opened.workspace);
      viewModel.activeProperty().set(true);
      assertThat(viewModel.emptySentence()).hasValueSatisfying(text -> assertThat(text).startsWith("Two measured"));
      Model model = opened.workspace.modelProperty().get().orElseThrow();
      List<Layer> two = model.layers().subList(1, 3);
      opened.workspace.apply(new ConfigEdits(opened.workspace.layers()::nameOf).weightBits(two, 2));
      opened.measure();
      Comparison comparison = viewModel.comparisonProperty().get().orElseThrow();
      assertThat(comparison.a().number()).isEqualTo(1);
      assertThat(comparison.b().number()).isEqualTo(2);
      assertThat(comparison.rows()).filteredOn(CompareRow::differs).extracting(CompareRow::layer).containsExactly(1, 2);
      assertThat(comparison.rows().get(1).weights()).isEqualTo(new CompareRow.Pair<>("8", "2"));
      viewModel.onlyDifferencesProperty().set(true);
      assertThat(viewModel.rows()).hasSize(2);
      checkPairing(comparison);
      assertThat(viewModel.linesProperty().get()).hasSameSizeAs(comparison.pairing().orElseThrow().changed());
      viewModel.swap();
      Comparison swapped = viewModel.comparisonProperty().get().orElseThrow();
      assertThat(swapped.a().number()).isEqualTo(2);
      assertThat(swapped.pairing().orElseThrow().difference()).isEqualTo(-comparison.pairing().orElseThrow().difference());
      opened.workspace.compare(new Comparands(1, 2));
      assertThat(viewModel.comparisonProperty().get().orElseThrow().a().number()).isEqualTo(1);
    }
  }

  private static void checkPairing(Comparison comparison) {
    Pairing pairing = comparison.pairing().orElseThrow();
    Quality.Accuracy a = comparison.measuredA().quality().accuracy().orElseThrow();
    Quality.Accuracy b = comparison.measuredB().quality().accuracy().orElseThrow();
    assertThat(pairing.samples()).isEqualTo(SAMPLES);
    assertThat(pairing.difference()).isEqualTo((double) (b.correct() - a.correct()) / SAMPLES, within(1e-12));
    assertThat(pairing.interval().contains(pairing.difference())).isTrue();
    assertThat(pairing.changed()).isNotEmpty().containsAll(pairing.gained()).containsAll(pairing.lost());
  }

  @Test
  void figuresWithoutSingleAnswersSaySo() {
    Opened opened = Opened.withData(true);
    opened.workspace.apply(
        ConfigEdits.defaults(
            opened.workspace.modelProperty().get().orElseThrow(),
            ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, 4, TensorChoice.DEFAULT_WEIGHT),
            TensorChoice.DEFAULT_ACTIVATION));
    opened.tasks.advance();
    CompareViewModel viewModel = new CompareViewModel(opened.workspace);
    viewModel.activeProperty().set(true);
    List<CompareViewModel.Figure> figures = viewModel.figures();
    assertThat(figures).hasSize(3);
    assertThat(figures.getFirst().difference()).startsWith("−");
    assertThat(figures.getFirst().detail()).startsWith("no paired interval");
    assertThat(figures.get(1).difference()).isEqualTo("−50.0 %");
    assertThat(viewModel.flipSummary()).contains("not kept");
    assertThat(viewModel.linesProperty().get()).isEmpty();
  }
}
