package io.bitloupe.ui.distribution;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.workspace.Notice;
import io.bitloupe.ui.workspace.Workspace;
import java.util.Optional;
import java.util.OptionalInt;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;

/** One tensor of the selected layer: its values, where a clipping range cuts them, and the change of that range. */
public final class DistributionViewModel {
  private final Workspace workspace;
  private final LatestTask task;
  private final ExactFigures exact;
  private final ObjectProperty<TensorSide> side = new SimpleObjectProperty<>(TensorSide.WEIGHTS);
  private final ObjectProperty<OptionalInt> channel = new SimpleObjectProperty<>(OptionalInt.empty());
  private final BooleanProperty logarithmic = new SimpleBooleanProperty(true);
  private final BooleanProperty afterwards = new SimpleBooleanProperty(false);
  private final ReadOnlyObjectWrapper<Optional<TensorPicture>> picture = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<ClipFigures>> figures = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<Subject>> subject = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final BooleanProperty active = new SimpleBooleanProperty(true);
  private final BooleanProperty busy = new SimpleBooleanProperty(false);
  private final TensorEdits edits;
  private final ClipMoves clip;

  /** Follows {@code workspace}. */
  public DistributionViewModel(Workspace workspace) {
    this.workspace = workspace;
    task = new LatestTask(workspace.tasks());
    edits = new TensorEdits(workspace, subject::get);
    clip = new ClipMoves(workspace.tasks(), pictureProperty(), figures, edits);
    exact = new ExactFigures(workspace, this::showExact);
    workspace.layers().selectionProperty().subscribe(
        _ -> {
          channel.set(OptionalInt.empty());
          update();
        });
    workspace.historyProperty().subscribe(_ -> update());
    workspace.workbenchProperty().subscribe(
        _ -> {
          picture.set(picture.get().filter(shown -> shown.subject().side() == TensorSide.WEIGHTS));
          update();
        });
    workspace.modelProperty().subscribe(_ -> update());
    side.subscribe(_ -> update());
    channel.subscribe(_ -> update());
    active.subscribe(_ -> update());
  }

  /** Which tensor of the layer is shown. */
  public ObjectProperty<TensorSide> sideProperty() {
    return side;
  }

  /** The one channel of the weights that is shown; empty for all. */
  public ObjectProperty<OptionalInt> channelProperty() {
    return channel;
  }

  /** Whether counts are drawn logarithmically. */
  public BooleanProperty logarithmicProperty() {
    return logarithmic;
  }

  /** Whether what quantization makes of the values is drawn over them. */
  public BooleanProperty afterwardsProperty() {
    return afterwards;
  }

  /** Whether the view can be seen; nothing is computed while it cannot. */
  public BooleanProperty activeProperty() {
    return active;
  }

  /** Whether a picture is being computed. */
  public BooleanProperty busyProperty() {
    return busy;
  }

  /** What the picture is, or will be, of. */
  public ReadOnlyObjectProperty<Optional<Subject>> subjectProperty() {
    return subject.getReadOnlyProperty();
  }

  /** The picture; the old one stays until the new one is there. */
  public ReadOnlyObjectProperty<Optional<TensorPicture>> pictureProperty() {
    return picture.getReadOnlyProperty();
  }

  /** Figures at the clip that is shown, while it moves too. */
  public ReadOnlyObjectProperty<Optional<ClipFigures>> figuresProperty() {
    return figures.getReadOnlyProperty();
  }

  /** Why there is no picture, in one sentence; empty when there is one or will be. */
  public Optional<String> emptySentence() {
    Optional<Layer> layer = workspace.layers().lead();
    if (layer.isEmpty()) {
      return Optional.of(Messages.get("distribution.noLayer"));
    }
    if (side.get() == TensorSide.WEIGHTS && layer.get().weight().isEmpty()) {
      return Optional.of(Messages.get("distribution.noWeights"));
    }
    if (side.get() != TensorSide.WEIGHTS) {
      if (workspace.workbenchProperty().get().isEmpty()) {
        return Optional.of(Messages.get("distribution.noCalibration"));
      }
      if (subject.get().filter(it -> !isObserved(it)).isPresent()) {
        return Optional.of(Messages.get("distribution.notObserved"));
      }
    }
    return Optional.empty();
  }

  /** Whether opening data would fill the view. */
  public boolean needsData() {
    return side.get() != TensorSide.WEIGHTS && workspace.workbenchProperty().get().isEmpty() && workspace.layers().lead().isPresent();
  }

  /** Title: the layer's name. */
  public String title() {
    return workspace.layers().lead().map(workspace.layers()::nameOf).orElse("");
  }

  /** The layer in one line. */
  public String subtitle() {
    return workspace.layers()
        .lead()
        .map(
            layer ->
                Messages.get(
                    layer.weight().isPresent() ? "distribution.subtitle" : "distribution.subtitleNoWeights",
                    Terms.operator(layer),
                    withoutBatch(layer.inputShape()),
                    withoutBatch(layer.outputShape()),
                    Figures.count(layer.weight().isPresent() ? layer.weightShape().elements() : 0),
                    Figures.compact(layer.macs())))
        .orElse("");
  }

  /** A shape without its leading 1, which says nothing about the layer. */
  private static String withoutBatch(Shape shape) {
    return shape.rank() > 1 ? shape.toString().replaceFirst("^1×", "") : shape.toString();
  }

  /** The clip on its way. */
  public ClipMoves clip() {
    return clip;
  }

  /** What can be changed of the tensor. */
  public TensorEdits edits() {
    return edits;
  }

  /** Says why something typed cannot be. */
  public void refuse(String sentence) {
    workspace.show(Notice.error(sentence, Optional.empty()));
  }

  private boolean isObserved(Subject wanted) {
    return workspace.workbenchProperty().get().filter(bench -> bench.calibration().activations().containsKey(wanted.tensor())).isPresent();
  }

  private void update() {
    if (!active.get()) {
      exact.want(Optional.empty());
      return;
    }
    Optional<Subject> wanted = wanted();
    boolean hadSubject = subject.get().isPresent();
    if (wanted.equals(subject.get()) && picture.get().map(TensorPicture::subject).equals(wanted)) {
      return;
    }
    boolean sameValues = wanted.isPresent() && hadSubject && wanted.get().sameValues(subject.get().get());
    subject.set(wanted);
    if (!sameValues) {
      clip.forget();
    }
    Optional<Model> model = workspace.modelProperty().get();
    if (wanted.isEmpty() || model.isEmpty()) {
      task.cancel();
      busy.set(false);
      picture.set(Optional.empty());
      figures.set(Optional.empty());
      return;
    }
    Optional<Workbench> workbench = workspace.workbenchProperty().get();
    Model open = model.get();
    Subject it = wanted.get();
    busy.set(true);
    task.run(
        Messages.get("job.histogram"),
        job -> PictureMaker.make(it, open, workbench, job),
        made -> {
          busy.set(false);
          picture.set(made);
          if (!clip.isDragging()) {
            figures.set(made.flatMap(TensorPicture::figures));
          }
          exact.want(made);
        },
        failure -> {
          busy.set(false);
          workspace.report(failure, Optional.empty());
        });
  }

  private void showExact(TensorPicture of, ClipFigures found) {
    if (picture.get().filter(of::equals).isPresent()) {
      TensorPicture known = of.with(found);
      picture.set(Optional.of(known));
      if (!clip.isDragging()) {
        figures.set(Optional.of(found));
      }
    }
  }

  private Optional<Subject> wanted() {
    Optional<Layer> layer = workspace.layers().lead();
    if (layer.isEmpty()) {
      return Optional.empty();
    }
    Layer it = layer.get();
    QuantConfig config = workspace.config();
    return switch (side.get()) {
      case WEIGHTS -> it.weight().map(tensor -> new Subject(it, TensorSide.WEIGHTS, tensor, channel.get(), config.weightChoice(tensor)));
      case INPUT -> Optional.of(new Subject(it, TensorSide.INPUT, it.input(), OptionalInt.empty(), config.activationChoice(it.input())));
      case OUTPUT -> Optional.of(
          new Subject(it, TensorSide.OUTPUT, it.output(), OptionalInt.empty(), config.activationChoice(it.output())));
    };
  }
}
