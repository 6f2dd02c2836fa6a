package io.bitloupe.cli;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.LatencyModel;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.MachineRoofline;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.search.Algorithm;
import io.bitloupe.search.Limits;
import io.bitloupe.search.SearchListener;
import io.bitloupe.search.SearchRequest;
import io.bitloupe.search.SearchResult;
import io.bitloupe.search.Strategy;
import io.bitloupe.search.WidthChoices;
import io.bitloupe.search.solve.AgentSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code search}: widths for each layer that keep limits and lose least. */
@CommandLine.Command(
    name = "search",
    description = "Find widths for each layer: on the tuning part of the data, judged on the report part.")
final class SearchCommand extends Command {

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
  private Algorithm algorithm = Algorithm.EXACT;

  @Option(
      names = "--episodes",
      paramLabel = "N",
      description = "Configurations that ddpg measures; default: 600.")
  private Optional<Integer> episodes = Optional.empty();

  @Option(
      names = "--activation-choices",
      paramLabel = "B",
      split = ",",
      description = "Widths to choose from for the activations that layers read as well; default: they keep theirs.")
  private List<Integer> activationChoices = new ArrayList<>();

  @Option(names = "--pin", paramLabel = "GLOB", description = "Layers that keep the widths they are given; repeatable.")
  private List<String> pinned = new ArrayList<>();

  @Option(names = "--tie", paramLabel = "GLOB", description = "Layers that take the same widths; repeatable.")
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

  @Override
  public Integer call() {
    check();
    output.ifPresent(AtomicFile::folderFor);
    List<Integer> widths = sensitivity.widths();
    WidthChoices choices = new WidthChoices(widths, activationWidths(), pinned, tied);
    try (SensitivityOptions.Kept kept = sensitivity.journal()) {
      Optional<LatencyModel> named = latencyOptions.model(() -> kept.latency().profile(MachineRoofline::measure));
      MeasuringOptions.Opened opened = measuring.open(console());
      SensitivityOptions.requireIntegers(opened.config());
      Dataset samples = sensitivity.samples(opened.workbench().data());
      SweepBase base = Setup.sweepBase(console(), opened.engine(), opened.workbench(), opened.config());
      Limits limits = limits(base, choices, named, kept);
      SearchRequest request = new SearchRequest(choices, limits, OptionalDouble.empty(), strategy());
      SearchResult result;
      try (ConfigEvaluator evaluator = measuring.evaluator(base, samples, kept.journal());
          ConsoleProgress progress = console().progress("searching")) {
        SearchListener listener = json ? SearchListener.NONE : new SearchStream(progress);
        result = request.run(base, evaluator, listener, progress);
      }
      Judgement judgement = Judgement.of(console(), measuring, opened, result, kept.journal());
      output.ifPresent(file -> write(opened, result, file));
      SearchText text = new SearchText(opened.model(), samples, result, judgement);
      if (json) {
        console().print(text.document());
      } else {
        console().print(text.tables());
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
    if (episodes.isPresent() && algorithm != Algorithm.DDPG) {
      throw new InvalidInputException("--episodes is for --algorithm ddpg.");
    }
    if (minTop1.filter(share -> !(share >= 0 && share <= 1)).isPresent()) {
      throw new InvalidInputException("--min-top1 takes a share from 0 to 1, not %s.".formatted(minTop1.get()));
    }
    if (maxSize.isEmpty() && maxLatency.isEmpty() && maxBitOps.isEmpty() && maxEnergy.isEmpty() && minTop1.isEmpty()) {
      throw new InvalidInputException("search needs a limit: --max-size, --max-latency, --max-bitops, --max-energy or --min-top1.");
    }
  }

  private List<Integer> activationWidths() {
    for (int width : activationChoices) {
      if (!Choices.isActivationBits(width) || width == 1) {
        throw new InvalidInputException("--activation-choices takes widths from 2 to 8 and 16, not %d.".formatted(width));
      }
    }
    return activationChoices.stream().distinct().sorted(Comparator.reverseOrder()).toList();
  }

  private static void positive(String option, Optional<Double> value) {
    if (value.filter(number -> !(number > 0 && number < Long.MAX_VALUE)).isPresent()) {
      throw new InvalidInputException("%s takes a number above 0, not %s.".formatted(option, value.get()));
    }
  }

  private Strategy strategy() {
    Strategy standard = algorithm.strategy();
    return standard instanceof Strategy.Learn(AgentSettings agent) && episodes.isPresent()
        ? new Strategy.Learn(agent.withEpisodes(episodes.get()))
        : standard;
  }

  private Limits limits(
      SweepBase base, WidthChoices choices, Optional<LatencyModel> named, SensitivityOptions.Kept kept) {
    long floatBytes = CostModel.floatWeightBytes(base.original().model());
    OptionalLong bytes =
        maxSize.map(size -> OptionalLong.of((long) Math.floor(size <= 1 ? size * floatBytes : size))).orElse(OptionalLong.empty());
    Optional<LatencyModel> hardware =
        named.isEmpty() && maxLatency.isPresent() ? Optional.of(table(base, choices, kept)) : named;
    return new Limits(
        bytes,
        maxLatency.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        maxBitOps.map(most -> OptionalLong.of(most.longValue())).orElse(OptionalLong.empty()),
        maxEnergy.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        minTop1.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        hardware);
  }

  private LatencyModel table(SweepBase base, WidthChoices choices, SensitivityOptions.Kept kept) {
    Workbench workbench = base.prepared().workbench();
    try (ConsoleProgress progress = console().progress("timing layers")) {
      return kept.latency().table(workbench, base.config(), choices.widths(), choices.activationWidths(), progress);
    }
  }

  private void write(MeasuringOptions.Opened opened, SearchResult result, Path file) {
    QuantConfig chosen = result.chosen().config();
    Prepared prepared = Setup.prepare(console(), opened.engine(), opened.workbench(), chosen);
    ConfigCodec.write(prepared.resolve(chosen).config(), file);
  }
}
