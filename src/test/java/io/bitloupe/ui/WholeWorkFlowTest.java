package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.FewSamples;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.session.History;
import io.bitloupe.session.SessionStore;
import io.bitloupe.ui.distribution.HistogramChart;
import io.bitloupe.ui.export.ExportKind;
import io.bitloupe.ui.shell.Samples;
import io.bitloupe.ui.tradeoff.TradeoffChart;
import io.bitloupe.ui.workspace.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.util.Subscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.testfx.api.FxRobot;

/** One piece of work from the first page to the session that is opened again, by mouse and keys, with a real model and the real engine. */
@ResourceLock(TestWindow.TOOLKIT)
class WholeWorkFlowTest {
  private static final Path MODEL = Path.of("sample-models", "lenet-5.onnx");

  @TempDir private Path folder;
  private final FxRobot robot = new FxRobot();

  @Test
  void fromTheFirstPageToTheSessionThatIsOpenedAgain() throws IOException {
    FewSamples engine = new FewSamples(new LocalEngine(2), 200);
    try (TestWindow window = TestWindow.open(engine, Samples.in(Path.of("sample-models")))) {
      openAndCalibrate(window);
      dragAHandle(window);
      fourBitsOnThreeLayers(window);
      goBackAndCompare(window);
      export(window);
      cancelMidRun(window);
      dropABrokenFile(window);
      reopenTheSession(window);
    }
  }

  private void openAndCalibrate(TestWindow window) {
    robot.clickOn("#sample-lenet-5");
    window.await("calibration", () -> window.workspace.workbenchProperty().get().isPresent());
    window.awaitMeasured();
    Object before = window.workspace.workbenchProperty().get().orElseThrow();
    robot.clickOn("#calibrate-button");
    window.await("calibrated again", () -> window.workspace.workbenchProperty().get().filter(it -> it != before).isPresent());
    window.awaitMeasured();
    assertThat(window.text("#headline-accuracy")).endsWith("%");
  }

  private void dragAHandle(TestWindow window) {
    robot.clickOn(cell("fc2"));
    robot.clickOn("#side-output");
    HistogramChart chart = robot.lookup("#histogram").queryAs(HistogramChart.class);
    window.await("the output", () -> !window.isBusy() && chart.showsAClip());
    window.await("exact figures", () -> window.text("#clip-title").equals("At this clip"));
    double from = TestWindow.onFx(() -> chart.handleX(true));
    Point2D handle = TestWindow.onFx(() -> chart.localToScreen(from, chart.handleY()));
    robot.moveTo(handle).press(MouseButton.PRIMARY).moveBy(-60, 0);
    window.await("an estimate while it moves", () -> window.text("#clip-title").equals("At this clip, from the histogram"));
    String estimated = window.text("#clip-clipped");
    assertThat(estimated).doesNotStartWith("0.00");
    robot.release(MouseButton.PRIMARY);
    window.await("a step", () -> description(window).startsWith("Output of fc2 to clip "));
    window.awaitMeasured();
    window.await("exact figures again", () -> window.text("#clip-title").equals("At this clip"));
    String output = window.workspace.layers().lead().orElseThrow().output();
    TensorChoice.Quantized choice = (TensorChoice.Quantized) window.workspace.config().activationChoice(output);
    assertThat(choice.range()).isInstanceOf(RangeMethod.Explicit.class);
  }

  private void fourBitsOnThreeLayers(TestWindow window) {
    robot.clickOn(cell("conv1")).press(KeyCode.SHIFT).type(KeyCode.DOWN, 2).release(KeyCode.SHIFT).type(KeyCode.DIGIT4);
    window.await("one step for all", () -> description(window).equals("3 layers to W4"));
    TradeoffChart chart = chart(window);
    window.await("its point", () -> chart.locate(window.current()).isPresent());
    window.awaitMeasured();
  }

  private void goBackAndCompare(TestWindow window) {
    int last = window.current();
    TradeoffChart chart = chart(window);
    window.await("the first point", () -> chart.locate(1).isPresent());
    double[] first = TestWindow.onFx(() -> chart.locate(1).orElseThrow());
    robot.clickOn(TestWindow.onFx(() -> chart.localToScreen(first[0], first[1])));
    window.await("an older configuration", () -> window.current() != last);
    TestWindow.onFx(() -> window.workspace.jumpTo(last));
    robot.press(KeyCode.CONTROL).type(KeyCode.Z).release(KeyCode.CONTROL);
    window.await("undone", () -> window.current() == last - 1);
    robot.press(KeyCode.CONTROL, KeyCode.SHIFT).type(KeyCode.Z).release(KeyCode.SHIFT, KeyCode.CONTROL);
    window.await("redone", () -> window.current() == last);
    robot.press(KeyCode.CONTROL, KeyCode.SHIFT).type(KeyCode.B).release(KeyCode.SHIFT, KeyCode.CONTROL);
    TableView<?> layers = robot.lookup("#compare-table").queryTableView();
    window.await("both configurations layer by layer", () -> layers.getItems().size() == 4);
  }

  private void export(TestWindow window) {
    Path file = folder.resolve("lenet.qdq.onnx");
    // A dialog of the system's cannot be driven; what it leads to is the same.
    TestWindow.onFx(() -> window.shell.export(ExportKind.QDQ, file));
    window.await("the file", () -> window.text("#notice-sentence").contains("lenet.qdq.onnx"));
    assertThat(engineReads(file)).isEqualTo(4);
  }

  private static int engineReads(Path file) {
    return new LocalEngine(1).loadModel(file).layers().size();
  }

  private void cancelMidRun(TestWindow window) {
    window.showTab("distribution");
    int next = window.workspace.historyProperty().get().steps().size() + 1;
    // The engine would be faster than a hand: it is stopped by the button as soon as it says that it has begun.
    Subscription hand =
        TestWindow.onFx(
            () ->
                window.workspace.runningStepProperty().subscribe(
                    step -> {
                      if (step == next) {
                        window.workspace.tasks().onFx(((Button) window.shell.root().lookup("#run-button"))::fire);
                      }
                    }));
    TestWindow.onFx(() -> window.workspace.layers().select(Selection.of(3)));
    TestWindow.onFx(() -> window.shell.root().lookup("#layer-table").requestFocus());
    robot.type(KeyCode.DIGIT2);
    window.await("a new step", () -> window.current() == next);
    window.await("stopped", () -> window.text("#run-button").equals("Run") && window.workspace.runningStepProperty().get() == 0);
    assertThat(window.workspace.isFinished(next)).isFalse();
    TestWindow.onFx(hand::unsubscribe);
  }

  private void dropABrokenFile(TestWindow window) throws IOException {
    Path broken = folder.resolve("half.onnx");
    byte[] whole = Files.readAllBytes(MODEL);
    Files.write(broken, Arrays.copyOf(whole, whole.length / 2));
    TestWindow.onFx(() -> window.shell.drop(List.of(broken)));
    window.await("one sentence", () -> window.text("#notice-sentence").contains("half.onnx"));
    assertThat(window.text("#notice-action")).isEqualTo("Open another model");
    assertThat(window.text("#model-title")).isEqualTo("lenet-5.onnx");
  }

  private void reopenTheSession(TestWindow window) {
    History before = window.workspace.historyProperty().get();
    Path file = folder.resolve("work.session.json");
    SessionStore.write(file, TestWindow.onFx(() -> window.workspace.session().orElseThrow().closed()));
    TestWindow.onFx(() -> window.workspace.open(Optional.of(Path.of("sample-models", "lenet-300-100.onnx")), Optional.empty()));
    window.await("another model", () -> window.text("#model-title").equals("lenet-300-100.onnx"));
    TestWindow.onFx(() -> window.shell.drop(List.of(file)));
    window.await("the session's model", () -> window.text("#model-title").equals("lenet-5.onnx"));
    window.awaitMeasured();
    History after = window.workspace.historyProperty().get();
    assertThat(after.steps()).hasSameSizeAs(before.steps());
    assertThat(after.steps().subList(0, before.steps().size() - 1)).as("figures that were there count as measured")
        .isEqualTo(before.steps().subList(0, before.steps().size() - 1));
    assertThat(after.current()).isEqualTo(before.current());
  }

  private TradeoffChart chart(TestWindow window) {
    window.await("the charts", () -> robot.lookup("#size-chart").tryQuery().isPresent());
    return robot.lookup("#size-chart").queryAs(TradeoffChart.class);
  }

  private static String description(TestWindow window) {
    return window.workspace.historyProperty().get().currentStep().orElseThrow().description();
  }

  private Node cell(String name) {
    return robot.lookup((Node node) -> node instanceof TableCell<?, ?> cell && name.equals(cell.getText())).query();
  }
}
