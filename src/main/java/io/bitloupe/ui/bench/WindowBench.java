package io.bitloupe.ui.bench;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.session.Session;
import io.bitloupe.ui.BitloupeApp;
import io.bitloupe.ui.distribution.HistogramChart;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Notice;
import io.bitloupe.ui.workspace.Selection;
import io.bitloupe.ui.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.event.Event;
import javafx.event.EventType;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;

/** Uses an open window as a person would and measures how evenly it draws. Every method blocks; call them off the FX thread. */
public final class WindowBench {
  private static final int[] BITS = {4, 6, 3, 5, 7, 2};
  private static final double STRIDE = 4;
  private static final int STRIDES = 40;

  private final Workspace workspace;
  private final Node root;
  private final FxScript script;
  private final ConfigEdits edits;

  /** Uses {@code window}. */
  public WindowBench(BitloupeApp.Opened window) {
    workspace = window.workspace();
    root = window.shell().root();
    script = new FxScript(window.tasks());
    edits = new ConfigEdits(workspace.layers()::nameOf);
  }

  /**
   * Opens {@code model} with {@code data} and waits until its first step is measured.
   *
   * @throws InvalidInputException with the sentence that the window shows, when they cannot be used
   */
  public void open(Path model, Path data) {
    script.run(() -> workspace.open(Optional.of(model), Optional.of(data)));
    script.await(
        "the model", () -> failure().isPresent() || workspace.modelProperty().get().filter(it -> it.path().equals(model)).isPresent());
    awaitMeasured();
  }

  /** The model and the data that are open. */
  Workbench workbench() {
    return script.get(() -> workspace.workbenchProperty().get().orElseThrow());
  }

  private Optional<Notice> failure() {
    return workspace.noticeProperty().get().filter(notice -> notice.severity() == Notice.Severity.ERROR);
  }

  /** Puts {@code steps} measured steps into the history. */
  public void fillHistory(int steps) {
    Session session = script.get(() -> workspace.session().orElseThrow());
    Session crowded = new ManySteps().of(session, layers(), steps);
    script.run(() -> workspace.restore(crowded));
    script.await("the steps", () -> workspace.historyProperty().get().steps().size() == steps);
    awaitMeasured();
  }

  /** Changes the bits of {@code changes} layers, one after the other, waiting each time until the point is measured. */
  public Pulses sweep(int changes) {
    List<Layer> layers = layers();
    PulseMeter meter = script.get(PulseMeter::new);
    script.run(meter::start);
    for (int i = 0; i < changes; i++) {
      Layer layer = layers.get((int) ((long) i * layers.size() / changes) % layers.size());
      int bits = BITS[i % BITS.length];
      QuantConfig before = script.get(workspace::config);
      script.run(
          () -> {
            workspace.layers().select(Selection.of(layer.index()));
            workspace.apply(edits.weightBits(List.of(layer), bits));
          });
      if (!script.get(workspace::config).equals(before)) {
        awaitMeasured();
      }
    }
    return script.get(meter::end);
  }

  /** Drags the upper clipping handle of the layer with the most weights to and fro, then lets it go. */
  public Pulses drag() {
    Layer largest = layers().stream().max((a, b) -> Long.compare(a.parameters(), b.parameters())).orElseThrow();
    script.run(() -> workspace.layers().select(Selection.of(largest.index())));
    script.run(() -> workspace.apply(edits.weightGranularity(List.of(largest), Granularity.TENSOR)));
    awaitMeasured();
    HistogramChart chart = script.get(() -> (HistogramChart) root.lookup("#histogram"));
    script.await("the histogram", () -> chart.showsClipOf(largest));
    int before = script.get(() -> workspace.historyProperty().get().current());
    awaitPulses();
    PulseMeter meter = script.get(PulseMeter::new);
    double start =
        script.get(
            () -> {
              double handle = chart.handleX(true);
              fire(chart, MouseEvent.MOUSE_PRESSED, handle);
              meter.onPulse(new Drag(chart, handle)::move);
              meter.start();
              return handle;
            });
    script.await("the drag", () -> meter.count() >= 3 * STRIDES);
    Pulses pulses =
        script.get(
            () -> {
              Pulses measured = meter.end();
              fire(chart, MouseEvent.MOUSE_RELEASED, start - STRIDES * STRIDE);
              return measured;
            });
    script.await("a step by the drag", () -> workspace.historyProperty().get().current() > before);
    return pulses;
  }

  /** Waits until what changed has been laid out. */
  private void awaitPulses() {
    PulseMeter meter = script.get(PulseMeter::new);
    script.run(meter::start);
    script.await("pulses", () -> meter.count() >= 2);
    script.run(meter::stop);
  }

  /** A handle that goes to and fro with the pulses. */
  private static final class Drag {
    private final HistogramChart chart;
    private final double start;
    private int moves;

    Drag(HistogramChart chart, double start) {
      this.chart = chart;
      this.start = start;
    }

    void move() {
      int phase = moves % (2 * STRIDES);
      moves++;
      fire(chart, MouseEvent.MOUSE_DRAGGED, start - STRIDE * (phase < STRIDES ? phase : 2 * STRIDES - phase));
    }
  }

  private static void fire(HistogramChart chart, EventType<MouseEvent> type, double x) {
    Point2D scene = chart.localToScene(x, chart.handleY());
    Point2D screen = chart.localToScreen(x, chart.handleY());
    boolean down = type != MouseEvent.MOUSE_RELEASED;
    MouseEvent event =
        new MouseEvent(
            type,
            scene.getX(),
            scene.getY(),
            screen.getX(),
            screen.getY(),
            MouseButton.PRIMARY,
            1,
            false,
            false,
            false,
            false,
            down,
            false,
            false,
            false,
            false,
            true,
            null);
    Event.fireEvent(chart, event);
  }

  private List<Layer> layers() {
    return script.get(() -> workspace.modelProperty().get().map(Model::layers).orElse(List.of())).stream()
        .filter(layer -> layer.weight().isPresent())
        .toList();
  }

  private void awaitMeasured() {
    script.await(
        "the point",
        () -> {
          int current = workspace.historyProperty().get().current();
          return failure().isPresent() || current > 0 && workspace.workbenchProperty().get().isPresent() && workspace.isFinished(current)
              && workspace.runningStepProperty().get() == 0;
        });
    script
        .get(this::failure)
        .ifPresent(
            notice -> {
              throw new InvalidInputException(notice.sentence());
            });
  }
}
