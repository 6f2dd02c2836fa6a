package io.bitloupe.ui.distribution;

import io.bitloupe.config.ChoiceText;
import io.bitloupe.config.Choices;
import io.bitloupe.config.RangeMethods;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.view.PageScroll;
import io.bitloupe.ui.view.WholeParts;
import io.bitloupe.ui.view.WrappingColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The Distribution tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class DistributionView {
  private static final PseudoClass DANGER = PseudoClass.getPseudoClass("danger");

  /** What the figures at a clip take, in pixels. */
  private static final double CLIP_WIDTH = 280;

  /** Pixels between the left edge and the error curve's 0 that do not belong to those figures: padding, gap, labels of the curve. */
  private static final double BESIDE_CURVE = 16 + 24 + 52;

  private static final double NAME_WIDTH = 260;

  private final DistributionViewModel viewModel;
  private final Runnable openData;
  private final Parent root;

  @FXML private Label title;
  @FXML private Label subtitle;
  private WholeParts details;
  @FXML private ToggleButton weights;
  @FXML private ToggleButton input;
  @FXML private ToggleButton output;
  @FXML private ComboBox<String> format;
  @FXML private ComboBox<Integer> bits;
  @FXML private ComboBox<Scheme> scheme;
  @FXML private ComboBox<Granularity> granularity;
  @FXML private ComboBox<RangeMethod> range;
  @FXML private TextField lower;
  @FXML private TextField upper;
  @FXML private FlowPane controls;
  @FXML private HBox clipFields;
  @FXML private FlowPane figureBar;
  @FXML private HBox titleRoom;
  @FXML private Label chartTitle;
  @FXML private HBox figureControls;
  @FXML private ComboBox<OptionalInt> channel;
  @FXML private ToggleButton linear;
  @FXML private ToggleButton log;
  @FXML private ToggleButton afterwards;
  @FXML private HistogramChart histogram;
  @FXML private ClipPanel clip;
  @FXML private ErrorCurveChart curve;
  @FXML private WrappingColumns lowerHalf;
  @FXML private PageScroll content;
  @FXML private VBox empty;
  @FXML private Label emptySentence;
  @FXML private Button emptyAction;
  @FXML private Region progress;

  /** Shows {@code viewModel}; {@code openData} lets the user choose data. */
  public DistributionView(DistributionViewModel viewModel, Runnable openData) {
    this.viewModel = viewModel;
    this.openData = openData;
    root = Fxml.load(this);
  }

  /** The tab's content. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    details = WholeParts.on(subtitle, Messages.get("list.separator"));
    prepareSides();
    prepareControls();
    Tooltip wholeTitle = new Tooltip();
    wholeTitle.textProperty().bind(chartTitle.textProperty());
    chartTitle.setTooltip(wholeTitle);
    // The layer's name is what one looks for: its shape gives way first.
    title.minWidthProperty().bind(Bindings.createDoubleBinding(
        () -> Math.min(NAME_WIDTH, title.prefWidth(-1)), title.textProperty(), title.fontProperty()));
    titleRoom.prefWidthProperty().bind(Bindings.createDoubleBinding(
        this::titleWidth, figureBar.widthProperty(), figureControls.widthProperty(), chartTitle.textProperty(), chartTitle.fontProperty()));
    emptyAction.setOnAction(_ -> openData.run());
    linear.setOnAction(_ -> setLogarithmic(false));
    log.setOnAction(_ -> setLogarithmic(true));
    viewModel.logarithmicProperty().subscribe(this::showLogarithmic);
    afterwards.selectedProperty().bindBidirectional(viewModel.afterwardsProperty());
    viewModel.afterwardsProperty().subscribe(histogram::setAfterwards);
    afterwards.setTooltip(new Tooltip(Messages.get("distribution.afterwards.help")));
    ClipMoves moves = viewModel.clip();
    histogram.listen(
        moves::move, moves::nudge, moves::commit, moves::cancel, viewModel.edits()::setRange);
    histogram.valueAxisProperty().subscribe(
        axis -> {
          // Charts that share a quantity share its pixels: the curve's 0 stands under the histogram's.
          double left = axis.pixel(0) - BESIDE_CURVE;
          double rest = histogram.getWidth() - lowerHalf.snappedLeftInset() - lowerHalf.snappedRightInset() - left - lowerHalf.getSpacing();
          boolean centred = left >= CLIP_WIDTH && rest >= curve.getMinWidth();
          clip.setPrefWidth(centred ? left : CLIP_WIDTH);
          clip.setMinWidth(centred ? left : Region.USE_COMPUTED_SIZE);
          if (centred) {
            curve.setEnd(axis.high(), histogram.getWidth() - axis.to() - lowerHalf.snappedRightInset());
          } else {
            curve.clearEnd();
          }
        });
    viewModel.subjectProperty().subscribe(_ -> showSubject());
    viewModel.pictureProperty().subscribe(_ -> showPicture());
    viewModel.figuresProperty().subscribe(_ -> showFigures());
    viewModel.busyProperty().subscribe(busy -> progress.setVisible(busy));
  }

  /** The title takes what the controls leave, so that they stand at the right, or a row of its own where that is too little. */
  private double titleWidth() {
    double row = figureBar.getWidth() - figureBar.snappedLeftInset() - figureBar.snappedRightInset();
    double beside = Math.floor(row - figureControls.prefWidth(-1) - figureBar.getHgap());
    return Math.max(0, chartTitle.prefWidth(-1) <= beside ? beside : row);
  }

  private void prepareSides() {
    weights.setOnAction(_ -> side(TensorSide.WEIGHTS));
    input.setOnAction(_ -> side(TensorSide.INPUT));
    output.setOnAction(_ -> side(TensorSide.OUTPUT));
    viewModel.sideProperty().subscribe(
        _ -> {
          showSubject();
          showPicture();
        });
  }

  private void side(TensorSide chosen) {
    viewModel.sideProperty().set(chosen);
    showSides();
  }

  private void showSides() {
    TensorSide side = viewModel.sideProperty().get();
    weights.setSelected(side == TensorSide.WEIGHTS);
    input.setSelected(side == TensorSide.INPUT);
    output.setSelected(side == TensorSide.OUTPUT);
  }

  private void setLogarithmic(boolean logarithmic) {
    viewModel.logarithmicProperty().set(logarithmic);
    showLogarithmic(logarithmic);
  }

  private void showLogarithmic(boolean logarithmic) {
    linear.setSelected(!logarithmic);
    log.setSelected(logarithmic);
    histogram.setLogarithmic(logarithmic);
  }

  private void prepareControls() {
    Choice.prepare(format, TensorEdits.formats(), DistributionView::formatText, viewModel.edits()::setFormat);
    Choice.prepare(bits, List.of(), DistributionView::bitsText, this::pickBits);
    Choice.prepare(scheme, List.of(Scheme.values()), Terms::scheme, viewModel.edits()::setScheme);
    Choice.prepare(
        granularity,
        List.of(Granularity.TENSOR, Granularity.CHANNEL, new Granularity.PerBlock(32)),
        DistributionView::granularityText,
        viewModel.edits()::setGranularity);
    Choice.prepare(range, RangeMethods.OF_VALUES, Terms::range, this::pickRange);
    Choice.prepare(channel, List.of(), DistributionView::channelText, picked -> viewModel.channelProperty().set(picked));
    prepareField(lower, false);
    prepareField(upper, true);
  }

  private void pickBits(int value) {
    if (value == Float.SIZE) {
      viewModel.edits().setFloat();
    } else {
      viewModel.edits().setBits(value);
    }
  }

  private void pickRange(RangeMethod method) {
    if (!(method instanceof RangeMethod.Explicit)) {
      viewModel.edits().setRange(method);
    }
  }

  private static String bitsText(int value) {
    return value == Float.SIZE ? Messages.get("bits.float") : Integer.toString(value);
  }

  private static String granularityText(Granularity value) {
    return Messages.get("distribution.per", Terms.granularity(value));
  }

  private static String formatText(String name) {
    return name.isEmpty() ? Messages.get("distribution.integers") : Terms.format(name);
  }

  private static String channelText(OptionalInt value) {
    return value.isPresent() ? Messages.get("distribution.channel", value.getAsInt()) : Messages.get("distribution.allChannels");
  }

  private void prepareField(TextField field, boolean isUpper) {
    field.setOnAction(_ -> typed(field, isUpper));
    field.focusedProperty().addListener(
        (_, _, focused) -> {
          if (!focused) {
            showClipFields();
          }
        });
    field.setOnKeyPressed(
        event -> {
          if (event.getCode() == KeyCode.ESCAPE) {
            showClipFields();
            histogram.requestFocus();
          }
        });
  }

  private void typed(TextField field, boolean isUpper) {
    Optional<String> refused = viewModel.clip().type(parse(field.getText()), isUpper);
    field.pseudoClassStateChanged(DANGER, refused.isPresent());
    field.setTooltip(refused.isPresent() ? new Tooltip(refused.get()) : null);
    refused.ifPresent(viewModel::refuse);
  }

  private static OptionalDouble parse(String text) {
    try {
      double value = Double.parseDouble(text.strip().replace('−', '-').replace(',', '.'));
      return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    } catch (NumberFormatException notANumber) {
      return OptionalDouble.empty();
    }
  }

  private void showSubject() {
    TensorSide side = viewModel.sideProperty().get();
    showSides();
    title.setText(viewModel.title());
    details.setText(viewModel.subtitle());
    Optional<Subject> subject = viewModel.subjectProperty().get();
    Optional<TensorChoice.Quantized> choice = subject.map(Subject::choice).filter(TensorChoice.Quantized.class::isInstance)
        .map(TensorChoice.Quantized.class::cast);
    boolean isWeights = side == TensorSide.WEIGHTS;
    controls.setDisable(subject.isEmpty());
    String instead = subject.flatMap(it -> Terms.decidedBy(it.choice())).orElse("");
    bits.setPromptText(subject.map(it -> bitsText(it.choice().bits())).orElse(""));
    Choice.offer(
        bits,
        Stream.concat((isWeights ? Choices.WEIGHT_BITS : Choices.ACTIVATION_BITS).stream(), Stream.of(Float.SIZE)).toList(),
        subject.filter(it -> !(it.choice() instanceof TensorChoice.Coded)).map(it -> it.choice().bits()));
    Hidden.show(format, isWeights);
    Choice.show(format, subject.map(it -> TensorEdits.format(it.choice())));
    scheme.setDisable(choice.isEmpty());
    range.setDisable(choice.isEmpty());
    scheme.setPromptText(instead);
    Choice.show(scheme, choice.map(it -> it.format().scheme()));
    Hidden.show(granularity, isWeights);
    granularity.setDisable(choice.isEmpty());
    granularity.setPromptText(subject.flatMap(it -> it.choice().grouping()).map(DistributionView::granularityText).orElse(instead));
    Choice.show(granularity, choice.map(TensorChoice.Quantized::granularity));
    List<RangeMethod> methods = new ArrayList<>(RangeMethods.OF_VALUES);
    if (!isWeights) {
      methods.add(new RangeMethod.MovingAverage(ChoiceText.DEFAULT_MOMENTUM));
      methods.add(new RangeMethod.Dynamic());
    }
    Optional<RangeMethod> method = choice.flatMap(Terms::methodOf);
    method.filter(it -> !methods.contains(it)).ifPresent(methods::add);
    range.setPromptText(choice.isPresent() && method.isEmpty() ? Messages.get("range.given") : instead);
    Choice.offer(range, methods, method);
    showChannels(subject);
    showEmpty();
  }

  private void showChannels(Optional<Subject> subject) {
    int channels = subject.filter(it -> it.side() == TensorSide.WEIGHTS).map(Subject::layer).map(Layer::outputChannels).orElse(1);
    Hidden.show(channel, channels > 1);
    if (channel.getItems().size() != channels + 1) {
      List<OptionalInt> all = new ArrayList<>();
      all.add(OptionalInt.empty());
      for (int i = 0; i < channels; i++) {
        all.add(OptionalInt.of(i));
      }
      Choice.offer(channel, all, Optional.empty());
    }
    Choice.show(channel, Optional.of(viewModel.channelProperty().get()));
  }

  private void showEmpty() {
    Optional<String> sentence = viewModel.emptySentence();
    Hidden.show(empty, sentence.isPresent());
    Hidden.show(content, sentence.isEmpty());
    emptySentence.setText(sentence.orElse(""));
    Hidden.show(emptyAction, viewModel.needsData());
  }

  private void showPicture() {
    Optional<TensorPicture> picture = viewModel.pictureProperty().get();
    histogram.show(picture);
    curve.show(picture.map(TensorPicture::curve).orElse(new ErrorCurve(List.of())));
    Hidden.show(lowerHalf, picture.filter(it -> it.quantized().isPresent()).isPresent());
    chartTitle.setText(picture.map(DistributionView::chartTitle).orElse(""));
    showFigures();
    showEmpty();
  }

  private static String chartTitle(TensorPicture picture) {
    long values = picture.statistics().count();
    String count = values < 1_000_000 ? Figures.count(values) : Figures.compact(values);
    Subject subject = picture.subject();
    return switch (subject.side()) {
      case WEIGHTS -> {
        String weights =
            subject.channel().isPresent()
                ? Messages.get("distribution.title.channel", subject.channel().getAsInt(), count)
                : Messages.get(isPooled(picture) ? "distribution.title.pooled" : "distribution.title.weights", count);
        yield picture.levels().map(it -> DistributionView.title(weights, it)).orElse(weights);
      }
      case INPUT -> Messages.get("distribution.title.input", count);
      case OUTPUT -> Messages.get("distribution.title.output", count);
    };
  }

  private static boolean isPooled(TensorPicture picture) {
    return picture.isGrouped() || picture.levels().filter(it -> it.groups() > 1).isPresent();
  }

  private static String title(String weights, LevelFigures levels) {
    String figures =
        Messages.get(
            "distribution.title.format", weights, Figures.decibels(levels.sqnrDb()), Figures.fixed(levels.bitsPerWeight(), 3));
    boolean typical = levels.groups() > 1 && levels.levels().length > 0;
    return typical ? Messages.get("distribution.title.typical", figures, Figures.count(levels.groups())) : figures;
  }

  private void showFigures() {
    Optional<ClipFigures> figures = viewModel.figuresProperty().get();
    Optional<TensorPicture> picture = viewModel.pictureProperty().get();
    Optional<TensorChoice.Quantized> choice = picture.flatMap(TensorPicture::quantized);
    if (figures.isPresent() && choice.isPresent()) {
      histogram.show(figures.get());
      clip.show(figures.get(), choice.get().format());
    } else {
      histogram.clearFigures();
      clip.clear();
    }
    curve.show(figures);
    afterwards.setDisable(picture.filter(TensorPicture::hasAfterwards).isEmpty());
    Hidden.show(clipFields, choice.isPresent());
    clipFields.setDisable(picture.filter(TensorPicture::isMovable).isEmpty());
    showClipFields();
  }

  private void showClipFields() {
    Optional<Range> now = viewModel.figuresProperty().get().map(ClipFigures::range);
    for (TextField field : List.of(lower, upper)) {
      field.pseudoClassStateChanged(DANGER, false);
      field.setTooltip(null);
    }
    lower.setText(now.map(it -> Figures.typed(it.min())).orElse(""));
    upper.setText(now.map(it -> Figures.typed(it.max())).orElse(""));
  }
}
