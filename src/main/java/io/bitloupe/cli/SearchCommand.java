package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.LatencyModel;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.MachineLatency;
import io.bitloupe.engine.Response;
import io.bitloupe.metric.Interval;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.report.Figures;
import io.bitloupe.search.Limits;
import io.bitloupe.search.MeasuredPoint;
import io.bitloupe.search.MixedPrecisionSearch;
import io.bitloupe.search.SearchListener;
import io.bitloupe.search.SearchResult;
import io.bitloupe.search.Strategy;
import io.bitloupe.search.WidthChoices;
import io.bitloupe.search.solve.AgentSettings;
import io.bitloupe.search.solve.DynamicProgramming;
import io.bitloupe.search.solve.Evolution;
import io.bitloupe.search.solve.Exact;
import io.bitloupe.search.solve.Greedy;
import io.bitloupe.search.solve.IntegerProgram;
import io.bitloupe.search.solve.Nsga2;
import io.bitloupe.search.solve.ParetoMerge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine;

/** {@code search}: widths for each layer that keep limits and lose least. */
@CommandLine.Command(
    name = "search",
    description = "Find widths for the weights of each layer: on the tuning part of the data, judged on the report part.")
final class SearchCommand extends Command {

  private static final long SEED = 1;

  /** How the sum of losses is minimised. */
  enum Algorithm {
    exact,
    dp,
    ilp,
    pareto,
    greedy,
    nsga2,
    evolution,
    ddpg
  }

  @Option(
      names = "--max-size",
      paramLabel = "BYTES|FRACTION",
      description = "The most bytes of weights; up to 1 a fraction of the float weights.")
  private Optional<Double> maxSize = Optional.empty();

  @Option(
      names = "--max-latency",
      paramLabel = "MS",
      description = "The most milliseconds for a sample, on --profile, --latency-table or this machine.")
  private Optional<Double> maxLatency = Optional.empty();

  @Option(names = "--max-bitops", paramLabel = "N", description = "The most bit operations for a sample.")
  private Optional<Double> maxBitOps = Optional.empty();

  @Option(names = "--max-energy", paramLabel = "UJ", description = "The most microjoules for a sample, by the 45 nm table.")
  private Optional<Double> maxEnergy = Optional.empty();

  @Option(
      names = "--min-top1",
      paramLabel = "FRACTION",
      description = "The least share of correct tuning samples, for the smallest configuration that reaches it.")
  private Optional<Double> minTop1 = Optional.empty();

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = "exact (default: dp under one limit, ilp under several), dp, ilp, pareto, greedy, nsga2, evolution or ddpg.")
  private Algorithm algorithm = Algorithm.exact;

  @Option(
      names = "--episodes",
      paramLabel = "N",
      description = "Configurations that ddpg measures; default: 600.")
  private Optional<Integer> episodes = Optional.empty();

  @Option(names = "--pin", paramLabel = "GLOB", description = "Layers that keep the width they are given; repeatable.")
  private List<String> pinned = new ArrayList<>();

  @Option(names = "--tie", paramLabel = "GLOB", description = "Layers that take the same width; repeatable.")
  private List<String> tied = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "CONFIG",
      description = "The configuration file to write.")
  private Optional<Path> output = Optional.empty();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final SensitivityOptions sensitivity = new SensitivityOptions();
  @Mixin private final LatencyOptions latencyOptions = new LatencyOptions();
  @Mixin private final MeasuringOptions measuring = new MeasuringOptions();

  SearchCommand(Context context) {
    super(context);
  }

  /** What the report part says: the choice, and what it is compared with. */
  private record Judged(int samples, Response reference, Response chosen, Map<MeasuredPoint, Response> uniform) {}

  @Override
  public Integer call() {
    check();
    output.ifPresent(AtomicFile::folderFor);
    List<Integer> widths = sensitivity.widths();
    WidthChoices choices = new WidthChoices(widths, pinned, tied);
    Optional<LatencyModel> named = latencyOptions.model();
    try (SensitivityOptions.Kept kept = sensitivity.journal()) {
      MeasuringOptions.Opened opened = measuring.open(console());
      SensitivityOptions.requireIntegers(opened.config());
      Dataset samples = sensitivity.samples(opened.workbench().data());
      Limits limits = limits(opened, widths, named);
      SearchResult result;
      try (ConfigEvaluator evaluator = measuring.evaluator(opened.workbench(), samples, kept.journal());
          ConsoleProgress progress = console().progress("searching")) {
        result = new MixedPrecisionSearch(evaluator, opened.config(), choices, limits, strategy(), SearchListener.NONE).run(progress);
      }
      Judged judged = judge(opened, result, kept);
      output.ifPresent(file -> write(opened, result, file));
      if (json) {
        console().print(document(opened, samples, result, judged));
      } else {
        console().print(text(opened, samples, result, judged));
        output.ifPresent(file -> console().println("written to %s", file));
      }
    }
    return ExitStatus.DONE;
  }

  private void check() {
    positive("--max-size", maxSize);
    positive("--max-latency", maxLatency);
    positive("--max-bitops", maxBitOps);
    positive("--max-energy", maxEnergy);
    if (episodes.filter(count -> count < 1).isPresent()) {
      throw new InvalidInputException("--episodes takes a number from 1 on, not %d.".formatted(episodes.get()));
    }
    if (episodes.isPresent() && algorithm != Algorithm.ddpg) {
      throw new InvalidInputException("--episodes is for --algorithm ddpg.");
    }
    if (minTop1.filter(share -> !(share >= 0 && share <= 1)).isPresent()) {
      throw new InvalidInputException("--min-top1 takes a share from 0 to 1, not %s.".formatted(minTop1.get()));
    }
    if (maxSize.isEmpty() && maxLatency.isEmpty() && maxBitOps.isEmpty() && maxEnergy.isEmpty() && minTop1.isEmpty()) {
      throw new InvalidInputException("search needs a limit: --max-size, --max-latency, --max-bitops, --max-energy or --min-top1.");
    }
  }

  private static void positive(String option, Optional<Double> value) {
    if (value.filter(number -> !(number > 0 && number < Long.MAX_VALUE)).isPresent()) {
      throw new InvalidInputException("%s takes a number above 0, not %s.".formatted(option, value.get()));
    }
  }

  private Strategy strategy() {
    return switch (algorithm) {
      case exact -> new Strategy.Solve(new Exact());
      case dp -> new Strategy.Solve(new DynamicProgramming());
      case ilp -> new Strategy.Solve(new IntegerProgram());
      case pareto -> new Strategy.Solve(new ParetoMerge());
      case greedy -> new Strategy.Solve(new Greedy());
      case nsga2 -> new Strategy.Solve(new Nsga2(SEED));
      case evolution -> new Strategy.Solve(new Evolution(SEED));
      case ddpg -> {
        AgentSettings standard = AgentSettings.standard(SEED);
        yield new Strategy.Learn(standard.withEpisodes(episodes.orElse(standard.episodes())));
      }
    };
  }

  private Limits limits(MeasuringOptions.Opened opened, List<Integer> widths, Optional<LatencyModel> named) {
    long floatBytes = CostModel.floatWeightBytes(opened.model());
    OptionalLong bytes =
        maxSize.map(size -> OptionalLong.of((long) Math.floor(size <= 1 ? size * floatBytes : size))).orElse(OptionalLong.empty());
    Optional<LatencyModel> hardware =
        named.isEmpty() && maxLatency.isPresent() ? Optional.of(thisMachine(opened, widths)) : named;
    return new Limits(
        bytes,
        maxLatency.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        maxBitOps.map(most -> OptionalLong.of(most.longValue())).orElse(OptionalLong.empty()),
        maxEnergy.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        minTop1.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        hardware);
  }

  private LatencyModel thisMachine(MeasuringOptions.Opened opened, List<Integer> widths) {
    try (ConsoleProgress progress = console().progress("timing layers")) {
      return MachineLatency.measure(opened.workbench(), opened.config(), widths, progress);
    }
  }

  /** Measures the choice and its uniform rivals on the report part, which the search has not seen. */
  private Judged judge(MeasuringOptions.Opened opened, SearchResult result, SensitivityOptions.Kept kept) {
    Dataset report = opened.workbench().data().report();
    try (ConfigEvaluator evaluator = measuring.evaluator(opened.workbench(), report, kept.journal());
        ConsoleProgress progress = console().progress("judging")) {
      Map<MeasuredPoint, Response> uniform = new LinkedHashMap<>();
      for (MeasuredPoint point : result.uniform()) {
        uniform.put(point, evaluator.evaluate(point.config(), progress));
      }
      return new Judged(
          report.size(), evaluator.floatResponse(progress), evaluator.evaluate(result.chosen().config(), progress), uniform);
    }
  }

  private static void write(MeasuringOptions.Opened opened, SearchResult result, Path file) {
    ResolvedConfig resolved =
        new io.bitloupe.config.ConfigResolver(opened.model(), opened.workbench().calibration()).resolve(result.chosen().config());
    ConfigCodec.write(resolved.config(), file);
  }

  private static ObjectNode document(MeasuringOptions.Opened opened, Dataset samples, SearchResult result, Judged judged) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .put("model", opened.model().fileName())
        .put("part", "tuning")
        .put("samples", samples.size())
        .put("floatWeightBytes", CostModel.floatWeightBytes(opened.model()));
    put(document.putObject("chosen"), result.chosen());
    ObjectNode report = document.putObject("report");
    report.put("part", "report").put("samples", judged.samples());
    put(report, judged.chosen());
    number(report, "top1Float", judged.reference().right().isPresent() ? judged.reference().headline() : Double.NaN);
    difference(report, "delta", judged.chosen(), judged.reference());
    ArrayNode rivals = report.putArray("uniform");
    judged
        .uniform()
        .forEach(
            (point, response) -> {
              ObjectNode rival = rivals.addObject();
              rival.put("bits", point.bits().getFirst()).put("weightBytes", point.weightBytes());
              put(rival, response);
              difference(rival, "chosenMinusThis", judged.chosen(), response);
            });
    ArrayNode front = document.putArray("front");
    result.front().forEach(point -> put(front.addObject(), point));
    number(document.putObject("additivity").put("configurations", result.policies()), "rankCorrelation", result.additivity());
    ArrayNode layers = document.putArray("layers");
    for (int i = 0; i < result.layers().size(); i++) {
      layers.addObject().put("name", result.layers().get(i)).put("bits", result.chosen().bits().get(i));
    }
    return document.put("evaluations", result.evaluations()).put("seconds", result.seconds());
  }

  private static void put(ObjectNode json, MeasuredPoint point) {
    json.put("weightBytes", point.weightBytes()).put("summedLoss", point.surrogate());
    point.milliseconds().ifPresent(latency -> json.put("latencyMs", latency));
    put(json, point.tuning());
    ArrayNode bits = json.putArray("bits");
    point.bits().forEach(bits::add);
  }

  private static void put(ObjectNode json, Response response) {
    Interval interval = response.headlineInterval();
    boolean labels = response.right().isPresent();
    number(json, "top1", labels ? response.headline() : Double.NaN);
    number(json, "top1Low", labels ? interval.low() : Double.NaN);
    number(json, "top1High", labels ? interval.high() : Double.NaN);
    number(json, "agreementFloat", response.agreementFloat());
    number(json, "divergence", response.divergence());
  }

  private static void difference(ObjectNode json, String name, Response one, Response other) {
    Interval interval = one.differenceTo(other);
    boolean labels = one.right().isPresent();
    number(json, name + "Top1", labels ? one.headline() - other.headline() : Double.NaN);
    number(json, name + "Low", labels ? interval.low() : Double.NaN);
    number(json, name + "High", labels ? interval.high() : Double.NaN);
  }

  /** A figure, null where there is none. */
  private static void number(ObjectNode json, String field, double value) {
    if (Double.isFinite(value)) {
      json.put(field, value);
    } else {
      json.putNull(field);
    }
  }

  private static String text(MeasuringOptions.Opened opened, Dataset samples, SearchResult result, Judged judged) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: searched on %d samples of the tuning part, judged on %d of the report part of %s%n"
            .formatted(opened.model().fileName(), samples.size(), judged.samples(), samples.name()));
    text.append(
        "%d configurations measured in %s s; summed losses order them with a rank correlation of %s%n%n"
            .formatted(result.evaluations(), Figures.decimal(result.seconds(), 1), Figures.decimal(result.additivity(), 3)));
    TextTable table =
        new TextTable()
            .text("configuration")
            .number("size", "kB")
            .number(judged.chosen().right().isPresent() ? "top-1" : "agreement", "%")
            .number("95 % interval", "%")
            .number("to float", "points")
            .number("chosen minus this, 95 %", "points");
    row(table, "float", CostModel.floatWeightBytes(opened.model()), judged.reference(), judged);
    judged.uniform().forEach((point, response) -> row(table, "W" + point.bits().getFirst(), point.weightBytes(), response, judged));
    row(table, "chosen", result.chosen().weightBytes(), judged.chosen(), judged);
    text.append(table.render()).append(System.lineSeparator());
    TextTable front =
        new TextTable()
            .text("measured front, tuning")
            .number("size", "kB")
            .number(judged.chosen().right().isPresent() ? "top-1" : "agreement", "%")
            .number("95 % interval", "%")
            .number("divergence", "mnat")
            .number("sum", "mnat");
    for (MeasuredPoint point : result.front()) {
      front.row(
          point.equals(result.chosen()) ? "chosen" : "",
          Figures.decimal(point.weightBytes() * 1e-3, 1),
          Figures.percentNumber(point.tuning().headline()),
          interval(point.tuning().headlineInterval()),
          Figures.real(1e3 * point.tuning().divergence()),
          Figures.real(1e3 * point.surrogate()));
    }
    text.append(front.render()).append(System.lineSeparator());
    TextTable layers = new TextTable().text("layer").number("weights", "bits");
    for (int i = 0; i < result.layers().size(); i++) {
      layers.row(result.layers().get(i), String.valueOf(result.chosen().bits().get(i)));
    }
    return text.append(layers.render()).toString();
  }

  private static void row(TextTable table, String name, long bytes, Response response, Judged judged) {
    Interval paired = judged.chosen().differenceTo(response);
    table.row(
        name,
        Figures.decimal(bytes * 1e-3, 1),
        Figures.percentNumber(response.headline()),
        interval(response.headlineInterval()),
        Figures.points(response.headline() - judged.reference().headline()),
        response.equals(judged.chosen())
            ? Figures.NONE
            : "%s to %s".formatted(Figures.points(paired.low()), Figures.points(paired.high())));
  }

  private static String interval(Interval interval) {
    return "%s to %s".formatted(Figures.percentNumber(interval.low()), Figures.percentNumber(interval.high()));
  }
}
