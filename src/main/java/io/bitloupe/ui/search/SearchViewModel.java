package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.Workbench;
import io.bitloupe.search.MeasuredPoint;
import io.bitloupe.search.SearchListener;
import io.bitloupe.search.SearchResult;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestValue;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.workspace.Activity;
import io.bitloupe.ui.workspace.Searched;
import io.bitloupe.ui.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;

/** A search in the background, the map that it fills, and the measured front to choose from. */
public final class SearchViewModel {

  /** The width whose loss the layer table shows: the first at which most layers differ. */
  private static final int BAR_BITS = 4;

  private final Workspace workspace;
  private final Searching searching;
  private final List<Integer> widths;
  private final BooleanProperty active = new SimpleBooleanProperty(false);
  private final ReadOnlyObjectWrapper<Optional<Job>> running = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<SensitivityGrid> grid;
  private final ReadOnlyObjectWrapper<Optional<SearchResult>> result = new ReadOnlyObjectWrapper<>(Optional.empty());

  /**
   * Follows {@code workspace}.
   *
   * @param widths widths to choose from, the widest first
   */
  public SearchViewModel(Workspace workspace, Searching searching, List<Integer> widths) {
    this.workspace = workspace;
    this.searching = searching;
    this.widths = List.copyOf(widths);
    this.grid = new ReadOnlyObjectWrapper<>(SensitivityGrid.empty(widths));
    workspace.workbenchProperty().subscribe(_ -> forget());
    // Nothing is heard of a job that was cancelled from the status bar.
    workspace.activityProperty().subscribe(_ -> running.get().filter(Job::isCancelled).ifPresent(_ -> running.set(Optional.empty())));
  }

  /** Whether the view can be seen. */
  public BooleanProperty activeProperty() {
    return active;
  }

  /** The search that runs. */
  public ReadOnlyObjectProperty<Optional<Job>> runningProperty() {
    return running.getReadOnlyProperty();
  }

  /** What each layer loses at each width, as far as it is measured. */
  public ReadOnlyObjectProperty<SensitivityGrid> gridProperty() {
    return grid.getReadOnlyProperty();
  }

  /** What the last search found. */
  public ReadOnlyObjectProperty<Optional<SearchResult>> resultProperty() {
    return result.getReadOnlyProperty();
  }

  /** The name that the layer called {@code name} goes by in the window. */
  String shownName(String name) {
    return workspace.modelProperty().get().stream()
        .flatMap(model -> model.layers().stream())
        .filter(layer -> layer.name().equals(name))
        .map(workspace::nameOf)
        .findFirst()
        .orElse(name);
  }

  /** Changes when a search becomes possible or impossible. */
  public ReadOnlyObjectProperty<Optional<Workbench>> workbenchProperty() {
    return workspace.workbenchProperty();
  }

  private void forget() {
    halt();
    clear();
  }

  private void clear() {
    grid.set(SensitivityGrid.empty(widths));
    result.set(Optional.empty());
    workspace.show(Searched.NOTHING);
  }

  /** Starts a search from the current configuration. */
  public void start() {
    Optional<Workbench> workbench = workspace.workbenchProperty().get();
    if (workbench.isEmpty() || running.get().isPresent()) {
      return;
    }
    workspace.stop();
    Job job = new Job(Messages.get("job.search"));
    running.set(Optional.of(job));
    clear();
    workspace.beginActivity(Activity.Kind.SEARCHING, job);
    QuantConfig base = workspace.config();
    Filling filling = new Filling();
    workspace
        .tasks()
        .run(
            job,
            () -> searching.run(workbench.get(), base, filling, job),
            found -> {
              end(job);
              result.set(Optional.of(found));
              workspace.measure();
            },
            failure -> {
              end(job);
              workspace.report(failure, Optional.empty());
              workspace.measure();
            });
  }

  /** Stops the search; what it had taken the place of is measured on. */
  public void stop() {
    if (running.get().isPresent()) {
      halt();
      workspace.measure();
    }
  }

  private void halt() {
    running
        .get()
        .ifPresent(
            job -> {
              job.cancel();
              end(job);
            });
  }

  private void end(Job job) {
    workspace.endActivity(job);
    running.set(Optional.empty());
  }

  /** The front, by rising size; empty before a search has ended. */
  public List<MeasuredPoint> front() {
    return result.get().map(SearchResult::front).orElse(List.of());
  }

  /** Makes a point of the front the current configuration. */
  public void choose(int index) {
    if (index >= 0 && index < front().size()) {
      apply(front().get(index));
    }
  }

  /** Makes the smallest configuration within the allowed loss the current one. */
  public void chooseSmallest() {
    result.get().ifPresent(found -> apply(found.chosen()));
  }

  private void apply(MeasuredPoint point) {
    workspace.apply(
        new ConfigChange(
            Messages.get("search.change", Figures.fixed(point.weightBytes() * 1e-3, 1)),
            config -> config.with(point.config().tensors())));
  }

  /** A point of the front in one line. */
  public String describe(MeasuredPoint point) {
    return Messages.get(
        "search.point",
        Figures.fixed(point.weightBytes() * 1e-3, 1),
        Figures.fixed(100 * point.tuning().headline(), 2),
        Figures.fixed(100 * point.tuning().headlineInterval().low(), 2),
        Figures.fixed(100 * point.tuning().headlineInterval().high(), 2));
  }

  /** The last search in one line. */
  public String summary() {
    return result
        .get()
        .map(
            found ->
                Messages.get(
                    "search.summary",
                    found.policies(),
                    Figures.fixed(found.seconds(), 1),
                    Figures.fixed(found.additivity(), 3)))
        .orElse("");
  }

  /** Gathers entries on the searching thread and shows them on the FX thread. */
  private final class Filling implements SearchListener {
    private final AtomicReference<SensitivityGrid> filled = new AtomicReference<>(SensitivityGrid.empty(widths));
    private final AtomicReference<Searched> searched = new AtomicReference<>(Searched.NOTHING);
    private final LatestValue<Searched> beside = new LatestValue<>(workspace.tasks(), workspace::show);
    private final int bar = widths.contains(BAR_BITS) ? BAR_BITS : widths.getLast();
    private final LatestValue<SensitivityGrid> shown = new LatestValue<>(workspace.tasks(), grid::set);

    @Override
    public void onSensitivity(String layer, int bits, double loss, Response response) {
      shown.set(filled.updateAndGet(known -> known.with(layer, bits, loss)));
      if (bits == bar) {
        beside.set(searched.updateAndGet(known -> known.with(layer, loss)));
      }
    }

    @Override
    public void onMeasured(MeasuredPoint point) {
      Searched.Candidate candidate =
          new Searched.Candidate(point.tuning().headline(), point.tuning().headlineInterval(), point.weightBytes());
      beside.set(searched.updateAndGet(known -> known.with(candidate)));
    }
  }
}
