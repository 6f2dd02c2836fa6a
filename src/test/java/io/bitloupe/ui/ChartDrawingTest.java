package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.ui.chart.ChartPane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javafx.scene.Group;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.layout.Pane;
import javafx.scene.transform.Scale;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.testfx.util.WaitForAsyncUtils;

/** When charts are drawn. */
@ResourceLock(TestWindow.TOOLKIT)
final class ChartDrawingTest {
  private static final double LARGE = 500;
  private static final double SMALL = 100;

  private final List<Stage> stages = new ArrayList<>();

  @BeforeAll
  static void startToolkit() {
    TestWindow.startToolkit();
  }

  @AfterEach
  void close() {
    TestWindow.onFx(() -> stages.forEach(Stage::close));
  }

  @Test
  void largeChartsHaveAPulseEachAndSmallOnesShareOne() throws TimeoutException {
    List<Chart> large = List.of(new Chart(LARGE), new Chart(LARGE), new Chart(LARGE));
    List<Chart> small = List.of(new Chart(SMALL), new Chart(SMALL), new Chart(SMALL));
    Pulses pulses = new Pulses();
    TestWindow.onFx(
        () -> {
          Stage stage = show(new Group(large.get(0), large.get(1), large.get(2), small.get(0), small.get(1), small.get(2)));
          stage.getScene().addPreLayoutPulseListener(pulses::next);
        });
    await(() -> large.stream().allMatch(chart -> chart.drawings > 0) && small.stream().allMatch(chart -> chart.drawings > 0));

    TestWindow.onFx(
        () -> {
          large.forEach(chart -> chart.watch(pulses));
          small.forEach(chart -> chart.watch(pulses));
          large.forEach(ChartPane::redraw);
          small.forEach(ChartPane::redraw);
        });
    await(() -> small.stream().allMatch(chart -> chart.pulse > 0));

    assertThat(large.stream().map(chart -> chart.pulse).distinct()).hasSize(3);
    assertThat(small.stream().map(chart -> chart.pulse).distinct()).hasSize(1);
    assertThat(large).isSortedAccordingTo((first, second) -> Integer.compare(first.pulse, second.pulse));
  }

  @Test
  void severalRequestsAreOneDrawing() throws TimeoutException {
    Chart chart = new Chart(SMALL);
    TestWindow.onFx(() -> show(new Group(chart)));
    await(() -> chart.drawings > 0);
    int before = chart.drawings;
    TestWindow.onFx(
        () -> {
          chart.redraw();
          chart.redraw();
          chart.redraw();
        });
    await(() -> chart.drawings > before);
    assertThat(chart.drawings).isEqualTo(before + 1);
  }

  @Test
  void whatIsHiddenIsDrawnWhenItIsShown() throws TimeoutException {
    Chart hidden = new Chart(SMALL);
    Chart other = new Chart(SMALL);
    Group around = new Group(hidden);
    around.setVisible(false);
    TestWindow.onFx(() -> show(new Group(around, other)));
    await(() -> other.drawings > 0);
    int before = other.drawings;
    TestWindow.onFx(other::redraw);
    await(() -> other.drawings > before);
    assertThat(hidden.drawings).isZero();

    TestWindow.onFx(() -> around.setVisible(true));
    await(() -> hidden.drawings > 0);
  }

  /** On a fine screen, or in a window that is drawn larger, a canvas of as many pixels as it had before is blurred. */
  @Test
  void aFinerScreenGetsMorePixelsAndWholeOnes() throws TimeoutException {
    Chart chart = new Chart(SMALL);
    Pane larger = new Pane(chart);
    larger.getTransforms().add(new Scale(1.25, 1.25));
    chart.relocate(10.5, 3);
    TestWindow.onFx(() -> show(new Group(larger)));
    await(() -> chart.drawings > 0);
    assertThat(pixels(chart)).isEqualTo(SMALL * 1.25);
    int before = chart.drawings;
    TestWindow.onFx(() -> stages.getLast().setRenderScaleX(2));
    await(() -> chart.drawings > before);
    assertThat(pixels(chart)).isEqualTo(SMALL * 1.25 * 2);
    assertThat(chart.getChildrenUnmodifiable().getFirst().localToScene(0, 0).getX() * 2).isCloseTo(27, within(1e-9));
  }

  private static double pixels(Chart chart) {
    return ((Canvas) chart.getChildrenUnmodifiable().getFirst()).getWidth();
  }

  @Test
  void aSceneWithoutAWindowDrawsInItsLayout() {
    Chart chart = new Chart(SMALL);
    TestWindow.onFx(
        () -> {
          Scene scene = new Scene(new Group(chart));
          scene.getRoot().layout();
          assertThat(chart.drawings).isOne();
          chart.redraw();
          scene.getRoot().layout();
          assertThat(chart.drawings).isEqualTo(2);
          scene.getRoot().layout();
          assertThat(chart.drawings).isEqualTo(2);
        });
  }

  @Test
  void whatWaitsGoesWithTheChartToAnotherWindow() throws TimeoutException {
    Chart chart = new Chart(SMALL);
    TestWindow.onFx(
        () -> {
          Pane first = new Pane(chart);
          show(first);
          chart.redraw();
          first.getChildren().clear();
          assertThat(chart.drawings).isZero();
          show(new Pane(chart));
        });
    await(() -> chart.drawings > 0);
    assertThat(chart.drawings).isOne();
  }

  private Stage show(Parent root) {
    Stage stage = new Stage();
    stages.add(stage);
    stage.setScene(new Scene(root, 600, 600));
    stage.show();
    return stage;
  }

  private static void await(BooleanSupplier condition) throws TimeoutException {
    WaitForAsyncUtils.waitFor(30, TimeUnit.SECONDS, () -> TestWindow.onFx(condition::getAsBoolean));
  }

  /** Counts pulses. */
  private static final class Pulses {
    private int count;

    void next() {
      count++;
    }
  }

  /** Counts how often it is drawn, and notes the pulse. */
  private static final class Chart extends ChartPane {
    private Pulses pulses = new Pulses();
    private int drawings;
    private int pulse;

    Chart(double side) {
      setMinSize(side, side);
      setPrefSize(side, side);
      setMaxSize(side, side);
    }

    void watch(Pulses pulses) {
      this.pulses = pulses;
    }

    @Override
    protected void draw(GraphicsContext gc, double width, double height) {
      drawings++;
      pulse = pulses.count;
    }
  }
}
