package io.bitloupe.ui.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import io.bitloupe.quant.Requantization;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.view.Formula;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.RealOpened;
import io.bitloupe.ui.workspace.Selection;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArithmeticViewModelTest {
  private final RealOpened opened = new RealOpened("lenet-5", 40);
  private final ArithmeticViewModel viewModel = new ArithmeticViewModel(opened.workspace, new Random(5));

  @AfterEach
  void close() {
    opened.close();
  }

  private ArithmeticViewModel.Shown shown() {
    return viewModel.shownProperty().get().orElseThrow();
  }

  private void select(int layer) {
    opened.workspace.layers().select(Selection.of(layer));
  }

  @Test
  void nothingIsComputedWhileTheViewIsHidden() {
    select(1);
    assertThat(viewModel.shownProperty().get()).isEmpty();
    viewModel.activeProperty().set(true);
    assertThat(shown().capture().layer().index()).isEqualTo(1);
    assertThat(viewModel.emptySentence()).isEmpty();
  }

  @Test
  void beginsWithTheLargestErrorAndMovesAlongTheAxes() {
    select(0);
    viewModel.activeProperty().set(true);
    assertThat(shown().story().element()).isEqualTo(shown().capture().largestError());
    assertThat(shown().axes()).extracting(OutputAxis::name).containsExactly("Channel", "Row", "Column");
    OutputAxis row = shown().axes().get(1);
    viewModel.setPosition(row, 3);
    assertThat(row.of(shown().story().element())).isEqualTo(3);
    viewModel.setPosition(row, 10_000);
    assertThat(row.of(shown().story().element())).isEqualTo(row.size() - 1);
    int before = shown().story().element();
    viewModel.setSample(7);
    assertThat(shown().capture().sample()).isEqualTo(7);
    assertThat(shown().story().element()).isEqualTo(before);
    viewModel.showLargestError();
    assertThat(shown().story().element()).isEqualTo(shown().capture().largestError());
    viewModel.showRandom();
    assertThat(shown().story().trace().code()).isEqualTo(shown().story().runtimeCode());
  }

  @Test
  void everyLineIsTheRealNumber() {
    select(1);
    viewModel.activeProperty().set(true);
    for (int i = 0; i < 50; i++) {
      viewModel.showRandom();
      List<ArithmeticStep> steps = shown().steps();
      assertThat(steps).hasSize(ArithmeticSteps.COUNT + 1);
      long sum = 0;
      for (int line = 0; line < 4; line++) {
        sum += number(steps.get(line).value());
      }
      assertThat(sum).as("lines 1 to 4").isEqualTo(number(steps.get(4).value()));
      assertThat(number(steps.get(8).value())).isEqualTo(shown().story().runtimeCode());
    }
  }

  private static long number(String figure) {
    return Long.parseLong(figure.replace("−", "-").replaceAll("[^-0-9]", ""));
  }

  @Test
  void productsInOrderOrLargestFirst() {
    select(1);
    viewModel.activeProperty().set(true);
    long sum = shown().products().stream().mapToLong(ProductRow::product).sum();
    assertThat(sum).isEqualTo(shown().story().trace().sumOfProducts());
    assertThat(viewModel.rows(shown())).extracting(ProductRow::index).startsWith(0, 1, 2);
    viewModel.largestFirstProperty().set(true);
    List<ProductRow> rows = viewModel.rows(shown());
    for (int i = 1; i < rows.size(); i++) {
      assertThat(Math.abs(rows.get(i).centred())).isLessThanOrEqualTo(Math.abs(rows.get(i - 1).centred()));
    }
  }

  @Test
  void anotherRequantizationIsAWhatIf() {
    select(1);
    viewModel.activeProperty().set(true);
    assertThat(shown().kind()).isEqualTo(Requantization.FLOAT_SCALE);
    assertThat(shown().isOtherKind()).isFalse();
    viewModel.setKind(Requantization.FIXED_POINT);
    assertThat(shown().isOtherKind()).isTrue();
    assertThat(shown().steps().get(6).title()).isEqualTo("Shift and round");
    assertThat(Math.abs(shown().story().trace().code() - shown().story().runtimeCode())).isLessThanOrEqualTo(1);
  }

  @Test
  void stepsAndPlay() {
    select(1);
    viewModel.activeProperty().set(true);
    viewModel.goTo(-4);
    assertThat(viewModel.stepProperty().get()).isZero();
    viewModel.togglePlay();
    for (int i = 0; i < ArithmeticSteps.COUNT; i++) {
      opened.tasks.advance();
    }
    assertThat(viewModel.stepProperty().get()).isEqualTo(ArithmeticSteps.COUNT - 1);
    assertThat(viewModel.playingProperty().get()).isFalse();
  }

  @Test
  void aLayerInFloatSaysSo() {
    Layer layer = opened.workspace.modelProperty().get().orElseThrow().layers().get(1);
    select(1);
    viewModel.activeProperty().set(true);
    ConfigEdits edits = new ConfigEdits(opened.workspace.layers()::nameOf);
    opened.workspace.apply(edits.weightBits(List.of(layer), 4));
    assertThat(Arrays.stream(shown().story().trace().weightCodes())).allMatch(code -> Math.abs(code) <= 7);
    opened.workspace.apply(ConfigEdits.defaults(
        opened.workspace.modelProperty().get().orElseThrow(), TensorChoice.FLOAT, TensorChoice.FLOAT));
    opened.workspace.apply(edits.reset(List.of(layer)));
    assertThat(viewModel.shownProperty().get()).isEmpty();
    assertThat(viewModel.emptySentence()).hasValueSatisfying(text -> assertThat(text).contains("in float"));
  }

  @Test
  void asksForDataWithoutIt() {
    Opened nothing = new Opened(true);
    ArithmeticViewModel empty = new ArithmeticViewModel(nothing.workspace, new Random(1));
    empty.activeProperty().set(true);
    assertThat(empty.emptySentence()).isPresent();
    assertThat(empty.needsData()).isFalse();
    nothing.workspace.openModel(Path.of("small.onnx"));
    assertThat(empty.needsData()).isTrue();
    assertThat(empty.emptySentence()).hasValueSatisfying(text -> assertThat(text).startsWith("Open data"));
  }

  @Test
  void formulasAreReadOut() {
    assertThat(Formula.plain("× 5 / 2^[31], S_a S_w")).isEqualTo("× 5 / 2^31, Sa Sw");
  }
}
