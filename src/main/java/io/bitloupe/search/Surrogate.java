package io.bitloupe.search;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.EnergyTable;
import io.bitloupe.cost.LatencyModel;
import io.bitloupe.cost.LayerWork;
import io.bitloupe.cost.WeightCost;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.search.solve.Assignment;
import io.bitloupe.search.solve.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Losses and costs of every layer's weights at every width as a problem of choice: each width's loss is what the model's output
 * diverges more from float when this layer alone has it, and losses are taken to add up.
 */
final class Surrogate {

  /** Which sum of costs is which. */
  static final int BYTES = 0;

  private static final int BIT_OPS = 1;
  private static final int NANOJOULES = 2;
  private static final int NANOSECONDS = 3;
  private static final int COSTS = 4;
  /** More nanoseconds than any limit allows, for what the hardware lacks. */
  private static final long FORBIDDEN = 1L << 50;

  private final Model model;
  private final QuantConfig base;
  private final List<Integer> widths;
  private final List<String> tensors = new ArrayList<>();
  private final Map<String, List<Layer>> readers = new LinkedHashMap<>();
  private final ConfigResolver resolver;
  private final ResolvedConfig resolved;
  private final CostModel costs;
  private final Limits limits;

  /**
   * The layers of a model; what {@code base} keeps in float stays as it is.
   *
   * @param widths the widest first
   */
  Surrogate(ConfigEvaluator evaluator, QuantConfig base, List<Integer> widths, Limits limits) {
    this.model = evaluator.model();
    this.base = base;
    this.widths = List.copyOf(widths);
    this.limits = limits;
    this.resolver = evaluator.resolver();
    this.resolved = resolver.resolve(base);
    this.costs = new CostModel(resolved, new Lowering(resolver.structure()).lower(resolved));
    for (Layer layer : model.layers()) {
      layer
          .weight()
          .filter(weight -> base.weightChoice(weight) instanceof TensorChoice.Quantized)
          .ifPresent(
              weight -> {
                if (!tensors.contains(weight)) {
                  tensors.add(weight);
                }
                readers.computeIfAbsent(weight, _ -> new ArrayList<>()).add(layer);
              });
    }
  }

  /** The weights that are chosen for. */
  List<String> tensors() {
    return List.copyOf(tensors);
  }

  /** The first layer that uses the weights {@code tensor}. */
  Layer layer(int unit) {
    return readers.getOrDefault(tensors.get(unit), List.of()).getFirst();
  }

  int widthCount() {
    return widths.size();
  }

  int bits(int pick) {
    return widths.get(pick);
  }

  /** The configuration that {@code picks}, a width for each weight, stand for. */
  QuantConfig config(List<Integer> picks) {
    Map<String, TensorChoice> choices = new LinkedHashMap<>();
    for (int unit = 0; unit < tensors.size(); unit++) {
      choices.put(tensors.get(unit), choice(tensors.get(unit), widths.get(picks.get(unit))));
    }
    return base.with(choices);
  }

  private TensorChoice choice(String tensor, int bits) {
    TensorChoice current = base.weightChoice(tensor);
    return Choices.withWidth(current, new BitWidths.Width(bits), current);
  }

  /** Measures every layer at every width alone. */
  Problem measure(ConfigEvaluator evaluator, Response reference, SearchListener listener, Progress progress) {
    double[][] losses = new double[tensors.size()][widths.size()];
    for (int unit = 0; unit < tensors.size(); unit++) {
      double least = Double.POSITIVE_INFINITY;
      // From the narrowest up: more bits never count as worse, which measurements on few samples would sometimes say.
      for (int width = widths.size() - 1; width >= 0; width--) {
        progress.checkCancelled();
        QuantConfig config = base.with(tensors.get(unit), choice(tensors.get(unit), widths.get(width)));
        Response response = evaluator.evaluate(config, Silent.of(progress));
        double loss = Math.max(0, response.divergence() - reference.divergence());
        listener.onSensitivity(layer(unit).name(), widths.get(width), loss, response);
        least = Math.min(least, loss);
        losses[unit][width] = least;
        progress.report((long) unit * widths.size() + widths.size() - width, (long) tensors.size() * widths.size());
      }
    }
    return problem(losses);
  }

  /** The problem with these losses, by weight and width. */
  Problem problem(double[][] losses) {
    List<Problem.Unit> units = new ArrayList<>();
    for (int unit = 0; unit < tensors.size(); unit++) {
      List<Problem.Alternative> alternatives = new ArrayList<>();
      for (int width = 0; width < widths.size(); width++) {
        alternatives.add(
            new Problem.Alternative(
                "W" + widths.get(width),
                losses[unit][width],
                costs(tensors.get(unit), widths.get(width))));
      }
      units.add(new Problem.Unit(layer(unit).name(), alternatives));
    }
    return new Problem(units, limits());
  }

  private List<Long> costs(String tensor, int bits) {
    long[] sums = new long[COSTS];
    var params = resolver.resolve(base.with(tensor, choice(tensor, bits))).weight(tensor).orElseThrow();
    sums[BYTES] = WeightCost.ofQuantized(model.graph().constant(tensor).shape().elements(), params);
    for (Layer layer : readers.getOrDefault(tensor, List.of())) {
      LayerWork work = costs.work(layer);
      LayerWork narrow =
          LayerWork.of(layer, bits, work.inputBits(), work.outputBits(), work.granularity());
      sums[BIT_OPS] += narrow.bitOps();
      sums[NANOJOULES] += Math.round(EnergyTable.of(narrow).picojoules() * 1e-3);
      LatencyModel hardware = limits.hardware().orElse(null);
      if (hardware != null) {
        // What the hardware lacks costs more than any limit.
        sums[NANOSECONDS] += hardware.obstacle(narrow).isPresent() ? FORBIDDEN : Math.round(hardware.milliseconds(narrow) * 1e6);
      }
    }
    return java.util.Arrays.stream(sums).boxed().toList();
  }

  /** What all else costs: biases, weights in float, layers without weights. */
  private long[] fixed() {
    long[] fixed = new long[COSTS];
    fixed[BYTES] = costs.total().weightBytes();
    for (String tensor : tensors) {
      fixed[BYTES] -= WeightCost.ofQuantized(model.graph().constant(tensor).shape().elements(), resolved.weight(tensor).orElseThrow());
    }
    for (Layer layer : model.layers()) {
      if (layer.weight().filter(tensors::contains).isEmpty()) {
        LayerWork work = costs.work(layer);
        fixed[BIT_OPS] += work.bitOps();
        fixed[NANOJOULES] += Math.round(EnergyTable.of(work).picojoules() * 1e-3);
        fixed[NANOSECONDS] += limits.hardware().map(hardware -> Math.round(hardware.milliseconds(work) * 1e6)).orElse(0L);
      }
    }
    fixed[NANOSECONDS] += limits.hardware().map(hardware -> Math.round(hardware.restMilliseconds() * 1e6)).orElse(0L);
    return fixed;
  }

  private List<Long> limits() {
    long[] fixed = fixed();
    long[] most = new long[COSTS];
    java.util.Arrays.fill(most, Problem.NO_LIMIT);
    limits.weightBytes().ifPresent(bytes -> most[BYTES] = bytes - fixed[BYTES]);
    limits.bitOps().ifPresent(bitOps -> most[BIT_OPS] = bitOps - fixed[BIT_OPS]);
    limits.microjoules().ifPresent(energy -> most[NANOJOULES] = (long) Math.floor(energy * 1e3) - fixed[NANOJOULES]);
    limits.milliseconds().ifPresent(latency -> most[NANOSECONDS] = (long) Math.floor(latency * 1e6) - fixed[NANOSECONDS]);
    if (limits.hardware().isPresent() && limits.milliseconds().isEmpty()) {
      most[NANOSECONDS] = FORBIDDEN - 1;
    }
    return java.util.Arrays.stream(most).boxed().toList();
  }

  /** Bytes of the whole model under {@code assignment}. */
  long bytes(Assignment assignment) {
    return fixed()[BYTES] + assignment.costs().get(BYTES);
  }

  /** Latency of the whole model under {@code assignment} in milliseconds; empty without hardware, or where it lacks a width. */
  OptionalDouble milliseconds(Assignment assignment) {
    long nanoseconds = fixed()[NANOSECONDS] + assignment.costs().get(NANOSECONDS);
    return limits.hardware().isEmpty() || nanoseconds >= FORBIDDEN ? OptionalDouble.empty() : OptionalDouble.of(nanoseconds * 1e-6);
  }
}
