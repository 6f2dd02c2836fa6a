package io.bitloupe.ui.samples;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.SamplePicture;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.SampleSignal;
import io.bitloupe.engine.Workbench;
import io.bitloupe.metric.Outcomes;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.view.SampleLine;
import io.bitloupe.ui.workspace.PictureLoader;
import io.bitloupe.ui.workspace.Selection;
import io.bitloupe.ui.workspace.Workspace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.ObservableMap;

/** The samples that flipped against float under the current configuration, and one of them on its way through the network. */
public final class SamplesViewModel {
  private record SignalKey(Workbench workbench, QuantConfig config, int sample) {}

  private final Workspace workspace;
  private final LatestTask task;
  private final PictureLoader loader;
  private final BooleanProperty active = new SimpleBooleanProperty(false);
  private final BooleanProperty busy = new SimpleBooleanProperty(false);
  private final ObjectProperty<Optional<Flip>> filter = new SimpleObjectProperty<>(Optional.empty());
  private final ObjectProperty<SampleOrder> order = new SimpleObjectProperty<>(SampleOrder.FLOAT_MARGIN);
  private final ReadOnlyObjectWrapper<List<SampleLine>> lines = new ReadOnlyObjectWrapper<>(List.of());
  private final ReadOnlyObjectWrapper<Optional<SampleSignal>> signal = new ReadOnlyObjectWrapper<>(Optional.empty());
  private Optional<Outcomes> outcomes = Optional.empty();
  private Optional<SignalKey> wanted = Optional.empty();

  /** Follows {@code workspace}. */
  public SamplesViewModel(Workspace workspace) {
    this.workspace = workspace;
    task = new LatestTask(workspace.tasks());
    loader = new PictureLoader(workspace.tasks());
    workspace.historyProperty().subscribe(_ -> update());
    workspace.workbenchProperty().subscribe(_ -> update());
    active.subscribe(_ -> update());
    filter.subscribe(_ -> update());
    order.subscribe(_ -> update());
  }

  /** Whether the view can be seen; nothing is computed while it cannot. */
  public BooleanProperty activeProperty() {
    return active;
  }

  /** Whether a sample runs. */
  public BooleanProperty busyProperty() {
    return busy;
  }

  /** Which flips are shown; all when empty. */
  public ObjectProperty<Optional<Flip>> filterProperty() {
    return filter;
  }

  /** What they are sorted by. */
  public ObjectProperty<SampleOrder> orderProperty() {
    return order;
  }

  /** The flipped samples. */
  public ReadOnlyObjectProperty<List<SampleLine>> linesProperty() {
    return lines.getReadOnlyProperty();
  }

  /** The sample that is looked at, once it has run. */
  public ReadOnlyObjectProperty<Optional<SampleSignal>> signalProperty() {
    return signal.getReadOnlyProperty();
  }

  /** The selection that all views share. */
  public ReadOnlyObjectProperty<Selection> selectionProperty() {
    return workspace.layers().selectionProperty();
  }

  /** Pictures by sample. */
  public ObservableMap<Integer, SamplePicture> pictures() {
    return loader.pictures();
  }

  /** How many samples flipped, in one line. */
  public String summary() {
    return outcomes
        .map(
            it ->
                it.hasLabels()
                    ? Messages.get(
                        "samples.summary",
                        count(it, Flip.TO_WRONG),
                        count(it, Flip.TO_RIGHT),
                        count(it, Flip.CHANGED),
                        it.samples())
                    : Messages.get("samples.summaryUnlabelled", count(it, Flip.CHANGED), it.samples()))
        .orElse("");
  }

  /** Whether samples have labels, so that flips can be right or wrong. */
  public boolean hasLabels() {
    return outcomes.map(Outcomes::hasLabels).orElse(false);
  }

  /** Why there is nothing to see, in one sentence; empty when there is. */
  public Optional<String> emptySentence() {
    if (workspace.modelProperty().get().isEmpty()) {
      return Optional.of(Messages.get("samples.noModel"));
    }
    if (needsData()) {
      return Optional.of(Messages.get("samples.noData"));
    }
    if (outcomes.isEmpty()) {
      boolean measured = workspace.evaluation().filter(Evaluation::isComplete).isPresent();
      return Optional.of(Messages.get(measured ? "samples.noOutcomes" : "samples.waiting"));
    }
    if (lines.get().isEmpty()) {
      return Optional.of(Messages.get(filter.get().isPresent() ? "samples.noneOfKind" : "samples.none", outcomes.get().samples()));
    }
    return Optional.empty();
  }

  /** Whether opening data would help. */
  public boolean needsData() {
    return workspace.modelProperty().get().isPresent() && workspace.dataPathProperty().get().isEmpty();
  }

  /** Looks at {@code sample}: runs it in integers and in float. */
  public void look(int sample) {
    Optional<SignalKey> key = workspace.workbenchProperty().get().map(bench -> new SignalKey(bench, workspace.config(), sample));
    if (key.isEmpty() || key.equals(wanted)) {
      return;
    }
    wanted = key;
    SignalKey it = key.get();
    busy.set(true);
    task.run(
        Messages.get("job.sample", sample),
        _ -> workspace.inspector().ask(it.workbench(), it.config(), inspection -> inspection.signal(sample)),
        found -> {
          busy.set(false);
          signal.set(Optional.of(found));
        },
        failure -> {
          busy.set(false);
          wanted = Optional.empty();
          workspace.report(failure, Optional.empty());
        });
  }

  /** The line of the sample that is looked at. */
  public Optional<SampleLine> line() {
    return signal.get().flatMap(it -> lines.get().stream().filter(line -> line.sample() == it.sample()).findFirst());
  }

  /** Selects a layer in all views. */
  public void selectLayer(int layer) {
    workspace.layers().select(Selection.of(layer));
  }

  /** What a layer is called. */
  public String nameOf(int layer) {
    return workspace.modelProperty().get().map(Model::layers).filter(layers -> layer < layers.size()).map(layers -> layers.get(layer))
        .map((Layer it) -> workspace.layers().nameOf(it)).orElse("");
  }

  /** What class {@code index} is called. */
  public String className(int index) {
    List<String> names = workspace.workbenchProperty().get().map(Workbench::classNames).orElse(List.of());
    return index < names.size() ? names.get(index) : Messages.get("samples.class", index);
  }

  /** The label of a sample by name; empty without labels. */
  public Optional<String> label(int sample) {
    return outcomes.filter(Outcomes::hasLabels).map(it -> className(it.label(sample)));
  }

  private void update() {
    if (!active.get()) {
      return;
    }
    Optional<Outcomes> found = workspace.evaluation().flatMap(workspace::outcomes);
    outcomes = found;
    lines.set(found.map(this::makeLines).orElse(List.of()));
    Optional<Workbench> bench = workspace.workbenchProperty().get();
    List<Integer> samples = lines.get().stream().map(SampleLine::sample).toList();
    bench.ifPresent(it -> loader.load(it, samples));
    boolean stale = wanted.filter(it -> it.config().equals(workspace.config()) && samples.contains(it.sample())).isEmpty();
    if (samples.isEmpty()) {
      task.cancel();
      busy.set(false);
      wanted = Optional.empty();
      signal.set(Optional.empty());
    } else if (stale) {
      look(wanted.map(SignalKey::sample).filter(samples::contains).orElse(samples.getFirst()));
    }
  }

  private List<SampleLine> makeLines(Outcomes it) {
    List<Integer> flipped = new ArrayList<>();
    for (int sample = 0; sample < it.samples(); sample++) {
      Optional<Flip> flip = Flip.of(it, sample);
      if (flip.isPresent() && (filter.get().isEmpty() || filter.get().equals(flip))) {
        flipped.add(sample);
      }
    }
    Comparator<Integer> comparator =
        switch (order.get()) {
          case POSITION -> Comparator.naturalOrder();
          case FLOAT_MARGIN -> Comparator.comparingDouble(sample -> -it.floatMargin(sample));
          case MARGIN -> Comparator.comparingDouble(sample -> -it.margin(sample));
        };
    flipped.sort(comparator);
    return flipped.stream().map(sample -> line(it, sample)).toList();
  }

  private SampleLine line(Outcomes it, int sample) {
    Flip flip = Flip.of(it, sample).orElseThrow();
    String title =
        it.hasLabels()
            ? Messages.get("samples.title", sample, className(it.label(sample)))
            : Messages.get("samples.titleUnlabelled", sample);
    return new SampleLine(
        sample,
        title,
        Messages.get("samples.change", className(it.floatPredicted(sample)), className(it.predicted(sample))),
        Messages.get("samples.margins", Figures.significant(it.floatMargin(sample)), Figures.significant(it.margin(sample))),
        Messages.get("samples.flip." + flip),
        flip == Flip.TO_WRONG);
  }

  private static int count(Outcomes it, Flip flip) {
    int count = 0;
    for (int sample = 0; sample < it.samples(); sample++) {
      count += Flip.of(it, sample).filter(flip::equals).isPresent() ? 1 : 0;
    }
    return count;
  }
}
