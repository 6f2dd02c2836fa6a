package io.bitloupe.ui.compare;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.metric.Outcomes;
import io.bitloupe.metric.Pairing;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What two steps chose and measured.
 *
 * @param a step A
 * @param b step B
 * @param rows one for each layer
 * @param pairing both on the same samples; empty where single answers were not kept of both
 */
public record Comparison(HistoryStep a, HistoryStep b, List<CompareRow> rows, Optional<Pairing> pairing) {
  /** Copies the list. */
  public Comparison {
    rows = List.copyOf(rows);
  }

  /** What was measured of A. */
  public Evaluation measuredA() {
    return a.measured().orElseThrow();
  }

  /** What was measured of B. */
  public Evaluation measuredB() {
    return b.measured().orElseThrow();
  }

  /** Compares two measured steps. */
  static Comparison of(
      Model model, HistoryStep a, HistoryStep b, Function<Layer, String> names, Optional<Outcomes> ofA, Optional<Outcomes> ofB) {
    List<CompareRow> rows = new ArrayList<>();
    for (Layer layer : model.layers()) {
      Choices choicesA = Choices.of(layer, a.config());
      Choices choicesB = Choices.of(layer, b.config());
      Optional<LayerResult> resultA = result(a, layer);
      Optional<LayerResult> resultB = result(b, layer);
      rows.add(
          new CompareRow(
              layer.index(),
              names.apply(layer),
              Terms.operator(layer),
              new CompareRow.Pair<>(choicesA.weights(), choicesB.weights()),
              new CompareRow.Pair<>(choicesA.activations(), choicesB.activations()),
              new CompareRow.Pair<>(choicesA.granularity(), choicesB.granularity()),
              new CompareRow.Pair<>(choicesA.range(), choicesB.range()),
              pair(resultA, resultB, it -> OptionalDouble.of((double) it.weightBytes())),
              pair(resultA, resultB, LayerResult::milliseconds),
              pair(resultA, resultB, it -> OptionalDouble.of(it.weightSqnrDb()))));
    }
    Optional<Pairing> pairing = ofA.flatMap(first -> ofB.filter(first::isPairedWith).map(second -> Pairing.of(first, second)));
    return new Comparison(a, b, rows, pairing);
  }

  private static Optional<LayerResult> result(HistoryStep step, Layer layer) {
    return step.measured().map(Evaluation::layers).filter(layers -> layer.index() < layers.size()).map(layers -> layers.get(layer.index()));
  }

  private static CompareRow.Pair<OptionalDouble> pair(
      Optional<LayerResult> a, Optional<LayerResult> b, Function<LayerResult, OptionalDouble> figure) {
    return new CompareRow.Pair<>(
        a.map(figure).orElseGet(OptionalDouble::empty), b.map(figure).orElseGet(OptionalDouble::empty));
  }

  /** A layer's choices in words. */
  private record Choices(String weights, String activations, String granularity, String range) {
    static Choices of(Layer layer, QuantConfig config) {
      String activations = Terms.bits(config.activationChoice(layer.output()));
      Optional<TensorChoice> weight = layer.weight().map(config::weightChoice);
      if (weight.isEmpty()) {
        return new Choices(Messages.get("compare.absent"), activations, Messages.get("compare.absent"), Messages.get("compare.absent"));
      }
      String granularity = weight.get().grouping().map(Terms::granularity).orElse(Messages.get("compare.absent"));
      String range =
          weight.get() instanceof TensorChoice.Quantized quantized ? Terms.rangeOf(quantized) : Messages.get("compare.absent");
      return new Choices(Terms.bits(weight.get()), activations, granularity, range);
    }
  }
}
