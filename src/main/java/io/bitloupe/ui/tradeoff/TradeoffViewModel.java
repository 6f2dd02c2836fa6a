package io.bitloupe.ui.tradeoff;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.cost.EnergyTable;
import io.bitloupe.cost.LayerWork;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.session.History;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.workspace.Comparands;
import io.bitloupe.ui.workspace.Notice;
import io.bitloupe.ui.workspace.Searched;
import io.bitloupe.ui.workspace.SpeedTimer;
import io.bitloupe.ui.workspace.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleObjectProperty;

/** The measured configurations as points. */
public final class TradeoffViewModel {
  private final Workspace workspace;
  private final SpeedTimer timer;
  private final ReadOnlyObjectWrapper<TradeoffData> data = new ReadOnlyObjectWrapper<>(TradeoffData.EMPTY);
  private final ReadOnlyStringWrapper summary = new ReadOnlyStringWrapper("");
  private final ObjectProperty<PointScope> scope = new SimpleObjectProperty<>(PointScope.ALL);
  private final ConfigKeys keys = new ConfigKeys();
  /** Points of steps that rest, by the step itself: with a long history most of them are the same as last time. */
  private Map<HistoryStep, TradeoffPoint> resting = new IdentityHashMap<>();
  private final ObjectProperty<CostAxis> latency = new SimpleObjectProperty<>(CostAxis.DEPLOYED);

  /** Follows {@code workspace}; {@code timer} times its configurations when the user asks. */
  public TradeoffViewModel(Workspace workspace, SpeedTimer timer) {
    this.workspace = workspace;
    this.timer = timer;
    workspace.historyProperty().subscribe(_ -> update());
    workspace.runningStepProperty().subscribe(_ -> update());
    scope.subscribe(_ -> update());
  }

  /** Which steps are points. */
  public ObjectProperty<PointScope> scopeProperty() {
    return scope;
  }

  /** The points. */
  public ReadOnlyObjectProperty<TradeoffData> dataProperty() {
    return data.getReadOnlyProperty();
  }

  /** Configurations that a search has measured. */
  public ReadOnlyObjectProperty<Searched> searchedProperty() {
    return workspace.searchedProperty();
  }

  /** How many points there are. */
  public ReadOnlyStringProperty summaryProperty() {
    return summary.getReadOnlyProperty();
  }

  /** Which latency the second chart shows. */
  public ObjectProperty<CostAxis> latencyProperty() {
    return latency;
  }

  /** What the second chart can show accuracy against; loads that are the same on this machine once. */
  public List<CostAxis> axes() {
    return Arrays.stream(CostAxis.values())
        .filter(axis -> axis != CostAxis.SIZE && (axis == CostAxis.DEPLOYED || !axis.load().equals(CostAxis.DEPLOYED.load())))
        .toList();
  }

  /** Why there are no points, in one sentence. */
  public String emptySentence() {
    if (workspace.modelProperty().get().isEmpty()) {
      return Messages.get("tradeoff.noModel");
    }
    return Messages.get(workspace.dataPathProperty().get().isEmpty() ? "tradeoff.noData" : "tradeoff.waiting");
  }

  /** Whether opening data would bring points. */
  public boolean needsData() {
    return workspace.modelProperty().get().isPresent() && workspace.dataPathProperty().get().isEmpty();
  }

  /** What {@link #emptySentence} depends on, beside the model. */
  public ReadOnlyObjectProperty<?> dataPathProperty() {
    return workspace.dataPathProperty();
  }

  /** What {@link #emptySentence} depends on, beside the data. */
  public ReadOnlyObjectProperty<?> modelProperty() {
    return workspace.modelProperty();
  }

  /** Writes a picture off the FX thread and says where it is. */
  public void save(Path file, Runnable write) {
    workspace
        .tasks()
        .run(
            new Job(Messages.get("job.export", file.getFileName())),
            () -> {
              write.run();
              return file;
            },
            written -> workspace.show(Notice.information(Messages.get("notice.exported", written.toString()), List.of())),
            failure -> workspace.report(failure, Optional.empty()));
  }

  /** Compares the configuration of a point, as A, with the current one. */
  public void compare(TradeoffPoint point) {
    workspace.compare(new Comparands(point.step(), workspace.historyProperty().get().current()));
  }

  /** Starts a branch at a point. */
  public void branch(TradeoffPoint point) {
    workspace.branch(point.step());
  }

  /** Loads the configuration of a point. */
  public void load(TradeoffPoint point) {
    workspace.jumpTo(point.step());
  }

  /** Whether configurations are being timed. */
  public ReadOnlyBooleanProperty timingProperty() {
    return timer.runningProperty();
  }

  /** Whether a point can be timed in ONNX Runtime. */
  public boolean canTime(TradeoffPoint point) {
    return timer.canTime(point.step());
  }

  /** Times the configuration of a point in ONNX Runtime. */
  public void time(TradeoffPoint point) {
    timer.time(List.of(point.step()));
  }

  /** Times all points that have no place on {@code axis} yet, or stops that. */
  public void toggleTiming(CostAxis axis) {
    if (timer.runningProperty().get()) {
      timer.stop();
    } else {
      timer.time(untimed(axis));
    }
  }

  /** The steps of the points that were not timed as {@code axis} asks; none where it shows no time in ONNX Runtime. */
  public List<Integer> untimed(CostAxis axis) {
    List<Integer> steps = data.get().points().stream().map(TradeoffPoint::step).toList();
    return axis.load().map(load -> timer.untimed(steps, load)).orElse(List.of());
  }

  private void update() {
    History history = workspace.historyProperty().get();
    keys.use(history.steps());
    int current = keys.keyOf(history.current());
    Map<Integer, HistoryStep> steps = new LinkedHashMap<>();
    Predicate<HistoryStep> shown = shown(history);
    for (HistoryStep step : history.steps()) {
      if (shown.test(step) && step.measured().filter(it -> it.quality().samples() > 0).isPresent()) {
        steps.merge(keys.keyOf(step.number()), step, TradeoffViewModel::better);
      }
    }
    List<TradeoffPoint> points = new ArrayList<>();
    Map<HistoryStep, TradeoffPoint> made = new IdentityHashMap<>();
    steps.forEach(
        (key, step) -> {
          boolean rests = key != current && workspace.runningStepProperty().get() != step.number();
          TradeoffPoint point = Optional.ofNullable(rests ? resting.get(step) : null).orElseGet(() -> point(step, key == current));
          if (rests) {
            made.put(step, point);
          }
          points.add(point);
        });
    resting = made;
    Optional<Evaluation> best = steps.values().stream().map(step -> step.measured().orElseThrow())
        .max(Comparator.comparingInt(it -> it.quality().samples()));
    boolean labelled = best.flatMap(it -> it.quality().accuracy()).isPresent() || best.isEmpty();
    data.set(new TradeoffData(points, best.map(TradeoffViewModel::reference), labelled));
    int front = Front.of(points, CostAxis.SIZE).size();
    summary.set(points.isEmpty() ? "" : Messages.get("tradeoff.summary", points.size(), front));
  }

  private Predicate<HistoryStep> shown(History history) {
    if (scope.get() == PointScope.ALL) {
      return _ -> true;
    }
    Set<Integer> line = history.lineage(history.current());
    return step -> line.contains(step.number());
  }

  private static HistoryStep better(HistoryStep first, HistoryStep second) {
    int samples = first.measured().orElseThrow().quality().samples();
    return second.measured().orElseThrow().quality().samples() > samples ? second : first;
  }

  private TradeoffPoint point(HistoryStep step, boolean current) {
    Evaluation it = step.measured().orElseThrow();
    Quality quality = it.quality();
    boolean complete = it.isComplete();
    return new TradeoffPoint(
        step.number(),
        step.description(),
        quality.headline(),
        quality.headlineInterval(),
        quality.samples(),
        it.totalSamples(),
        it.cost().weightBytes(),
        it.cost().bitOps(),
        it.latency(),
        microjoules(step.config(), it),
        current ? TradeoffPoint.Status.CURRENT : complete ? TradeoffPoint.Status.MEASURED : TradeoffPoint.Status.PARTIAL,
        workspace.runningStepProperty().get() == step.number());
  }

  private OptionalDouble microjoules(QuantConfig config, Evaluation measured) {
    List<Layer> layers = workspace.modelProperty().get().map(Model::layers).orElse(List.of());
    if (layers.isEmpty() || layers.size() != measured.layers().size()) {
      return OptionalDouble.empty();
    }
    double picojoules = 0;
    for (int i = 0; i < layers.size(); i++) {
      LayerResult result = measured.layers().get(i);
      int output = config.activationChoice(layers.get(i).output()).bits();
      int weight = result.weightBits() == 0 ? result.activationBits() : result.weightBits();
      picojoules += EnergyTable.of(LayerWork.of(layers.get(i), weight, result.activationBits(), output, Optional.empty())).picojoules();
    }
    return OptionalDouble.of(picojoules * 1e-6);
  }

  private static TradeoffData.Reference reference(Evaluation best) {
    Quality quality = best.quality();
    double value = quality.accuracy().map(quality::top1Float).orElse(1.0);
    return new TradeoffData.Reference(value, best.cost().floatWeightBytes());
  }
}
