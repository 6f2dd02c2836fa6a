package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Workbench;
import io.bitloupe.metric.Interval;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.search.Remedy;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.workspace.LongJob;
import io.bitloupe.ui.workspace.Selection;
import io.bitloupe.ui.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** What would help the layer that was asked about, each with its measured effect, and its use in one click. */
public final class RemediesViewModel {

  private final Workspace workspace;
  private final Helping helping;
  private final ReadOnlyObjectWrapper<Answer> answer = new ReadOnlyObjectWrapper<>(Answer.NONE);
  private final LongJob measuring;
  private QuantConfig asked = QuantConfig.defaults();

  /**
   * What is known.
   *
   * @param layer the layer that was asked about; empty before a question
   * @param remedies what would help it, the most helpful first; empty while it is measured and where nothing helps
   */
  public record Answer(Optional<Layer> layer, List<Remedy> remedies) {
    static final Answer NONE = new Answer(Optional.empty(), List.of());

    /** Copies the list. */
    public Answer {
      remedies = List.copyOf(remedies);
    }
  }

  /** Follows {@code workspace}. */
  public RemediesViewModel(Workspace workspace, Helping helping) {
    this.workspace = workspace;
    this.helping = helping;
    measuring = new LongJob(workspace);
    measuring.runningProperty().subscribe(_ -> forgetUnanswered());
    workspace.workbenchProperty().subscribe(_ -> forget());
    workspace.historyProperty().subscribe(_ -> forgetOthers());
  }

  /** Whether the answer is being measured. */
  public ReadOnlyBooleanProperty runningProperty() {
    return measuring.runningProperty();
  }

  /** What is known. */
  public ReadOnlyObjectProperty<Answer> answerProperty() {
    return answer.getReadOnlyProperty();
  }

  private void forget() {
    measuring.stop();
    answer.set(Answer.NONE);
  }

  /** What was measured of another configuration is no answer any more. */
  private void forgetOthers() {
    if (!workspace.config().equals(asked)) {
      forget();
    }
  }

  /** A question that was called off is no question any more. */
  private void forgetUnanswered() {
    if (!measuring.runningProperty().get()) {
      answer.set(Answer.NONE);
    }
  }

  /** Selects the layer called {@code name} and measures what would help it. */
  public void ask(String name) {
    List<Layer> layers = workspace.modelProperty().get().map(Model::layers).orElse(List.of());
    layers.stream().filter(layer -> layer.name().equals(name)).findFirst().ifPresent(this::ask);
  }

  /** Measures what would help the selected layer, the one that pictures are of; nothing without one. */
  public void askSelected() {
    selected().ifPresent(this::ask);
  }

  /** Name in the model file of the selected layer, the one that pictures are of. */
  Optional<String> selectedName() {
    return selected().map(Layer::name);
  }

  private Optional<Layer> selected() {
    int lead = workspace.layers().selectionProperty().get().lead();
    List<Layer> layers = workspace.modelProperty().get().map(Model::layers).orElse(List.of());
    return lead >= 0 && lead < layers.size() ? Optional.of(layers.get(lead)) : Optional.empty();
  }

  /** Changes with what {@link #askSelected} asks about. */
  ReadOnlyObjectProperty<Selection> selectionProperty() {
    return workspace.layers().selectionProperty();
  }

  private void ask(Layer layer) {
    Optional<Workbench> workbench = workspace.workbenchProperty().get();
    if (workbench.isEmpty()) {
      return;
    }
    workspace.layers().select(Selection.of(layer.index()));
    QuantConfig config = workspace.config();
    measuring.start(
        Messages.get("job.remedies", workspace.layers().nameOf(layer)),
        () -> ask(layer.name()),
        () -> {
          asked = config;
          answer.set(new Answer(Optional.of(layer), List.of()));
        },
        job -> helping.of(workbench.get(), config, layer, job),
        found -> answer.set(new Answer(Optional.of(layer), found)));
  }

  /** Makes {@code remedy} part of the current configuration. */
  public void use(Remedy remedy) {
    workspace.apply(new ConfigChange(describe(remedy), config -> config.with(remedy.tensor(), remedy.choice())));
  }

  /** The name that {@code layer} goes by in the window. */
  String nameOf(Layer layer) {
    return workspace.layers().nameOf(layer);
  }

  /** What it is, in a few words. */
  public String describe(Remedy remedy) {
    String layer = answer.get().layer().map(workspace.layers()::nameOf).orElse("");
    String what =
        switch (remedy.kind()) {
          case WEIGHT_BITS, OUTPUT_BITS -> Terms.bits(remedy.choice());
          case WEIGHT_RANGE, OUTPUT_RANGE -> remedy.choice() instanceof TensorChoice.Quantized it ? Terms.range(it.range()) : "";
          case PER_CHANNEL, FLOAT_WEIGHTS, FLOAT_OUTPUT -> "";
        };
    return Messages.get("remedy." + remedy.kind().name(), layer, what);
  }

  /** The change of top-1 in points with its paired interval, of the divergence, and of the size. */
  public List<String> effects(Remedy remedy) {
    Interval interval = remedy.after().differenceTo(remedy.before());
    double points = 100 * (remedy.after().headline() - remedy.before().headline());
    String accuracy =
        remedy.after().right().isPresent()
            ? Messages.get("remedy.points", signed(points, 2), signed(100 * interval.low(), 2), signed(100 * interval.high(), 2))
            : Messages.get("remedy.agreement", signed(points, 2));
    return List.of(accuracy, signed(-1e3 * remedy.gain(), 2), signed(remedy.extraBytes() * 1e-3, 2));
  }

  private static String signed(double value, int digits) {
    String figure = Figures.fixed(Math.abs(value), digits);
    boolean zero = figure.chars().noneMatch(digit -> digit >= '1' && digit <= '9');
    return zero ? figure : (value < 0 ? "\u2212" : "+") + figure;
  }
}
