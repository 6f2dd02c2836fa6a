package io.bitloupe.search;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.RangeMethods;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.cost.CostModel;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.DatasetSlice;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What would help a layer that hurts: more bits, a scale for each channel, another range, or float, for its weights and for its
 * output, each measured on samples of the tuning part.
 *
 * @param samples the most samples to measure on
 * @param threads threads to compute on
 * @param activationBytes the most bytes of activations to keep
 */
public record Remedies(int samples, int threads, long activationBytes) {

  private static final List<Integer> WIDTHS = List.of(4, 6, 8);
  private static final int WIDEST_OUTPUT = 16;

  private record Candidate(String tensor, Remedy.Kind kind, TensorChoice choice, QuantConfig config) {}

  /**
   * Measures all of them, the most helpful first.
   *
   * @throws InvalidInputException with one sentence, when nothing about {@code layer} is quantized
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled
   */
  public List<Remedy> of(SweepBase around, Layer layer, Progress progress) {
    QuantConfig base = around.config();
    Dataset tuning = around.original().data().tuning();
    Dataset part = new DatasetSlice(tuning, 0, Math.min(samples, tuning.size()));
    try (ConfigEvaluator evaluator = around.evaluator(part, threads, activationBytes, ResponseJournal.inMemory())) {
      List<Candidate> candidates = new ArrayList<>(ofWeights(base, layer));
      String output = evaluator.resolver().structure().root(layer.output());
      if (evaluator.resolver().activations().contains(output)) {
        candidates.addAll(ofOutput(base, output));
      }
      if (candidates.isEmpty()) {
        throw new InvalidInputException("Nothing about the layer %s is quantized, so nothing can help it.".formatted(layer.name()));
      }
      Response before = evaluator.base(base, progress.silent());
      Lowering lowering = new Lowering(evaluator.resolver().structure());
      long bytes = bytes(evaluator, lowering, base);
      List<Remedy> remedies = new ArrayList<>();
      evaluator.evaluateAll(
          candidates.stream().map(Candidate::config).toList(),
          (after, index) -> {
            Candidate one = candidates.get(index);
            long extra = bytes(evaluator, lowering, one.config()) - bytes;
            remedies.add(new Remedy(one.tensor(), one.kind(), one.choice(), extra, before, after));
            progress.report(remedies.size(), candidates.size());
          },
          progress.silent());
      remedies.sort(
          Comparator.comparingDouble((Remedy remedy) -> -remedy.gain())
              .thenComparingLong(Remedy::extraBytes)
              .thenComparing(Remedy::kind)
              .thenComparing(remedy -> remedy.choice().toString()));
      return remedies;
    }
  }

  private static long bytes(ConfigEvaluator evaluator, Lowering lowering, QuantConfig config) {
    var resolved = evaluator.resolver().resolve(config);
    return new CostModel(resolved, lowering.lower(resolved)).total().weightBytes();
  }

  private static List<Candidate> ofWeights(QuantConfig base, Layer layer) {
    List<Candidate> found = new ArrayList<>();
    String tensor = layer.weight().orElse("");
    if (tensor.isEmpty() || !(base.weightChoice(tensor) instanceof TensorChoice.Quantized now)) {
      return found;
    }
    for (int bits : WIDTHS) {
      if (bits > now.bits()) {
        add(found, base, tensor, Remedy.Kind.WEIGHT_BITS, Choices.withWidth(now, new BitWidths.Width(bits), now));
      }
    }
    if (now.granularity().equals(Granularity.TENSOR)) {
      add(found, base, tensor, Remedy.Kind.PER_CHANNEL, Choices.withGranularity(now, Granularity.CHANNEL));
    }
    for (RangeMethod range : RangeMethods.OF_VALUES) {
      if (!now.range().equals(range)) {
        add(found, base, tensor, Remedy.Kind.WEIGHT_RANGE, Choices.withRange(now, range));
      }
    }
    add(found, base, tensor, Remedy.Kind.FLOAT_WEIGHTS, TensorChoice.FLOAT);
    return found;
  }

  private static List<Candidate> ofOutput(QuantConfig base, String tensor) {
    List<Candidate> found = new ArrayList<>();
    if (!(base.activationChoice(tensor) instanceof TensorChoice.Quantized now)) {
      return found;
    }
    for (int bits : List.of(Byte.SIZE, WIDEST_OUTPUT)) {
      if (bits > now.bits()) {
        add(found, base, tensor, Remedy.Kind.OUTPUT_BITS, Choices.withWidth(now, new BitWidths.Width(bits), now));
      }
    }
    for (RangeMethod range : RangeMethods.OF_VALUES) {
      if (!now.range().equals(range)) {
        add(found, base, tensor, Remedy.Kind.OUTPUT_RANGE, Choices.withRange(now, range));
      }
    }
    add(found, base, tensor, Remedy.Kind.FLOAT_OUTPUT, TensorChoice.FLOAT);
    return found;
  }

  private static void add(List<Candidate> found, QuantConfig base, String tensor, Remedy.Kind kind, TensorChoice choice) {
    found.add(new Candidate(tensor, kind, choice, base.with(tensor, choice)));
  }
}
