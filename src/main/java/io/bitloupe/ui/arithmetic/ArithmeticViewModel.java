package io.bitloupe.ui.arithmetic;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.ElementStory;
import io.bitloupe.engine.LayerCapture;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.Layer;
import io.bitloupe.quant.Requantization;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.task.Tasks;
import io.bitloupe.ui.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;

/** One output element of the selected layer, for one sample: which one, and its computation line by line. */
public final class ArithmeticViewModel {
  private static final Duration PLAY_PERIOD = Duration.ofMillis(1400);

  /** What a capture depends on. */
  private record Subject(Workbench workbench, QuantConfig config, Layer layer, int sample) {}

  /**
   * What is shown.
   *
   * @param capture the layer on the sample
   * @param axes of its output
   * @param story the element
   * @param kind the requantization that is shown
   * @param steps the computation line by line
   * @param products the products in order
   */
  public record Shown(
      LayerCapture capture,
      List<OutputAxis> axes,
      ElementStory story,
      Requantization kind,
      List<ArithmeticStep> steps,
      List<ProductRow> products) {
    /** Copies the lists. */
    public Shown {
      axes = List.copyOf(axes);
      steps = List.copyOf(steps);
      products = List.copyOf(products);
    }

    /** Whether another requantization than the runtime's is shown. */
    public boolean isOtherKind() {
      return kind != capture.requantization() && !capture.throughReals();
    }
  }

  private final Workspace workspace;
  private final LatestTask task;
  private final LatestTask following;
  private final Random random;
  private final BooleanProperty active = new SimpleBooleanProperty(false);
  private final BooleanProperty busy = new SimpleBooleanProperty(false);
  private final BooleanProperty playing = new SimpleBooleanProperty(false);
  private final BooleanProperty largestFirst = new SimpleBooleanProperty(false);
  private final ReadOnlyIntegerWrapper step = new ReadOnlyIntegerWrapper(0);
  private final ReadOnlyObjectWrapper<Optional<Shown>> shown = new ReadOnlyObjectWrapper<>(Optional.empty());
  private Optional<Subject> subject = Optional.empty();
  private Optional<Requantization> wantedKind = Optional.empty();
  private boolean inFloat;
  private int sample;
  private int element;
  private Tasks.Scheduled tick = () -> {};

  /** Follows {@code workspace}; random elements come from {@code random}. */
  public ArithmeticViewModel(Workspace workspace, Random random) {
    this.workspace = workspace;
    this.random = random;
    task = new LatestTask(workspace.tasks());
    following = new LatestTask(workspace.tasks());
    workspace.layers().selectionProperty().subscribe(_ -> update());
    workspace.historyProperty().subscribe(_ -> update());
    workspace.workbenchProperty().subscribe(_ -> update());
    active.subscribe(_ -> update());
  }

  /** Whether the view can be seen; nothing is computed while it cannot. */
  public BooleanProperty activeProperty() {
    return active;
  }

  /** Whether a sample runs. */
  public BooleanProperty busyProperty() {
    return busy;
  }

  /** Whether the lines are shown one after the other. */
  public BooleanProperty playingProperty() {
    return playing;
  }

  /** Whether the products with the largest contributions come first. */
  public BooleanProperty largestFirstProperty() {
    return largestFirst;
  }

  /** The line that stands out, from 0. */
  public ReadOnlyIntegerProperty stepProperty() {
    return step.getReadOnlyProperty();
  }

  /** The element; the old one stays until the new one is there. */
  public ReadOnlyObjectProperty<Optional<Shown>> shownProperty() {
    return shown.getReadOnlyProperty();
  }

  /** Title: the layer's name. */
  public String title() {
    return workspace.layers().lead().map(workspace.layers()::nameOf).orElse("");
  }

  /** The layer in one line. */
  public String subtitle() {
    return workspace.layers()
        .lead()
        .map(layer -> Messages.get("arithmetic.subtitle", Terms.operator(layer), layer.inputShape(), layer.outputShape()))
        .orElse("");
  }

  /** Why there is nothing to see, in one sentence; empty when there is. */
  public Optional<String> emptySentence() {
    if (workspace.layers().lead().isEmpty()) {
      return Optional.of(Messages.get("arithmetic.noLayer"));
    }
    if (workspace.workbenchProperty().get().isEmpty()) {
      return Optional.of(Messages.get(needsData() ? "arithmetic.noData" : "arithmetic.waiting"));
    }
    return inFloat ? Optional.of(Messages.get("arithmetic.inFloat")) : Optional.empty();
  }

  /** Whether opening data would help. */
  public boolean needsData() {
    return workspace.modelProperty().get().isPresent() && workspace.dataPathProperty().get().isEmpty();
  }

  /** Number of samples to choose from. */
  public int samples() {
    return workspace.workbenchProperty().get().map(it -> it.data().report().size()).orElse(1);
  }

  /** Shows sample {@code index} of the report part. */
  public void setSample(int index) {
    sample = Math.clamp(index, 0, samples() - 1);
    update();
  }

  /** Shows the element at {@code position} along {@code axis}, the others as they are. */
  public void setPosition(OutputAxis axis, int position) {
    shown.get().ifPresent(it -> show(it.capture(), axis.with(element, Math.clamp(position, 0, axis.size() - 1))));
  }

  /** Shows the element with the greatest difference to float. */
  public void showLargestError() {
    shown.get().ifPresent(it -> show(it.capture(), it.capture().largestError()));
  }

  /** Shows some element. */
  public void showRandom() {
    shown.get().ifPresent(it -> show(it.capture(), it.capture().randomElement(random)));
  }

  /** Shows what {@code kind} would make of the accumulator. */
  public void setKind(Requantization kind) {
    wantedKind = Optional.of(kind);
    shown.get().ifPresent(it -> show(it.capture(), element));
  }

  /** Makes line {@code index} stand out, kept within the lines. */
  public void goTo(int index) {
    step.set(Math.clamp(index, 0, ArithmeticSteps.COUNT - 1));
  }

  /** Starts to show the lines one after the other, or stops. */
  public void togglePlay() {
    boolean start = !playing.get();
    tick.cancel();
    playing.set(start);
    if (start) {
      goTo(step.get() == ArithmeticSteps.COUNT - 1 ? 0 : step.get());
      schedule();
    }
  }

  /** The products in the order that is wanted. */
  public List<ProductRow> rows(Shown it) {
    return largestFirst.get() ? ProductRow.largestFirst(it.products()) : it.products();
  }

  private void schedule() {
    tick = workspace.tasks().schedule(PLAY_PERIOD, this::onTick);
  }

  private void onTick() {
    goTo(step.get() + 1);
    if (step.get() == ArithmeticSteps.COUNT - 1 || !active.get()) {
      playing.set(false);
    } else {
      schedule();
    }
  }

  private void update() {
    if (!active.get()) {
      return;
    }
    Optional<Workbench> workbench = workspace.workbenchProperty().get();
    Optional<Layer> layer = workspace.layers().lead();
    sample = Math.clamp(sample, 0, samples() - 1);
    Optional<Subject> wanted =
        workbench.flatMap(bench -> layer.map(it -> new Subject(bench, workspace.config(), it, sample)));
    if (wanted.equals(subject)) {
      return;
    }
    subject = wanted;
    if (wanted.isEmpty()) {
      task.cancel();
      following.cancel();
      busy.set(false);
      inFloat = false;
      shown.set(Optional.empty());
      return;
    }
    Subject it = wanted.get();
    busy.set(true);
    task.run(
        Messages.get("job.arithmetic"),
        _ -> workspace.inspector().ask(it.workbench(), it.config(), inspection -> inspection.capture(it.layer(), it.sample())),
        this::onCapture,
        failure -> {
          busy.set(false);
          subject = Optional.empty();
          workspace.report(failure, Optional.empty());
        });
  }

  private void onCapture(Optional<LayerCapture> capture) {
    busy.set(false);
    inFloat = capture.isEmpty();
    Optional<Shown> before = shown.get();
    if (capture.isEmpty()) {
      following.cancel();
      shown.set(Optional.empty());
      return;
    }
    LayerCapture it = capture.get();
    boolean same = before.filter(old -> old.capture().layer().equals(it.layer())).isPresent();
    show(it, same ? element : it.largestError());
  }

  private void show(LayerCapture capture, int wanted) {
    element = wanted;
    Requantization kind = wantedKind.orElse(capture.requantization());
    following.run(
        Messages.get("job.arithmetic"),
        _ -> follow(capture, wanted, kind),
        made -> shown.set(Optional.of(made)),
        failure -> workspace.report(failure, Optional.empty()));
  }

  private static Shown follow(LayerCapture capture, int element, Requantization kind) {
    ElementStory story = capture.follow(element, kind);
    return new Shown(
        capture,
        OutputAxis.of(capture.layer(), capture.outputShape()),
        story,
        kind,
        ArithmeticSteps.of(story),
        ProductRow.of(story.trace()));
  }
}
