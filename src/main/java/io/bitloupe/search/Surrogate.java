package io.bitloupe.search;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.Glob;
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
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.search.solve.Assignment;
import io.bitloupe.search.solve.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

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
  private final WidthChoices choices;
  private final List<Integer> widths;
  private final List<String> tensors = new ArrayList<>();
  private final Map<String, List<Layer>> readers = new LinkedHashMap<>();
  private final ConfigResolver resolver;
  private final ResolvedConfig resolved;
  private final CostModel costs;
  private final Limits limits;

  /**
   * The layers of a model; what {@code base} keeps in float, and what is pinned, stays as it is.
   *
   * @throws InvalidInputException when a pattern fits no layer, or nothing is left to choose for
   */
  Surrogate(ConfigEvaluator evaluator, QuantConfig base, WidthChoices choices, Limits limits) {
    this.model = evaluator.model();
    this.base = base;
    this.choices = choices;
    this.widths = choices.widths();
    this.limits = limits;
    this.resolver = evaluator.resolver();
    this.resolved = resolver.resolve(base);
    this.costs = new CostModel(resolved, new Lowering(resolver.structure()).lower(resolved));
    Set<String> pinned = named(choices.pinned());
    for (Layer layer : model.layers()) {
      layer
          .weight()
          .filter(weight -> !pinned.contains(weight) && base.weightChoice(weight) instanceof TensorChoice.Quantized)
          .ifPresent(
              weight -> {
                if (!tensors.contains(weight)) {
                  tensors.add(weight);
                }
                readers.computeIfAbsent(weight, _ -> new ArrayList<>()).add(layer);
              });
    }
    if (tensors.isEmpty()) {
      throw new InvalidInputException("%s has no weights whose width could be chosen.".formatted(model.fileName()));
    }
  }

  /** The weights of the layers that {@code patterns} name. */
  private Set<String> named(List<String> patterns) {
    Set<String> weights = new HashSet<>();
    patterns.forEach(pattern -> layers(pattern).forEach(layer -> layer.weight().ifPresent(weights::add)));
    return weights;
  }

  private List<Layer> layers(String pattern) {
    Glob glob = new Glob(pattern);
    List<Layer> found = model.layers().stream().filter(layer -> glob.matches(layer.name())).toList();
    if (found.isEmpty()) {
      throw new InvalidInputException("No layer of %s is called '%s'.".formatted(model.fileName(), pattern));
    }
    return found;
  }

  /** Units that take the same width, by index. */
  private List<Set<Integer>> ties() {
    List<Set<Integer>> ties = new ArrayList<>();
    for (String pattern : choices.tied()) {
      Set<Integer> units = new TreeSet<>();
      named(List.of(pattern)).stream().map(tensors::indexOf).filter(unit -> unit >= 0).forEach(units::add);
      List<Set<Integer>> overlapping = ties.stream().filter(other -> !Collections.disjoint(other, units)).toList();
      overlapping.forEach(units::addAll);
      ties.removeAll(overlapping);
      if (units.size() > 1) {
        ties.add(units);
      }
    }
    return ties;
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

  /** The picks that widths stand for. */
  List<Integer> picks(List<Integer> bits) {
    return bits.stream().map(widths::indexOf).toList();
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
    int columns = widths.size();
    double[][] losses = new double[tensors.size()][columns];
    List<QuantConfig> configs = new ArrayList<>();
    for (String tensor : tensors) {
      widths.forEach(bits -> configs.add(base.with(tensor, choice(tensor, bits))));
    }
    int[] done = {0};
    evaluator.evaluateAll(
        configs,
        (response, index) -> {
          int unit = index / columns;
          int width = index % columns;
          losses[unit][width] = Math.max(0, response.divergence() - reference.divergence());
          listener.onSensitivity(layer(unit).name(), widths.get(width), losses[unit][width], response);
          progress.report(++done[0], configs.size());
        },
        progress.silent());
    // From the narrowest up: more bits never count as worse, which measurements on few samples would sometimes say.
    for (double[] row : losses) {
      for (int width = columns - 2; width >= 0; width--) {
        row[width] = Math.min(row[width], row[width + 1]);
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
    return new Problem(units, limits(), ties(), Map.of());
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
