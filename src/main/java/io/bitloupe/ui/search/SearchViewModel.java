package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.search.MeasuredPoint;
import io.bitloupe.search.SearchListener;
import io.bitloupe.search.SearchResult;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestValue;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.workspace.LongJob;
import io.bitloupe.ui.workspace.Searched;
import io.bitloupe.ui.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** A search in the background, the map that it fills, and the measured front to choose from. */
public final class SearchViewModel {

  private final Workspace workspace;
  private final Searching searching;
  private final SearchForm form;
  private final LongJob search;
  private Optional<SearchWish> asked = Optional.empty();
  private final ReadOnlyObjectWrapper<SensitivityGrid> grid;
  private final ReadOnlyObjectWrapper<Optional<SearchResult>> result = new ReadOnlyObjectWrapper<>(Optional.empty());

  /**
   * Follows {@code workspace}.
   *
   * @param form what is asked of a search
   */
  public SearchViewModel(Workspace workspace, Searching searching, SearchForm form) {
    this.workspace = workspace;
    this.searching = searching;
    this.form = form;
    this.grid = new ReadOnlyObjectWrapper<>(SensitivityGrid.empty(form.widthsOrStandard()));
    search = new LongJob(workspace);
    workspace.workbenchProperty().subscribe(_ -> forget());
    workspace.layers().pinsProperty().subscribe(_ -> forgetFront());
  }

  /** Whether a search runs. */
  public ReadOnlyBooleanProperty runningProperty() {
    return search.runningProperty();
  }

  /** What is asked of a search. */
  public SearchForm form() {
    return form;
  }

  /** Has the form offer the profiles that ship. */
  void offerProfiles() {
    workspace.tasks().run(new Job(Messages.get("job.hardware")), Hardware::shipped, form::offer, this::report);
  }

  /** Has the form offer what {@code file} says of hardware, and choose it; {@code onRefused} hears the sentence when it says nothing. */
  public void readHardware(Path file, Consumer<String> onRefused) {
    workspace
        .tasks()
        .run(
            new Job(Messages.get("job.hardware")),
            () -> Hardware.read(file),
            form::choose,
            failure -> {
              if (failure instanceof InvalidInputException refused) {
                onRefused.accept(Optional.ofNullable(refused.getMessage()).orElse(""));
              } else {
                report(failure);
              }
            });
  }

  private void report(Exception failure) {
    workspace.report(failure, Optional.empty());
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
    return workspace.layers().nameOf(name);
  }

  /** Changes when a search becomes possible or impossible. */
  public ReadOnlyObjectProperty<Optional<Workbench>> workbenchProperty() {
    return workspace.workbenchProperty();
  }

  private void forget() {
    search.stop();
    clear();
  }

  /** What was found for other pins is not what would become of the layers that are pinned now; their losses stay. */
  private void forgetFront() {
    search.stop();
    result.set(Optional.empty());
  }

  private void clear() {
    grid.set(SensitivityGrid.empty(form.widthsOrStandard()));
    result.set(Optional.empty());
    workspace.show(Searched.NOTHING);
  }

  /** Starts a search from the current configuration; pinned layers keep what they have. */
  public void start() {
    Optional<Workbench> workbench = workspace.workbenchProperty().get();
    if (workbench.isEmpty() || search.runningProperty().get()) {
      return;
    }
    QuantConfig base = workspace.config();
    SearchWish wish;
    try {
      wish = form.wish(workspace.layers().pinned().stream().map(Layer::name).toList());
    } catch (InvalidInputException refused) {
      workspace.report(refused, Optional.empty());
      return;
    }
    workspace.dismissNotice();
    search.start(
        Messages.get("job.search"),
        this::start,
        () -> {
          asked = Optional.of(wish);
          clear();
        },
        job -> searching.run(workbench.get(), base, wish, new Filling(base, wish, job), job),
        found -> result.set(Optional.of(found)));
  }

  /** Stops the search. */
  public void stop() {
    search.stop();
  }

  /** The front, by rising size; empty before a search has ended. */
  public List<MeasuredPoint> front() {
    return result.get().map(SearchResult::front).orElse(List.of());
  }

  /** Where to begin on the front: at the current configuration where it is there, else at the one that was looked for. */
  int beginning() {
    List<MeasuredPoint> front = front();
    QuantConfig now = workspace.config();
    long wanted = result.get().map(found -> found.chosen().weightBytes()).orElse(0L);
    return IntStream.range(0, front.size())
        .filter(index -> now.with(front.get(index).config().tensors()).equals(now))
        .findFirst()
        .orElseGet(() -> (int) front.stream().filter(point -> point.weightBytes() < wanted).count());
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
        point.tuning().right().isPresent() ? "search.point" : "search.pointUnlabelled",
        Figures.bytes(point.weightBytes()),
        Figures.fixed(100 * point.tuning().headline(), 2),
        Figures.fixed(100 * point.tuning().headlineInterval().low(), 2),
        Figures.fixed(100 * point.tuning().headlineInterval().high(), 2));
  }

  /** Whether what was found last is the smallest within a loss, rather than the best within other limits. */
  boolean isForSmallest() {
    return asked.map(wish -> wish.request().mostLost().isPresent()).orElse(true);
  }

  /** What the button that starts a search says: what is asked for in a few words. */
  String startText() {
    try {
      return form.isForSmallest()
          ? Messages.get("search.start", Double.valueOf(form.lostProperty().get().strip()))
          : Messages.get("search.startLimits");
    } catch (NumberFormatException unfinished) {
      return Messages.get("search.startLimits");
    }
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
    private final AtomicReference<SensitivityGrid> filled;
    private final AtomicReference<Searched> searched;
    private final LatestValue<Searched> beside;
    private final LatestValue<SensitivityGrid> shown;

    Filling(QuantConfig base, SearchWish wish, Job job) {
      List<Integer> widths = wish.request().choices().widths();
      filled = new AtomicReference<>(SensitivityGrid.around(base, widths));
      searched = new AtomicReference<>(Searched.NOTHING.withLosses(base, Map.of()));
      beside = search.updates(job, workspace::show);
      shown = search.updates(job, grid::set);
    }

    @Override
    public void onSensitivity(Cell.Target target, String layer, int bits, double loss, Response response) {
      shown.set(filled.updateAndGet(known -> known.with(layer, bits, new SensitivityGrid.Entry(loss, true))));
      if (bits == Searched.BITS && target == Cell.Target.WEIGHT) {
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
