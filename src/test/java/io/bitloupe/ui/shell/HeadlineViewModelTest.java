package io.bitloupe.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.workspace.Opened;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadlineViewModelTest {
  @Test
  void numbersAreMeasuredOrDots() {
    Opened opened = Opened.withData(false);
    HeadlineViewModel headline = new HeadlineViewModel(opened.workspace);
    assertThat(headline.headlinesProperty().get().accuracy().value()).isEqualTo(Figures.UNKNOWN);
    opened.engine.last().estimate(312);
    HeadlineViewModel.Headlines partial = headline.headlinesProperty().get();
    assertThat(partial.accuracy().label()).isEqualTo("Top-1, 312 of 744 samples");
    assertThat(partial.accuracy().value()).isEqualTo("88.1 %");
    assertThat(partial.difference().value()).startsWith("−");
    assertThat(partial.latency().value()).isEqualTo(Figures.UNKNOWN);
    opened.engine.last().complete();
    HeadlineViewModel.Headlines done = headline.headlinesProperty().get();
    assertThat(done.latency().value()).isEqualTo("3.16 ms");
    assertThat(done.latency().label()).isEqualTo("Latency, ONNX Runtime, batch 1");
    assertThat(done.latency().shortLabel()).isEqualTo("ONNX Runtime");
    assertThat(done.difference().shortLabel()).isEqualTo("Against float");
    assertThat(done.latency().detail()).isEqualTo("55.4 % of float’s time");
    assertThat(done.size().detail()).isEqualTo("−75 %");
  }

  @Test
  void withoutDataOnlyTheSizeIsKnown() {
    Opened opened = new Opened(true);
    HeadlineViewModel headline = new HeadlineViewModel(opened.workspace);
    opened.workspace.openModel(java.nio.file.Path.of("small.onnx"));
    HeadlineViewModel.Headlines shown = headline.headlinesProperty().get();
    assertThat(shown.size().value()).endsWith("kB");
    assertThat(shown.size().detail()).isEqualTo("−66 %");
    assertThat(List.of(shown.accuracy(), shown.difference(), shown.latency()))
        .allSatisfy(number -> assertThat(number.value()).isEqualTo(Figures.NONE))
        .allSatisfy(number -> assertThat(number.tip()).endsWith("needs data"));
  }

  @Test
  void withoutLabelsTheyAreAgreementAndSignalToNoise() {
    Opened opened = new Opened(true);
    opened.engine.withoutLabels();
    opened.workspace.openModel(java.nio.file.Path.of("small.onnx"));
    opened.workspace.openData(java.nio.file.Path.of("images"));
    opened.tasks.advance();
    HeadlineViewModel.Headlines shown = new HeadlineViewModel(opened.workspace).headlinesProperty().get();
    assertThat(shown.accuracy().label()).isEqualTo("Agreement, 744 samples");
    assertThat(shown.difference().value()).isEqualTo("48.0 dB");
  }
}
