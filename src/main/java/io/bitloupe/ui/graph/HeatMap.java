package io.bitloupe.ui.graph;

import io.bitloupe.engine.LayerResult;
import io.bitloupe.model.Layer;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.workspace.Searched;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A colour and a figure for each layer.
 *
 * @param heat what they tell
 * @param entries one for each layer, in order
 * @param legend what the seven levels mean, from harmless to harmful; empty texts for levels that do not occur
 * @param floatOutputs outputs of the nodes that run in float
 * @param stale whether what they tell was measured in another configuration
 */
public record HeatMap(Heat heat, List<Entry> entries, List<String> legend, Set<String> floatOutputs, boolean stale) {
  /** Nothing is known. */
  static final HeatMap EMPTY = new HeatMap(Heat.WEIGHT_SQNR, List.of(), List.of(), Set.of(), false);

  /** The colour of what is not known. */
  static final Ink UNMEASURED = Ink.INSET;

  /** A level for what is not known. */
  private static final int UNKNOWN = -1;

  /** A level for what is better than harmless; lower than all others. */
  private static final int GAIN = -2;

  private static final int LEVELS = 7;
  private static final double[] DECIBELS = {45, 40, 35, 30, 25, 20};
  private static final int FLOAT_LEVEL = 4;

  /**
   * One layer.
   *
   * @param level 0 harmless to 6 harmful; negative where it does good or is unknown
   * @param figure the number with its unit
   * @param bits weights and activations, short
   * @param inFloat whether it runs in float
   * @param harm tells which of two layers of one level is the more harmful: larger is worse
   */
  public record Entry(int level, String figure, String bits, boolean inFloat, double harm) {
    /** Without a number behind the level. */
    Entry(int level, String figure, String bits, boolean inFloat) {
      this(level, figure, bits, inFloat, level);
    }

    /** Whether there is something to show in colour. */
    boolean isKnown() {
      return level != UNKNOWN;
    }

    /** The colour. */
    Ink ink() {
      return level == GAIN ? Ink.GAIN : level == UNKNOWN ? UNMEASURED : Ink.heat(level);
    }
  }

  /** Copies the lists. */
  public HeatMap {
    entries = List.copyOf(entries);
    legend = List.copyOf(legend);
    floatOutputs = Set.copyOf(floatOutputs);
  }

  /**
   * The map of {@code heat}.
   *
   * @param layers the model's layers
   * @param bits of weights and activations of each layer, for people
   * @param results what was measured of each layer; empty when nothing was
   * @param losses what layers lose alone, in nats, by name
   * @param floatOutputs outputs of the nodes that run in float
   */
  static HeatMap of(
      Heat heat,
      List<Layer> layers,
      List<LayerBits> bits,
      List<LayerResult> results,
      Map<String, Double> losses,
      Set<String> floatOutputs) {
    List<Entry> entries = new ArrayList<>();
    double greatest = switch (heat) {
      case BYTES -> greatest(results, LayerResult::weightBytes);
      case TIME -> greatest(results, result -> result.milliseconds().orElse(0));
      default -> 0;
    };
    for (int i = 0; i < layers.size(); i++) {
      boolean inFloat = floatOutputs.contains(layers.get(i).node().output());
      String text = bits.get(i).text();
      boolean measured = i < results.size();
      entries.add(
          switch (heat) {
            case BITS -> new Entry(bitsLevel(bits.get(i).weights()), "", text, inFloat);
            case PLACE -> new Entry(inFloat ? FLOAT_LEVEL : 0, Messages.get(inFloat ? "graph.inFloat" : "graph.inIntegers"), text, inFloat);
            case SENSITIVITY -> sensitivity(Optional.ofNullable(losses.get(layers.get(i).name())), text, inFloat);
            default -> measured ? entry(heat, results.get(i), greatest, text, inFloat) : new Entry(UNKNOWN, Figures.UNKNOWN, text, inFloat);
          });
    }
    return new HeatMap(heat, entries, legend(heat, greatest), floatOutputs, false);
  }

  /** Whether there are layers of which nothing is known. */
  boolean hasUnmeasured() {
    return entries.stream().anyMatch(entry -> !entry.isKnown());
  }

  /** This with the mark that it was measured in another configuration, or without. */
  HeatMap withStale(boolean isStale) {
    return new HeatMap(heat, entries, legend, floatOutputs, isStale);
  }

  /**
   * Bits of a layer.
   *
   * @param weights of the weights; 32 in float, 0 where there are none
   * @param text weights and activations, short
   */
  record LayerBits(int weights, String text) {}

  private static Entry entry(Heat heat, LayerResult result, double greatest, String bits, boolean inFloat) {
    return switch (heat) {
      case WEIGHT_SQNR -> decibels(result.weightSqnrDb(), bits, inFloat);
      case OUTPUT_SQNR -> result.outputSqnrDb().isPresent()
          ? decibels(result.outputSqnrDb().getAsDouble(), bits, inFloat)
          : new Entry(UNKNOWN, inFloat ? Messages.get("graph.inFloat") : Figures.UNKNOWN, bits, inFloat);
      case BYTES ->
          new Entry(
              shareLevel((double) result.weightBytes(), greatest),
              Figures.bytes(result.weightBytes()),
              bits,
              inFloat,
              (double) result.weightBytes());
      case TIME -> result.milliseconds().isPresent()
          ? new Entry(shareLevel(result.milliseconds().getAsDouble(), greatest),
              Figures.milliseconds(result.milliseconds().getAsDouble()), bits, inFloat, result.milliseconds().getAsDouble())
          : new Entry(UNKNOWN, inFloat ? Messages.get("graph.inFloat") : Figures.UNKNOWN, bits, inFloat);
      default -> throw new IllegalArgumentException("no figure of " + heat);
    };
  }

  private static Entry sensitivity(Optional<Double> nats, String bits, boolean inFloat) {
    if (nats.isEmpty()) {
      return new Entry(UNKNOWN, Messages.get("graph.notMeasured"), bits, inFloat);
    }
    double loss = nats.get();
    return new Entry(Searched.isGain(loss) ? GAIN : Searched.level(loss), Figures.thousandths(loss), bits, inFloat, loss);
  }

  private static Entry decibels(double value, String bits, boolean inFloat) {
    int level = 0;
    while (level < DECIBELS.length && value < DECIBELS[level]) {
      level++;
    }
    return new Entry(level, Figures.decibels(value), bits, inFloat, -value);
  }

  private static int bitsLevel(int bits) {
    return bits == 0 ? UNKNOWN : Math.clamp(8 - bits, 0, LEVELS - 1);
  }

  /** Square-root steps up to the greatest. */
  private static int shareLevel(double value, double greatest) {
    return greatest <= 0 ? 0 : (int) Math.clamp(Math.floor(LEVELS * Math.sqrt(value / greatest)), 0, LEVELS - 1);
  }

  private static double greatest(List<LayerResult> results, ToDoubleFunction<LayerResult> value) {
    return results.stream().mapToDouble(value).max().orElse(0);
  }

  private static List<String> legend(Heat heat, double greatest) {
    List<String> legend = new ArrayList<>();
    for (int level = 0; level < LEVELS; level++) {
      legend.add(
          switch (heat) {
            case WEIGHT_SQNR, OUTPUT_SQNR ->
                level == 0
                    ? Messages.get("graph.legend.atLeast", Figures.fixed(DECIBELS[0], 0))
                    : level == LEVELS - 1
                        ? Messages.get("graph.legend.below", Figures.fixed(DECIBELS[LEVELS - 2], 0))
                        : Messages.get("range.span", Figures.fixed(DECIBELS[level], 0), Figures.fixed(DECIBELS[level - 1], 0));
            case SENSITIVITY ->
                level == LEVELS - 1
                    ? Messages.get("graph.legend.atLeast", limit(Searched.from(level)))
                    : Messages.get("graph.legend.upTo", limit(Searched.from(level + 1)));
            case BITS -> Messages.get(
                level == 0 ? "graph.legend.orMore" : level == LEVELS - 1 ? "graph.legend.orFewer" : "graph.legend.plain", 8 - level);
            case BYTES -> greatest <= 0 ? "" : Messages.get("graph.legend.upTo", Figures.bytes(Math.round(bound(level, greatest))));
            case TIME -> greatest <= 0 ? "" : Messages.get("graph.legend.upTo", Figures.significant(bound(level, greatest)));
            case PLACE -> level == 0 ? Messages.get("graph.inIntegers") : level == FLOAT_LEVEL ? Messages.get("graph.inFloat") : "";
          });
    }
    return legend;
  }

  /** A limit between levels of sensitivity, in thousandths of a nat; a round number. */
  static String limit(double nats) {
    return Figures.fixed(1000 * nats, Math.abs(nats) < 1e-3 ? 1 : 0);
  }

  private static double bound(int level, double greatest) {
    double share = (level + 1.0) / LEVELS;
    return greatest * share * share;
  }
}
