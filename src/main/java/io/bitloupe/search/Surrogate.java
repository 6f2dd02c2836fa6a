package io.bitloupe.search;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.EnergyTable;
import io.bitloupe.cost.LatencyModel;
import io.bitloupe.cost.LayerWork;
import io.bitloupe.cost.WeightCost;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.search.solve.Assignment;
import io.bitloupe.search.solve.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Losses and costs of all widths as a problem of choice: each width's loss is what the model's output diverges more from float when
 * this tensor alone has it, and losses are taken to add up.
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
  private final ChoiceSpace space;
  private final ConfigResolver resolver;
  private final ResolvedConfig resolved;
  private final CostModel costs;
  private final Limits limits;
  private final int widestActivation;

  /** The choices in {@code space}, a space of {@code evaluator}'s model around {@code base}. */
  Surrogate(ConfigEvaluator evaluator, QuantConfig base, ChoiceSpace space, WidthChoices choices, Limits limits) {
    this.model = evaluator.model();
    this.space = space;
    this.limits = limits;
    this.resolver = evaluator.resolver();
    this.resolved = resolver.resolve(base);
    this.costs = new CostModel(resolved, new Lowering(resolver.structure()).lower(resolved));
    this.widestActivation = choices.activationWidths().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** What is chosen among. */
  ChoiceSpace space() {
    return space;
  }

  /** Measures every dial at every width alone. */
  Problem measure(ConfigEvaluator evaluator, Response reference, SearchListener listener, Outlook outlook, Progress progress) {
    List<Turn> turns = new ArrayList<>();
    double[][] losses = new double[space.dials().size()][];
    for (int dial = 0; dial < losses.length; dial++) {
      losses[dial] = new double[space.dials().get(dial).widths().size()];
      for (int setting = 0; setting < losses[dial].length; setting++) {
        turns.add(new Turn(dial, setting));
      }
    }
    int[] done = {0};
    evaluator.evaluateAll(
        turns.stream().map(turn -> space.alone(turn.dial(), turn.setting())).toList(),
        (response, index) -> {
          Turn turn = turns.get(index);
          double loss = response.divergence() - reference.divergence();
          // What is summed up counts no gains: measured alone and on few samples they are mostly chance.
          losses[turn.dial()][turn.setting()] = Math.max(0, loss);
          tell(listener, turn, loss, response);
          outlook.alone(++done[0], progress);
        },
        progress.silent());
    // From the narrowest up: more bits never count as worse, which measurements on few samples would sometimes say.
    for (double[] row : losses) {
      for (int setting = row.length - 2; setting >= 0; setting--) {
        row[setting] = Math.min(row[setting], row[setting + 1]);
      }
    }
    return problem(losses);
  }

  private record Turn(int dial, int setting) {}

  private void tell(SearchListener listener, Turn turn, double loss, Response response) {
    Dial dial = space.dials().get(turn.dial());
    for (String tensor : dial.tensors()) {
      listener.onSensitivity(dial.target(), space.name(tensor), dial.widths().get(turn.setting()), loss, response);
    }
  }

  /** The problem with these losses, by dial and setting. */
  private Problem problem(double[][] losses) {
    List<Problem.Unit> units = new ArrayList<>();
    for (ChoiceSpace.Group group : space.groups()) {
      List<Problem.Alternative> alternatives = new ArrayList<>();
      for (List<Integer> combination : group.combinations()) {
        alternatives.add(new Problem.Alternative(combination.toString(), loss(group, combination, losses), costs(group, combination)));
      }
      units.add(new Problem.Unit(group.layers().getFirst().name(), alternatives));
    }
    return new Problem(units, limits());
  }

  /** The sum of {@code losses}, by dial and setting, over the dials of {@code group}. */
  static double loss(ChoiceSpace.Group group, List<Integer> combination, double[][] losses) {
    double loss = 0;
    for (int member = 0; member < combination.size(); member++) {
      loss += losses[group.dials().get(member)][combination.get(member)];
    }
    return loss;
  }

  private List<Long> costs(ChoiceSpace.Group group, List<Integer> combination) {
    long[] sums = new long[COSTS];
    for (int member = 0; member < combination.size(); member++) {
      sums[BYTES] += bytes(group.dials().get(member), combination.get(member));
    }
    for (Layer layer : group.layers()) {
      LayerWork work = work(layer, tensor -> space.width(tensor, group, combination));
      sums[BIT_OPS] += work.bitOps();
      sums[NANOJOULES] += nanojoules(work);
      // What the hardware lacks costs more than any limit.
      sums[NANOSECONDS] +=
          limits.hardware().map(hardware -> hardware.obstacle(work).isPresent() ? FORBIDDEN : nanoseconds(hardware, work)).orElse(0L);
    }
    return Arrays.stream(sums).boxed().toList();
  }

  private long bytes(int dial, int setting) {
    ResolvedConfig turned = resolver.resolve(space.alone(dial, setting));
    return space.dials().get(dial).tensors().stream()
        .mapToLong(tensor -> turned.weight(tensor).map(params -> WeightCost.ofQuantized(elements(tensor), params)).orElse(0L))
        .sum();
  }

  private long elements(String weight) {
    return model.graph().constant(weight).shape().elements();
  }

  /** What {@code layer} does where the widths of what is chosen for are {@code chosen}, and the rest is as in the base. */
  private LayerWork work(Layer layer, Function<String, Optional<Integer>> chosen) {
    LayerWork now = costs.work(layer);
    String other = layer.weight().orElseGet(() -> resolver.structure().root(layer.node().inputs().get(1)));
    String output = resolver.structure().root(layer.output());
    return LayerWork.of(
        layer,
        chosen.apply(other).orElse(now.weightBits()),
        chosen.apply(resolver.structure().root(layer.input())).orElse(now.inputBits()),
        // What is written is chosen with another layer: counted at its widest, so that no limit is exceeded.
        space.tensors(Cell.Target.ACTIVATION).contains(output) ? Math.max(widestActivation, now.outputBits()) : now.outputBits(),
        now.granularity());
  }

  private static long nanojoules(LayerWork work) {
    return Math.round(EnergyTable.of(work).picojoules() * 1e-3);
  }

  private static long nanoseconds(LatencyModel hardware, LayerWork work) {
    return Math.round(hardware.milliseconds(work) * 1e6);
  }

  /** What all else costs: biases, weights in float, layers that nothing is chosen for. */
  private long[] fixed() {
    long[] fixed = new long[COSTS];
    fixed[BYTES] = costs.total().weightBytes();
    for (String tensor : space.tensors(Cell.Target.WEIGHT)) {
      fixed[BYTES] -= WeightCost.ofQuantized(elements(tensor), resolved.weight(tensor).orElseThrow());
    }
    for (Layer layer : model.layers()) {
      if (space.groups().stream().noneMatch(group -> group.layers().contains(layer))) {
        LayerWork work = work(layer, _ -> Optional.empty());
        fixed[BIT_OPS] += work.bitOps();
        fixed[NANOJOULES] += nanojoules(work);
        fixed[NANOSECONDS] += limits.hardware().map(hardware -> nanoseconds(hardware, work)).orElse(0L);
      }
    }
    fixed[NANOSECONDS] += limits.hardware().map(hardware -> Math.round(hardware.restMilliseconds() * 1e6)).orElse(0L);
    return fixed;
  }

  private List<Long> limits() {
    long[] fixed = fixed();
    long[] most = new long[COSTS];
    Arrays.fill(most, Problem.NO_LIMIT);
    limits.weightBytes().ifPresent(bytes -> most[BYTES] = bytes - fixed[BYTES]);
    limits.bitOps().ifPresent(bitOps -> most[BIT_OPS] = bitOps - fixed[BIT_OPS]);
    limits.microjoules().ifPresent(energy -> most[NANOJOULES] = (long) Math.floor(energy * 1e3) - fixed[NANOJOULES]);
    limits.milliseconds().ifPresent(latency -> most[NANOSECONDS] = (long) Math.floor(latency * 1e6) - fixed[NANOSECONDS]);
    if (limits.hardware().isPresent() && limits.milliseconds().isEmpty()) {
      most[NANOSECONDS] = FORBIDDEN - 1;
    }
    return Arrays.stream(most).boxed().toList();
  }

  /** What the model takes at least of the first cost whose limit no choice keeps, for the end of a sentence; empty where there is none. */
  String obstacle(Problem problem) {
    long[] least = fixed();
    for (int cost = 0; cost < COSTS; cost++) {
      long chosen = 0;
      for (Problem.Unit unit : problem.units()) {
        int index = cost;
        chosen += unit.alternatives().stream().mapToLong(one -> one.costs().get(index)).min().orElse(0);
      }
      if (chosen > problem.limits().get(cost)) {
        return "; " + spent(cost, least[cost] + chosen);
      }
    }
    return " together";
  }

  private String spent(int cost, long least) {
    return switch (cost) {
      case BYTES -> "at the narrowest its weights take %d bytes".formatted(least);
      case BIT_OPS -> "at the narrowest it takes %d BitOps".formatted(least);
      case NANOJOULES -> "at the narrowest it takes %.3f microjoules".formatted(least * 1e-3);
      default -> {
        String name = limits.hardware().orElseThrow().name();
        yield least >= FORBIDDEN ? "%s runs none of them".formatted(name) : "%s takes at least %.3f ms".formatted(name, least * 1e-6);
      }
    };
  }

  /** What the whole model costs under {@code assignment}. */
  Spending spending(Assignment assignment) {
    long[] spent = fixed();
    for (int cost = 0; cost < COSTS; cost++) {
      spent[cost] += assignment.costs().get(cost);
    }
    boolean timed = limits.hardware().isPresent() && spent[NANOSECONDS] < FORBIDDEN;
    return new Spending(
        spent[BYTES],
        spent[BIT_OPS],
        spent[NANOJOULES] * 1e-3,
        timed ? OptionalDouble.of(spent[NANOSECONDS] * 1e-6) : OptionalDouble.empty());
  }
}
