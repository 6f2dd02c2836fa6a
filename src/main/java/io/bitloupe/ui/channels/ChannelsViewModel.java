package io.bitloupe.ui.channels;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;

/** The selected layer's weights, channel by channel. */
public final class ChannelsViewModel {
  /** What the analysis depends on. */
  private record Subject(Layer layer, TensorChoice.Quantized choice) {}

  private final Workspace workspace;
  private final LatestTask task;
  private final BooleanProperty active = new SimpleBooleanProperty(false);
  private final BooleanProperty busy = new SimpleBooleanProperty(false);
  private final BooleanProperty sortedByRange = new SimpleBooleanProperty(true);
  private final ReadOnlyObjectWrapper<Optional<ChannelAnalysis>> analysis = new ReadOnlyObjectWrapper<>(Optional.empty());
  private Optional<Subject> subject = Optional.empty();

  /** Follows {@code workspace}. */
  public ChannelsViewModel(Workspace workspace) {
    this.workspace = workspace;
    task = new LatestTask(workspace.tasks());
    workspace.layers().selectionProperty().subscribe(_ -> update());
    workspace.historyProperty().subscribe(_ -> update());
    workspace.modelProperty().subscribe(_ -> update());
    active.subscribe(_ -> update());
  }

  /** Whether the view can be seen; nothing is computed while it cannot. */
  public BooleanProperty activeProperty() {
    return active;
  }

  /** Whether an analysis runs. */
  public BooleanProperty busyProperty() {
    return busy;
  }

  /** Whether channels are in order of their range, or of their number. */
  public BooleanProperty sortedByRangeProperty() {
    return sortedByRange;
  }

  /** The analysis; the old one stays until the new one is there. */
  public ReadOnlyObjectProperty<Optional<ChannelAnalysis>> analysisProperty() {
    return analysis.getReadOnlyProperty();
  }

  /** The steps, for figures that depend on what was measured. */
  public ReadOnlyObjectProperty<?> changesProperty() {
    return workspace.historyProperty();
  }

  /** Title: the layer's name. */
  public String title() {
    return workspace.layers().lead().map(workspace.layers()::nameOf).orElse("");
  }

  /** The layer in one line. */
  public String subtitle() {
    return analysis
        .get()
        .map(
            it ->
                ranges(
                    Messages.get(
                        choice().isPresent() ? "channels.subtitle" : "channels.subtitleAssumed",
                        Terms.operator(it.layer()),
                        it.channels().size(),
                        it.layer().weightShape().elements() / Math.max(1, it.channels().size()),
                        it.format().bits(),
                        Terms.scheme(it.format().scheme()))))
        .orElse("");
  }

  /** {@code sentence}, and where the ranges are from unless the method of the layer finds them all. */
  private String ranges(String sentence) {
    if (choice().filter(it -> Terms.methodOf(it).isEmpty()).isPresent()) {
      return Messages.get("channels.given", sentence);
    }
    return isFixed() ? Messages.get("channels.fixed", sentence, Terms.range(ChannelAnalysis.OF_CHANNELS)) : sentence;
  }

  /** Why there is nothing to see, in one sentence; empty when there is. */
  public Optional<String> emptySentence() {
    Optional<Layer> layer = workspace.layers().lead();
    if (layer.isEmpty()) {
      return Optional.of(Messages.get("channels.noLayer"));
    }
    return layer.get().weight().isEmpty() ? Optional.of(Messages.get("distribution.noWeights")) : Optional.empty();
  }

  /** Whether accuracies are shares of right answers, and not of those that float gives too. */
  public boolean isLabelled() {
    return workspace.evaluation().map(it -> it.quality().accuracy().isPresent()).orElse(true);
  }

  /** Whether the configuration gives the layer's weights one scale. */
  public boolean isPerTensor() {
    return isFixed() || granularity().filter(Granularity.PerTensor.class::isInstance).isPresent();
  }

  /** Whether the configuration gives each channel of the layer a scale. */
  public boolean isPerChannel() {
    return !isFixed() && granularity().filter(Granularity.PerChannel.class::isInstance).isPresent();
  }

  /** Whether the layer has one fixed range, which all of its channels share. */
  private boolean isFixed() {
    return choice().flatMap(Terms::methodOf).filter(RangeMethod.Explicit.class::isInstance).isPresent();
  }

  /** Gives the layer's weights the granularity; channels that shared a fixed range get ranges of their own. */
  public void choose(Granularity granularity) {
    workspace.layers().lead().map(List::of).ifPresent(
        layer -> {
          ConfigEdits edits = new ConfigEdits(workspace.layers()::nameOf);
          ConfigChange change = edits.weightGranularity(layer, granularity);
          boolean apart = isFixed() && granularity instanceof Granularity.PerChannel;
          workspace.apply(apart ? change.then(edits.weightRange(layer, ChannelAnalysis.OF_CHANNELS)) : change);
        });
  }

  /** The last step that was measured to the end in which all layers had {@code granularity} and all else was as it is now. */
  public Optional<HistoryStep> measuredWith(Granularity granularity) {
    QuantConfig now = workspace.config();
    return workspace.historyProperty().get().steps().reversed().stream()
        .filter(step -> workspace.isFinished(step.number()))
        .filter(step -> isUniform(step.config(), granularity) && differsInThatOnly(step.config(), now))
        .findFirst();
  }

  private static boolean isUniform(QuantConfig config, Granularity granularity) {
    return config.tensors().isEmpty() && config.weight() instanceof TensorChoice.Quantized quantized
        && quantized.granularity().equals(granularity);
  }

  /** Whether the two differ in the granularity of weights at most: else their accuracies would say nothing about it. */
  private static boolean differsInThatOnly(QuantConfig uniform, QuantConfig now) {
    return now.tensors().isEmpty()
        && now.weight() instanceof TensorChoice.Quantized weight
        && uniform.weight() instanceof TensorChoice.Quantized other
        && weight.format().equals(other.format())
        && weight.range().equals(other.range())
        && now.activation().equals(uniform.activation())
        && now.recipe().equals(uniform.recipe());
  }

  private Optional<Granularity> granularity() {
    return choice().map(TensorChoice.Quantized::granularity);
  }

  private Optional<TensorChoice.Quantized> choice() {
    return workspace.layers()
        .lead()
        .flatMap(Layer::weight)
        .map(tensor -> workspace.config().weightChoice(tensor))
        .filter(TensorChoice.Quantized.class::isInstance)
        .map(TensorChoice.Quantized.class::cast);
  }

  private void update() {
    if (!active.get()) {
      return;
    }
    Optional<Model> model = workspace.modelProperty().get();
    Optional<Subject> wanted = workspace.layers().lead().filter(layer -> layer.weight().isPresent()).map(this::subjectOf);
    if (wanted.equals(subject)) {
      return;
    }
    subject = wanted;
    if (wanted.isEmpty() || model.isEmpty()) {
      task.cancel();
      busy.set(false);
      analysis.set(Optional.empty());
      return;
    }
    Subject it = wanted.get();
    Model open = model.get();
    busy.set(true);
    task.run(
        Messages.get("job.channels"),
        job -> ChannelAnalysis.of(open, it.layer(), it.choice(), job),
        made -> {
          busy.set(false);
          analysis.set(Optional.of(made));
        },
        failure -> {
          busy.set(false);
          workspace.report(failure, Optional.empty());
        });
  }

  private Subject subjectOf(Layer layer) {
    TensorChoice.Quantized fallback = (TensorChoice.Quantized) TensorChoice.DEFAULT_WEIGHT;
    TensorChoice.Quantized it = choice().orElse(fallback);
    // Which weights share a scale matters only where the scales are given: else both ways are shown anyhow.
    return new Subject(layer, it.resolved().isEmpty() ? new TensorChoice.Quantized(it.format(), Granularity.CHANNEL, it.range()) : it);
  }
}
