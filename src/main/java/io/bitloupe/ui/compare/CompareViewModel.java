package io.bitloupe.ui.compare;

import io.bitloupe.data.SamplePicture;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Outcomes;
import io.bitloupe.metric.Pairing;
import io.bitloupe.model.Model;
import io.bitloupe.session.History;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.view.SampleLine;
import io.bitloupe.ui.workspace.Comparands;
import io.bitloupe.ui.workspace.PictureLoader;
import io.bitloupe.ui.workspace.Selection;
import io.bitloupe.ui.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.collections.ObservableMap;

/** Two measured steps side by side: what differs, what it cost, which samples flipped between them. */
public final class CompareViewModel {
  /** What a comparison depends on. */
  private record Subject(Model model, HistoryStep a, HistoryStep b) {}

  /**
   * A figure of both.
   *
   * @param label what it is
   * @param a of A
   * @param b of B
   * @param difference B against A
   * @param detail interval, or what is missing
   */
  public record Figure(String label, String a, String b, String difference, String detail) {}

  private final Workspace workspace;
  private final LatestTask task;
  private final PictureLoader loader;
  private final BooleanProperty active = new SimpleBooleanProperty(false);
  private final BooleanProperty onlyDifferences = new SimpleBooleanProperty(false);
  private final ReadOnlyObjectWrapper<Optional<Comparison>> comparison = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<List<SampleLine>> lines = new ReadOnlyObjectWrapper<>(List.of());
  private Optional<Subject> subject = Optional.empty();

  /** Follows {@code workspace}. */
  public CompareViewModel(Workspace workspace) {
    this.workspace = workspace;
    task = new LatestTask(workspace.tasks());
    loader = new PictureLoader(workspace.tasks());
    workspace.historyProperty().subscribe(_ -> update());
    workspace.comparandsProperty().subscribe(_ -> update());
    active.subscribe(_ -> update());
  }

  /** Whether the view can be seen; nothing is computed while it cannot. */
  public BooleanProperty activeProperty() {
    return active;
  }

  /** Whether layers that both treat alike are left out. */
  public BooleanProperty onlyDifferencesProperty() {
    return onlyDifferences;
  }

  /** Both steps; empty while fewer than two are measured. */
  public ReadOnlyObjectProperty<Optional<Comparison>> comparisonProperty() {
    return comparison.getReadOnlyProperty();
  }

  /** The samples that both answer differently. */
  public ReadOnlyObjectProperty<List<SampleLine>> linesProperty() {
    return lines.getReadOnlyProperty();
  }

  /** The selection that all views share. */
  public ReadOnlyObjectProperty<Selection> selectionProperty() {
    return workspace.layers().selectionProperty();
  }

  /** Pictures by sample. */
  public ObservableMap<Integer, SamplePicture> pictures() {
    return loader.pictures();
  }

  /** The steps that can be compared. */
  public List<HistoryStep> choices() {
    return workspace.historyProperty().get().steps().stream().filter(CompareViewModel::isMeasured).toList();
  }

  /** Compares {@code step} as A. */
  public void setA(HistoryStep step) {
    workspace.compare(new Comparands(step.number(), comparison.get().map(it -> it.b().number()).orElse(0)));
  }

  /** Compares {@code step} as B. */
  public void setB(HistoryStep step) {
    workspace.compare(new Comparands(comparison.get().map(it -> it.a().number()).orElse(0), step.number()));
  }

  /** Makes A of B and B of A. */
  public void swap() {
    comparison.get().ifPresent(it -> workspace.compare(new Comparands(it.b().number(), it.a().number())));
  }

  /** Makes B the current configuration. */
  public void load() {
    comparison.get().ifPresent(it -> workspace.jumpTo(it.b().number()));
  }

  /** Selects a layer in all views. */
  public void selectLayer(int layer) {
    workspace.layers().select(Selection.of(layer));
  }

  /** The layers to show. */
  public List<CompareRow> rows() {
    List<CompareRow> all = comparison.get().map(Comparison::rows).orElse(List.of());
    return onlyDifferences.get() ? all.stream().filter(CompareRow::differs).toList() : all;
  }

  /** How many layers differ, in one line. */
  public String summary() {
    return comparison
        .get()
        .map(it -> Messages.get("compare.summary", it.rows().stream().filter(CompareRow::differs).count(), it.rows().size()))
        .orElse("");
  }

  /** How many samples flipped between both, in one line. */
  public String flipSummary() {
    return comparison
        .get()
        .map(
            it ->
                it.pairing()
                    .map(pair -> Messages.get("compare.flips", pair.gained().size(), pair.lost().size(), otherFlips(pair), pair.samples()))
                    .orElse(Messages.get("compare.noPairs")))
        .orElse("");
  }

  /** Why there is nothing to see, in one sentence; empty when there is. */
  public Optional<String> emptySentence() {
    if (workspace.modelProperty().get().isEmpty()) {
      return Optional.of(Messages.get("compare.noModel"));
    }
    return choices().size() < 2 ? Optional.of(Messages.get("compare.tooFew")) : Optional.empty();
  }

  /** Accuracy, size and latency of both. */
  public List<Figure> figures() {
    return comparison.get().map(it -> List.of(accuracy(it), size(it), latency(it))).orElse(List.of());
  }

  private static Figure accuracy(Comparison it) {
    double a = it.measuredA().quality().headline();
    double b = it.measuredB().quality().headline();
    boolean labelled = it.measuredB().quality().accuracy().isPresent();
    String label = Messages.get(labelled ? "headline.top1" : "headline.agreement");
    Optional<Interval> interval = it.pairing().map(Pairing::interval);
    double difference = it.pairing().map(Pairing::difference).orElse(b - a);
    return new Figure(
        label,
        Figures.percent(a, 1),
        Figures.percent(b, 1),
        Messages.get("figure.points", Figures.points(difference)),
        interval
            .map(found -> Messages.get("compare.interval", Figures.points(found.low()), Figures.points(found.high())))
            .orElse(Messages.get("compare.noInterval")));
  }

  private static Figure size(Comparison it) {
    long a = it.measuredA().cost().weightBytes();
    long b = it.measuredB().cost().weightBytes();
    return new Figure(
        Messages.get("headline.size"),
        Figures.bytes(a),
        Figures.bytes(b),
        relative((double) a, (double) b),
        Messages.get("compare.sizeDetail"));
  }

  /** Each was timed beside the float model: what the machine did in the meantime must not count as a difference. */
  private static Figure latency(Comparison it) {
    Optional<DeploymentTiming> a = it.measuredA().latency().deployed(DeploymentLoad.SINGLE);
    Optional<DeploymentTiming> b = it.measuredB().latency().deployed(DeploymentLoad.SINGLE);
    boolean both = a.isPresent() && b.isPresent();
    return new Figure(
        Messages.get("headline.latency"),
        ofFloat(a),
        ofFloat(b),
        both ? relative(a.get().percentOfFloat().median(), b.get().percentOfFloat().median()) : Figures.UNKNOWN,
        Messages.get("compare.latencyDetail", milliseconds(a), milliseconds(b)));
  }

  private static String ofFloat(Optional<DeploymentTiming> timing) {
    return timing.map(it -> Figures.percent(it.percentOfFloat().median() / 100, 1)).orElse(Figures.UNKNOWN);
  }

  private static String milliseconds(Optional<DeploymentTiming> timing) {
    return timing.map(it -> Figures.milliseconds(it.qdq().median())).orElse(Figures.UNKNOWN);
  }

  private static String relative(double a, double b) {
    double change = a == 0 ? 0 : b / a - 1;
    String text = Figures.percent(change, 1);
    return change > 0 && !text.startsWith("0.0") ? Messages.get("compare.more", text) : text;
  }

  private static boolean isMeasured(HistoryStep step) {
    return step.measured().filter(Evaluation::isComplete).isPresent();
  }

  private void update() {
    if (!active.get()) {
      return;
    }
    List<HistoryStep> measured = choices();
    Optional<Model> model = workspace.modelProperty().get();
    if (measured.size() < 2 || model.isEmpty()) {
      subject = Optional.empty();
      comparison.set(Optional.empty());
      lines.set(List.of());
      return;
    }
    History history = workspace.historyProperty().get();
    Comparands wanted = workspace.comparandsProperty().get();
    HistoryStep b = pick(measured, wanted.b(), history.current());
    HistoryStep a = pick(measured.stream().filter(step -> step.number() != b.number()).toList(), wanted.a(), b.parent());
    Optional<Subject> now = Optional.of(new Subject(model.get(), a, b));
    if (now.equals(subject)) {
      return;
    }
    subject = now;
    Optional<Outcomes> ofA = workspace.outcomes(a.measured().orElseThrow());
    Optional<Outcomes> ofB = workspace.outcomes(b.measured().orElseThrow());
    task.run(
        Messages.get("job.compare"),
        _ -> Comparison.of(model.get(), a, b, workspace.layers()::nameOf, ofA, ofB),
        made -> show(made, ofA, ofB),
        failure -> workspace.report(failure, Optional.empty()));
  }

  /** The step that was chosen, else the second choice, else the last. */
  private static HistoryStep pick(List<HistoryStep> steps, int wanted, int fallback) {
    return steps.stream()
        .filter(step -> step.number() == wanted)
        .findFirst()
        .or(() -> steps.stream().filter(step -> step.number() == fallback).findFirst())
        .orElseGet(steps::getLast);
  }

  private void show(Comparison made, Optional<Outcomes> ofA, Optional<Outcomes> ofB) {
    comparison.set(Optional.of(made));
    if (made.pairing().isEmpty()) {
      lines.set(List.of());
      return;
    }
    Outcomes a = ofA.orElseThrow();
    Outcomes b = ofB.orElseThrow();
    Pairing pairing = made.pairing().get();
    lines.set(pairing.changed().stream().map(sample -> line(sample, a, b, pairing)).toList());
    Optional<Workbench> bench = workspace.workbenchProperty().get();
    bench.ifPresent(it -> loader.load(it, pairing.changed()));
  }

  private SampleLine line(int sample, Outcomes a, Outcomes b, Pairing pairing) {
    boolean gained = pairing.gained().contains(sample);
    boolean lost = pairing.lost().contains(sample);
    String title =
        a.hasLabels()
            ? Messages.get("samples.title", sample, className(a.label(sample)))
            : Messages.get("samples.titleUnlabelled", sample);
    return new SampleLine(
        sample,
        title,
        Messages.get("samples.change", className(a.predicted(sample)), className(b.predicted(sample))),
        Messages.get("samples.margins", Figures.significant(a.margin(sample)), Figures.significant(b.margin(sample))),
        Messages.get(gained ? "compare.gained" : lost ? "compare.lost" : "compare.other"),
        lost);
  }

  private static int otherFlips(Pairing pairing) {
    return pairing.changed().size() - pairing.gained().size() - pairing.lost().size();
  }

  private String className(int index) {
    List<String> names = workspace.workbenchProperty().get().map(Workbench::classNames).orElse(List.of());
    return index < names.size() ? names.get(index) : Messages.get("samples.class", index);
  }
}
