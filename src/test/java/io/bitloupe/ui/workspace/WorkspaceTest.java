package io.bitloupe.ui.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.FakeEngine;
import io.bitloupe.ui.undo.ConfigEdits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  @Test
  void opensModelAndDataCalibratesAndMeasures() {
    Opened opened = Opened.withData(false);
    Workspace workspace = opened.workspace;
    assertThat(workspace.modelProperty().get()).isPresent();
    assertThat(workspace.workbenchProperty().get()).isPresent();
    assertThat(workspace.layers().lead()).get().extracting(layer -> layer.name()).isEqualTo("b00.expand");
    assertThat(opened.engine.runs()).hasSize(1);
    assertThat(workspace.runningStepProperty().get()).isEqualTo(1);
    opened.engine.last().estimate(64);
    assertThat(workspace.activityProperty().get()).get().extracting(Activity::done, Activity::total)
        .containsExactly(64L, (long) FakeEngine.SAMPLES);
    assertThat(workspace.evaluation()).get().extracting(it -> it.quality().samples()).isEqualTo(64);
    opened.engine.last().complete();
    assertThat(workspace.runningStepProperty().get()).isZero();
    assertThat(workspace.activityProperty().get()).isEmpty();
    assertThat(workspace.isFinished(1)).isTrue();
  }

  @Test
  void dataGivenFirstWaitsForTheModel() {
    Opened opened = new Opened(true);
    opened.workspace.openData(Path.of("images"));
    assertThat(opened.workspace.noticeProperty().get()).get().extracting(Notice::severity).isEqualTo(Notice.Severity.INFORMATION);
    opened.workspace.openModel(Path.of("small.onnx"));
    assertThat(opened.workspace.workbenchProperty().get()).isPresent();
    assertThat(opened.workspace.noticeProperty().get()).isEmpty();
  }

  @Test
  void productsAreCountedForSamplesAsLongAsThoseOfTheData() {
    Opened opened = new Opened(true);
    opened.workspace.openModel(Path.of("small.onnx"));
    opened.workspace.layers().select(Selection.of(3));
    long tried = opened.workspace.layers().lead().orElseThrow().macs();
    opened.workspace.openData(Path.of("long"));
    opened.tasks.advance();
    assertThat(opened.workspace.layers().lead().orElseThrow().macs()).isEqualTo(2 * tried);
    assertThat(opened.workspace.layers().selectionProperty().get().layers()).containsExactly(3);
    assertThat(opened.workspace.evaluation()).isPresent();
  }

  @Test
  void aBrokenModelIsOneSentenceAndWhatIsOpenStays() {
    Opened opened = Opened.withData(true);
    opened.workspace.openModel(Path.of("broken.onnx"));
    assertThat(opened.workspace.noticeProperty().get())
        .get()
        .extracting(Notice::severity, Notice::sentence)
        .containsExactly(Notice.Severity.ERROR, "broken.onnx is no ONNX model: it ends after 12 bytes.");
    assertThat(opened.workspace.noticeProperty().get().orElseThrow().action()).isPresent();
    assertThat(opened.workspace.workbenchProperty().get()).isPresent();
    assertThat(opened.workspace.activityProperty().get()).isEmpty();
  }

  @Test
  void brokenDataLeavesTheModel() {
    Opened opened = new Opened(true);
    opened.workspace.open(Optional.of(Path.of("small.onnx")), Optional.of(Path.of("broken.npz")));
    assertThat(opened.workspace.modelProperty().get()).isPresent();
    assertThat(opened.workspace.dataPathProperty().get()).isEmpty();
    assertThat(opened.workspace.noticeProperty().get()).get().extracting(Notice::severity).isEqualTo(Notice.Severity.ERROR);
  }

  @Test
  void brokenDataLeavesWhatWasOpen(@TempDir Path folder) throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    Opened opened = new Opened(true);
    opened.workspace.open(Optional.of(Path.of("small.onnx")), Optional.of(images));
    opened.workspace.openData(Path.of("broken.npz"));
    assertThat(opened.workspace.dataPathProperty().get()).contains(images);
    assertThat(opened.workspace.workbenchProperty().get()).isPresent();
  }

  @Test
  void whatIsToBeKnownOfDataStaysWhileItIsCalibrated() {
    Opened opened = new Opened(true);
    opened.workspace.openModel(Path.of("small.onnx"));
    opened.workspace.openData(Path.of("few"));
    assertThat(opened.workspace.workbenchProperty().get()).isPresent();
    assertThat(opened.workspace.noticeProperty().get().orElseThrow().sentence()).isEqualTo("It has 3 classes where the model has 10.");
    opened.workspace.openData(Path.of("images"));
    assertThat(opened.workspace.noticeProperty().get()).as("it was true of the data before").isEmpty();
  }

  @Test
  void whatOfAQuantizedFileIsNotUsedIsSaid() {
    Opened opened = new Opened(true);
    opened.workspace.open(Optional.of(Path.of("quantized.onnx")), Optional.of(Path.of("few")));
    Notice notice = opened.workspace.noticeProperty().get().orElseThrow();
    assertThat(notice.sentence())
        .startsWith("quantized.onnx is quantized already")
        .contains("except for one tensor")
        .endsWith("It has 3 classes where the model has 10.");
    assertThat(notice.details()).hasSize(2).anyMatch(detail -> detail.contains("b00.dw"));
    assertThat(step(opened, 1).description()).isEqualTo("As in the file");
    assertThat(opened.workspace.config().weightChoice("b00.expand.weight").bits()).isEqualTo(4);
  }

  @Test
  void theLatestChoiceWinsAndQuickOnesAreMeasuredOnce() {
    Opened opened = Opened.withData(false);
    FakeEngine.Run first = opened.engine.last();
    opened.select(1, 2);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), 5));
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), 4));
    assertThat(opened.engine.runs()).as("nothing is measured before the pause").hasSize(1);
    opened.tasks.advance();
    assertThat(opened.engine.runs()).hasSize(2);
    assertThat(first.job().isCancelled()).isTrue();
    first.estimate(200);
    assertThat(step(opened, 1).measured()).as("an overtaken run is not heard").isEmpty();
    opened.engine.last().complete();
    assertThat(step(opened, 3).measured()).isPresent();
    assertThat(step(opened, 3).description()).isEqualTo("2 layers to W4");
  }

  @Test
  void undoRedoAndJumpDoNotMeasureTwice() {
    Opened opened = Opened.withData(true);
    opened.select(1);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), 4));
    opened.tasks.advance();
    assertThat(opened.engine.runs()).hasSize(2);
    assertThat(step(opened, 2).description()).isEqualTo("b00.dw to W4");
    opened.workspace.undo();
    opened.workspace.redo();
    opened.workspace.jumpTo(1);
    opened.tasks.advance();
    assertThat(opened.engine.runs()).hasSize(2);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), 4));
    opened.tasks.advance();
    assertThat(opened.engine.runs()).as("an equal configuration has the figures already").hasSize(2);
    assertThat(step(opened, 3).measured()).isPresent();
    assertThat(step(opened, 3).parent()).isEqualTo(1);
  }

  @Test
  void aChangeThatChangesNothingIsNoStep() {
    Opened opened = Opened.withData(true);
    opened.select(1);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), 8));
    assertThat(opened.workspace.historyProperty().get().steps()).hasSize(1);
  }

  @Test
  void stopKeepsWhatWasFoundAndRunGoesOn() {
    Opened opened = Opened.withData(false);
    opened.engine.last().estimate(100);
    opened.workspace.stop();
    assertThat(opened.engine.last().job().isCancelled()).isTrue();
    assertThat(opened.workspace.runningStepProperty().get()).isZero();
    assertThat(opened.workspace.evaluation()).get().extracting(it -> it.quality().samples()).isEqualTo(100);
    opened.workspace.measure();
    opened.tasks.advance();
    assertThat(opened.engine.runs()).hasSize(2);
  }

  @Test
  void aFailedMeasurementOffersToTryAgain() {
    Opened opened = Opened.withData(false);
    opened.engine.last().fail("The plan needs more memory than there is.");
    assertThat(opened.workspace.noticeProperty().get().orElseThrow().sentence()).contains("memory");
    assertThat(opened.workspace.runningStepProperty().get()).isZero();
    opened.workspace.noticeProperty().get().orElseThrow().action().orElseThrow().perform().run();
    opened.tasks.advance();
    assertThat(opened.engine.runs()).hasSize(2);
  }

  @Test
  void calibrationCanBeCancelled() {
    Opened opened = new Opened(true);
    opened.workspace.openModel(Path.of("small.onnx"));
    opened.tasks.hold();
    opened.workspace.openData(Path.of("images"));
    assertThat(opened.workspace.activityProperty().get()).get().extracting(Activity::kind).isEqualTo(Activity.Kind.READING);
    opened.workspace.cancelActivity();
    opened.tasks.release();
    assertThat(opened.workspace.activityProperty().get()).isEmpty();
    assertThat(opened.workspace.workbenchProperty().get()).isEmpty();
  }

  @Test
  void defaultsReplaceExceptionsThatBecameEqual() {
    Opened opened = Opened.withData(true);
    opened.select(0);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), 6));
    TensorChoice six = ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, 6, TensorChoice.DEFAULT_WEIGHT);
    opened.workspace.apply(ConfigEdits.defaults(
        opened.workspace.modelProperty().get().orElseThrow(), six, TensorChoice.DEFAULT_ACTIVATION));
    assertThat(opened.workspace.config().tensors()).isEmpty();
    assertThat(opened.workspace.config().weight()).isEqualTo(six);
    assertThat(opened.workspace.historyProperty().get().steps()).extracting(HistoryStep::number).isEqualTo(List.of(1, 2, 3));
  }

  private static HistoryStep step(Opened opened, int number) {
    return opened.workspace.historyProperty().get().step(number).orElseThrow();
  }
}
