package io.bitloupe.ui.distribution;

import io.bitloupe.config.RangeMethods;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.calibrate.ErrorSplit;
import io.bitloupe.quant.calibrate.ParameterCalculator;
import io.bitloupe.quant.calibrate.RangeEstimator;
import io.bitloupe.quant.calibrate.StreamingObserver;
import io.bitloupe.quant.calibrate.TensorStatistics;
import io.bitloupe.quant.format.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Computes pictures of tensors, off the FX thread. */
final class PictureMaker {
  /** Above this many weights, ladder and error come from the histogram instead of the weights. */
  private static final int EXACT_LIMIT = 2_000_000;

  private PictureMaker() {}

  /** The picture of {@code subject}; empty where the tensor's values are not known. */
  static Optional<TensorPicture> make(Subject subject, Model model, Optional<Workbench> workbench, Progress progress) {
    return subject.side() == TensorSide.WEIGHTS
        ? Optional.of(ofWeights(subject, model, progress))
        : workbench
            .map(bench -> bench.calibration().activations().get(subject.tensor()))
            .map(statistics -> ofActivation(subject, statistics, progress));
  }

  private static TensorPicture ofWeights(Subject subject, Model model, Progress progress) {
    Layer layer = subject.layer();
    float[] all = model.weights(layer).floats();
    float[] values = subject.channel().isPresent() ? channel(all, layer, subject.channel().getAsInt()) : all;
    StreamingObserver observer = new StreamingObserver();
    observer.accept(values);
    TensorStatistics statistics = observer.statistics();
    BinCounts counts = new BinCounts(statistics);
    progress.checkCancelled();
    if (!(subject.choice() instanceof TensorChoice.Quantized choice)) {
      TensorPicture picture = TensorPicture.inFloat(subject, statistics, counts);
      return subject.choice() instanceof TensorChoice.Coded coded ? picture.with(levels(subject, coded, all)) : picture;
    }
    boolean exact = values.length <= EXACT_LIMIT;
    List<RangePick> picks = new ArrayList<>();
    for (RangeMethod method : RangeMethods.OF_VALUES) {
      progress.checkCancelled();
      Range range =
          exact
              ? RangeEstimator.estimate(method, values, choice.format())
              : RangeEstimator.estimate(method, statistics, choice.format());
      picks.add(pick(method, range, values, exact, statistics, choice.format()));
    }
    progress.checkCancelled();
    ClipFigures figures = figures(subject, choice, layer, all, values, counts, progress);
    boolean grouped = figures.affine().size() > 1 && subject.channel().isEmpty();
    Optional<SpreadCodes> spread = grouped ? Optional.of(spread(choice, layer, all, figures)) : Optional.empty();
    ErrorCurve curve = ErrorCurve.of(statistics, choice.format());
    return new TensorPicture(subject, statistics, counts, picks, Optional.of(figures), curve, Optional.empty(), spread);
  }

  private static SpreadCodes spread(TensorChoice.Quantized choice, Layer layer, float[] all, ClipFigures figures) {
    float[][] groups = ScaleGroups.of(layer.weightShape(), layer.outputChannelAxis(), choice.granularity()).gather(all);
    return SpreadCodes.of(groups, figures.affine(), choice.format());
  }

  /** What a number format makes of the weights that are shown. */
  private static LevelFigures levels(Subject subject, TensorChoice.Coded choice, float[] all) {
    Layer layer = subject.layer();
    int axis = layer.outputChannelAxis();
    Encoded encoded = choice.format().encode(all, layer.weightShape(), axis, choice.granularity());
    ScaleGroups groups = ScaleGroups.of(layer.weightShape(), axis, choice.granularity());
    IntStream.Builder shown = IntStream.builder();
    if (subject.channel().isPresent()) {
      groups.forEachRunOfChannel(subject.channel().getAsInt(), (_, from, to) -> IntStream.range(from, to).forEach(shown::add));
    } else {
      IntStream.range(0, all.length).forEach(shown::add);
    }
    return LevelFigures.of(all, encoded, groups, shown.build().toArray());
  }

  private static TensorPicture ofActivation(Subject subject, TensorStatistics statistics, Progress progress) {
    BinCounts counts = new BinCounts(statistics);
    if (!(subject.choice() instanceof TensorChoice.Quantized choice)) {
      return TensorPicture.inFloat(subject, statistics, counts);
    }
    List<RangePick> picks = new ArrayList<>();
    for (RangeMethod method : RangeMethods.OF_VALUES) {
      progress.checkCancelled();
      Range range = RangeEstimator.estimate(method, statistics, choice.format());
      picks.add(pick(method, range, new float[0], false, statistics, choice.format()));
    }
    Range range =
        choice.resolved().isEmpty()
            ? RangeEstimator.estimate(choice.range(), statistics, choice.format())
            : widest(choice.resolved(), choice.format());
    ClipFigures figures = ClipFigures.of(statistics, counts, range, choice.format());
    ErrorCurve curve = ErrorCurve.of(statistics, choice.format());
    return new TensorPicture(subject, statistics, counts, picks, Optional.of(figures), curve, Optional.empty(), Optional.empty());
  }

  private static RangePick pick(
      RangeMethod method, Range range, float[] values, boolean exact, TensorStatistics statistics, IntegerFormat format) {
    ErrorSplit split =
        exact ? ErrorSplit.of(values, Affine.of(range, format), format) : ErrorSplit.of(statistics, range, format);
    return new RangePick(method, range, split.sqnrDb());
  }

  /** What the configuration's choice does to the weights that are shown. */
  private static ClipFigures figures(
      Subject subject, TensorChoice.Quantized choice, Layer layer, float[] all, float[] values, BinCounts counts, Progress progress) {
    IntegerFormat format = choice.format();
    boolean ownScale = subject.channel().isPresent() && choice.granularity() instanceof Granularity.PerChannel;
    if (ownScale || choice.granularity() instanceof Granularity.PerTensor) {
      if (!choice.resolved().isEmpty()) {
        Affine given = choice.resolved().get(ownScale ? subject.channel().getAsInt() : 0);
        return single(values, counts, widest(List.of(given), format), given, format);
      }
      Range range = RangeEstimator.estimate(choice.range(), ownScale ? values : all, format);
      return single(values, counts, range, Affine.of(range, format), format);
    }
    QuantParams params = params(choice, layer, all);
    float[][] groups = shown(subject, ScaleGroups.of(layer.weightShape(), params), all);
    // The scale of zeros alone is 1 by convention and would dwarf all others; zeros are exact under any of them.
    Optional<Affine> greatest =
        IntStream.range(0, groups.length)
            .filter(group -> hasReach(groups[group]))
            .mapToObj(params.affine()::get)
            .max(Comparator.comparingDouble(Affine::scale));
    List<Affine> affine = new ArrayList<>();
    ErrorSplit split = new ErrorSplit(0, 0, 0, 0, 0);
    for (int group = 0; group < groups.length; group++) {
      progress.checkCancelled();
      if (groups[group].length > 0) {
        Affine own = params.affine().get(group);
        affine.add(hasReach(groups[group]) ? own : greatest.orElse(own));
        split = split.plus(ErrorSplit.of(groups[group], affine.getLast(), format));
      }
    }
    if (affine.stream().distinct().count() == 1) {
      return single(values, counts, widest(affine, format), affine.getFirst(), format);
    }
    return new ClipFigures(widest(affine, format), affine, split, OptionalInt.empty(), format.codes(), true);
  }

  /** Whether any value is not 0. */
  private static boolean hasReach(float[] group) {
    for (float value : group) {
      if (value != 0) {
        return true;
      }
    }
    return false;
  }

  /** Scales that came with the configuration, or else those that its range method finds. */
  private static QuantParams params(TensorChoice.Quantized choice, Layer layer, float[] all) {
    int axis = layer.outputChannelAxis();
    return choice.resolved().isEmpty()
        ? ParameterCalculator.weights(all, layer.weightShape(), axis, choice.granularity(), choice.range(), choice.format())
        : new QuantParams(choice.format(), choice.granularity(), axis, choice.resolved());
  }

  /** The weights of each group of one scale, of the channel that is shown where one is. */
  private static float[][] shown(Subject subject, ScaleGroups groups, float[] all) {
    float[][] gathered = groups.gather(all);
    if (subject.channel().isEmpty()) {
      return gathered;
    }
    int[] counts = new int[gathered.length];
    groups.forEachRunOfChannel(
        subject.channel().getAsInt(),
        (group, from, to) -> {
          System.arraycopy(all, from, gathered[group], counts[group], to - from);
          counts[group] += to - from;
        });
    return IntStream.range(0, gathered.length).mapToObj(group -> Arrays.copyOf(gathered[group], counts[group])).toArray(float[][]::new);
  }

  private static Range widest(List<Affine> scales, IntegerFormat format) {
    float low = 0;
    float high = 0;
    for (Affine affine : scales) {
      low = Math.min(low, affine.dequantize(format.quantMin()));
      high = Math.max(high, affine.dequantize(format.quantMax()));
    }
    return new Range(low, high);
  }

  /** Exact figures of one scale for {@code values}. */
  static ClipFigures single(float[] values, BinCounts counts, Range range, Affine affine, IntegerFormat format) {
    ErrorSplit split = ErrorSplit.of(values, affine, format);
    return new ClipFigures(
        range,
        List.of(affine),
        split,
        OptionalInt.of(ClipFigures.used(counts, affine, format)),
        format.codes(),
        true);
  }

  private static float[] channel(float[] values, Layer layer, int channel) {
    return ScaleGroups.of(layer.weightShape(), layer.outputChannelAxis(), Granularity.CHANNEL).gather(values)[channel];
  }
}
