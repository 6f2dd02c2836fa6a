package io.bitloupe.ui.distribution;

import io.bitloupe.config.FormatText;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.format.NumberFormat;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.task.Debounce;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Notice;
import io.bitloupe.ui.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;

/** One tensor of the selected layer: its values, where a clipping range cuts them, and the change of that range. */
public final class DistributionViewModel {
  private static final String INTEGERS = "";
  private static final Duration AFTER_KEY = Duration.ofMillis(400);

  private final Workspace workspace;
  private final LatestTask task;
  private final Debounce keys;
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
  private boolean dragging;

  /** Follows {@code workspace}. */
  public DistributionViewModel(Workspace workspace) {
    this.workspace = workspace;
    task = new LatestTask(workspace.tasks());
    keys = new Debounce(workspace.tasks(), AFTER_KEY);
    exact = new ExactFigures(workspace, this::showExact);
    workspace.selectionProperty().subscribe(
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

  /** Whether the clip is being moved. */
  public boolean isDragging() {
    return dragging;
  }

  /** Why there is no picture, in one sentence; empty when there is one or will be. */
  public Optional<String> emptySentence() {
    Optional<Layer> layer = workspace.leadLayer();
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
    return side.get() != TensorSide.WEIGHTS && workspace.workbenchProperty().get().isEmpty() && workspace.leadLayer().isPresent();
  }

  /** Title: the layer's name. */
  public String title() {
    return workspace.leadLayer().map(workspace::nameOf).orElse("");
  }

  /** The layer in one line. */
  public String subtitle() {
    return workspace
        .leadLayer()
        .map(
            layer ->
                Messages.get(
                    layer.weight().isPresent() ? "distribution.subtitle" : "distribution.subtitleNoWeights",
                    Terms.operator(layer),
                    layer.inputShape().toString(),
                    layer.outputShape().toString(),
                    Figures.count(layer.weight().isPresent() ? layer.weightShape().elements() : 0),
                    Figures.compact(layer.macs())))
        .orElse("");
  }

  /** Moves the clip; nothing is stored yet. {@code range} is made legal: it holds 0, and symmetric formats mirror it. */
  public void moveClip(Range range) {
    TensorPicture shown = picture.get().filter(TensorPicture::isMovable).orElse(null);
    if (shown == null) {
      return;
    }
    dragging = true;
    TensorChoice.Quantized choice = shown.quantized().orElseThrow();
    Range legal = legal(range, choice);
    if (legal.max() > legal.min()) {
      figures.set(Optional.of(ClipFigures.of(shown.statistics(), shown.counts(), legal, choice.format())));
    }
  }

  /** Makes the clip where it stands the tensor's explicit range: a step of the history. */
  public void commitClip() {
    keys.cancel();
    if (!dragging) {
      return;
    }
    dragging = false;
    Range range = figures.get().orElseThrow().range();
    String span =
        -range.min() == range.max()
            ? Messages.get("range.symmetric", Figures.real(range.max()))
            : Messages.get("range.span", Figures.real(range.min()), Figures.real(range.max()));
    change(Messages.get("change.clip", span), choice -> ConfigEdits.withRange(choice, new RangeMethod.Explicit(range.min(), range.max())));
  }

  /** Leaves the clip where the configuration has it. */
  public void cancelClip() {
    keys.cancel();
    if (dragging) {
      dragging = false;
      figures.set(picture.get().flatMap(TensorPicture::figures));
    }
  }

  /** Moves the clip by a key; it is stored when the keys pause. */
  public void nudgeClip(Range range) {
    moveClip(range);
    if (dragging) {
      keys.request(this::commitClip);
    }
  }

  /**
   * Makes a typed number one end of the clip. Symmetric formats mirror it; otherwise the range has to hold 0, which always has a code.
   *
   * @param typed the number; empty where what was typed is none
   * @return why it cannot be, in one sentence; empty when it was done
   */
  public Optional<String> typeClip(OptionalDouble typed, boolean isUpper) {
    Optional<Range> now = figures.get().map(ClipFigures::range);
    Optional<TensorChoice.Quantized> choice = picture.get().flatMap(TensorPicture::quantized);
    if (typed.isEmpty() || now.isEmpty() || choice.isEmpty()) {
      return Optional.of(Messages.get("distribution.clipNoNumber"));
    }
    float value = (float) typed.getAsDouble();
    boolean mirrored = choice.get().format().scheme() == Scheme.SYMMETRIC;
    if (mirrored ? value == 0 : isUpper ? value < 0 : value > 0) {
      return Optional.of(Messages.get(mirrored ? "distribution.clipZero" : isUpper ? "distribution.clipBelow" : "distribution.clipAbove"));
    }
    float bound = Math.abs(value);
    Range range =
        mirrored ? new Range(-bound, bound) : isUpper ? new Range(now.get().min(), value) : new Range(value, now.get().max());
    if (!(range.max() > range.min())) {
      return Optional.of(Messages.get("distribution.clipZero"));
    }
    moveClip(range);
    commitClip();
    return Optional.empty();
  }

  /** Says why something typed cannot be. */
  public void refuse(String sentence) {
    workspace.show(Notice.error(sentence, Optional.empty()));
  }

  /** Takes the range of a method. */
  public void take(RangeMethod method) {
    change(Messages.get("change.range", Terms.range(method)), choice -> ConfigEdits.withRange(choice, method));
  }

  /** Sets the bits of the tensor. */
  public void setBits(int bits) {
    TensorChoice template = side.get() == TensorSide.WEIGHTS ? TensorChoice.DEFAULT_WEIGHT : TensorChoice.DEFAULT_ACTIVATION;
    change(Messages.get("change.bits", bits), choice -> ConfigEdits.withBits(choice, bits, template));
  }

  /** Number formats of weights to choose from; the empty one stands for integers. */
  static List<String> formats() {
    return Stream.concat(Stream.of(INTEGERS), FormatText.usual().stream()).toList();
  }

  /** The name of the number format of {@code choice}, among {@link #formats}. */
  static String format(TensorChoice choice) {
    return choice instanceof TensorChoice.Coded coded ? FormatText.format(coded.format()) : INTEGERS;
  }

  /** Sets the number format of the weights, in the granularity that it is meant for. */
  public void setFormat(String name) {
    if (name.equals(INTEGERS)) {
      change(Messages.get("change.format", Messages.get("distribution.integers")), _ -> usualIntegers());
    } else {
      NumberFormat format = FormatText.parse(name);
      change(Messages.get("change.format", name), _ -> new TensorChoice.Coded(format, format.usualGranularity()));
    }
  }

  private TensorChoice usualIntegers() {
    return workspace.config().weight() instanceof TensorChoice.Quantized usual ? usual : TensorChoice.DEFAULT_WEIGHT;
  }

  /** Leaves the tensor in float. */
  public void setFloat() {
    change(Messages.get("change.float"), _ -> TensorChoice.FLOAT);
  }

  /** Sets the scheme of the tensor. */
  public void setScheme(Scheme scheme) {
    change(Terms.scheme(scheme), choice -> ConfigEdits.withScheme(choice, scheme));
  }

  /** Sets the granularity of the weights. */
  public void setGranularity(Granularity granularity) {
    change(Messages.get("change.granularity", Terms.granularity(granularity)), choice -> ConfigEdits.withGranularity(choice, granularity));
  }

  private void change(String what, UnaryOperator<TensorChoice> edit) {
    subject
        .get()
        .ifPresent(
            it -> {
              String description = Messages.get(it.side() == TensorSide.WEIGHTS ? "change.layer" : "change.tensor", name(it), what);
              ConfigChange change =
                  it.side() == TensorSide.WEIGHTS
                      ? ConfigEdits.weightChoice(it.tensor(), description, edit)
                      : ConfigEdits.activationChoice(it.tensor(), description, edit);
              workspace.apply(change);
            });
  }

  private String name(Subject subject) {
    return switch (subject.side()) {
      case WEIGHTS -> workspace.nameOf(subject.layer());
      case INPUT -> Messages.get("distribution.inputOf", workspace.nameOf(subject.layer()));
      case OUTPUT -> Messages.get("distribution.outputOf", workspace.nameOf(subject.layer()));
    };
  }

  private static Range legal(Range range, TensorChoice.Quantized choice) {
    return choice.format().scheme() == Scheme.SYMMETRIC ? range.symmetric() : range;
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
      dragging = false;
      keys.cancel();
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
          if (!dragging) {
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
      if (!dragging) {
        figures.set(Optional.of(found));
      }
    }
  }

  private Optional<Subject> wanted() {
    Optional<Layer> layer = workspace.leadLayer();
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
