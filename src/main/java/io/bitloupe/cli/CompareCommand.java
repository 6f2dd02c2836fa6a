package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Outcomes;
import io.bitloupe.metric.Pairing;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.report.EvaluationJson;
import io.bitloupe.report.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code compare}: several choices on the same samples, one line each. */
@CommandLine.Command(
    name = "compare",
    description = "Measure several choices on the same samples: accuracy against float as a paired difference, output error, size.")
final class CompareCommand extends Command {

  /** A word, parts of which may be quoted. */
  private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");

  private static final Pattern QUOTES = Pattern.compile("'([^']*)'|\"([^\"]*)\"");

  @Option(
      names = "--variant",
      paramLabel = "CHOICE",
      description =
          "Options of a choice in one argument, for instance '--weight-bits 4 --recipe adaround'; repeatable. The choice of the command"
              + " itself comes first.")
  private List<String> variants = new ArrayList<>();

  @Option(names = "--samples", paramLabel = "N", description = "Samples of the report part; default: all of it.")
  private Optional<Integer> samples = Optional.empty();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final MeasuringOptions measuring = new MeasuringOptions();

  CompareCommand(Context context) {
    super(context);
  }

  /** What the options of a variant are read into. */
  @CommandLine.Command(name = "variant")
  private static final class Variant {
    @Mixin private final ChoiceOptions choice = new ChoiceOptions();
  }

  @Override
  public Integer call() {
    int count = SampleCount.check(samples);
    List<ChoiceOptions> choices = variants.stream().map(CompareCommand::parse).toList();
    MeasuringOptions.Opened opened = measuring.open(console());
    Map<String, QuantConfig> configs = new LinkedHashMap<>();
    configs.put(opened.name(), opened.config());
    for (int i = 0; i < choices.size(); i++) {
      configs.put(variants.get(i).strip(), choices.get(i).choose(opened.model()));
    }
    configs.forEach((name, config) -> checkSamples(name, config, opened.workbench()));
    Map<String, Evaluation> measured = new LinkedHashMap<>();
    Map<String, Pairing> toFirst = new LinkedHashMap<>();
    try (Measurements measurements = new Measurements(console(), opened.engine(), opened.workbench())) {
      configs.forEach((name, config) -> measured.put(name, measurements.measure(name, config, RuntimeKind.INTEGER, count, false)));
    }
    Evaluation base = measured.values().iterator().next();
    Optional<Outcomes> first = opened.engine().outcomes(base).filter(Outcomes::hasLabels);
    measured.forEach(
        (name, evaluation) ->
            first
                .filter(_ -> !evaluation.equals(base))
                .flatMap(answers -> opened.engine().outcomes(evaluation).map(own -> Pairing.of(answers, own)))
                .ifPresent(pairing -> toFirst.put(name, pairing)));
    if (json) {
      console().print(document(opened.model().fileName(), measured, toFirst));
      return ExitStatus.DONE;
    }
    console()
        .println(
            "%s on %d samples of the report part of %s (calibrated on %d others)",
            opened.model().fileName(),
            measured.values().iterator().next().quality().samples(),
            opened.workbench().data().report().name(),
            opened.workbench().calibration().samples());
    console().print(table(measured, toFirst));
    return ExitStatus.DONE;
  }

  private static ChoiceOptions parse(String variant) {
    Variant parsed = new Variant();
    try {
      new CommandLine(parsed).parseArgs(words(variant));
    } catch (ParameterException wrong) {
      throw new InvalidInputException("The variant '%s' is no choice: %s".formatted(variant, Sentences.oneLine(wrong)), wrong);
    }
    return parsed.choice;
  }

  /** Refuses a choice whose ranges come from samples that the others are measured on. */
  private static void checkSamples(String name, QuantConfig config, Workbench workbench) {
    int left = workbench.calibration().samples();
    String data = workbench.data().report().name();
    config
        .calibration()
        .filter(reference -> reference.data().equals(data) && reference.samples() > left)
        .ifPresent(
            reference -> {
              throw new InvalidInputException(
                  "The ranges of '%s' come from the first %d samples of %s, of which only %d are left out; say --calibration-samples %d."
                      .formatted(name, reference.samples(), data, left, reference.samples()));
            });
  }

  /** The words of {@code text}: what blanks part, but not those between single or double quotes. */
  static String[] words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(QUOTES.matcher(matcher.group()).replaceAll("$1$2"));
    }
    return words.toArray(String[]::new);
  }

  private static ObjectNode document(String model, Map<String, Evaluation> measured, Map<String, Pairing> toFirst) {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("model", model);
    ArrayNode rows = document.putArray("variants");
    measured.forEach(
        (name, evaluation) -> {
          ObjectNode row = EvaluationJson.of(model, evaluation).put("variant", name);
          Optional.ofNullable(toFirst.get(name))
              .ifPresent(
                  pairing ->
                      row.putObject("toFirst")
                          .put("difference", pairing.difference())
                          .put("low", pairing.interval().low())
                          .put("high", pairing.interval().high()));
          rows.add(row);
        });
    return document;
  }

  private static String table(Map<String, Evaluation> measured, Map<String, Pairing> toFirst) {
    TextTable table =
        new TextTable()
            .text("choice")
            .number("top-1", "%")
            .number("to float", "points")
            .number("95 % interval", "points")
            .number("to the first", "points")
            .number("95 % interval", "points")
            .number("agreement", "%")
            .number("output SQNR", "dB")
            .number("weights", "kB")
            .number("in integers", "% of MACs");
    measured.forEach((name, evaluation) -> table.row(row(name, evaluation, Optional.ofNullable(toFirst.get(name)))));
    return table.render();
  }

  private static List<String> row(String name, Evaluation evaluation, Optional<Pairing> toFirst) {
    Quality quality = evaluation.quality();
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(quality.accuracy().map(a -> Figures.percentNumber(quality.top1(a))).orElse(Figures.NONE));
    cells.add(
        quality
            .accuracy()
            .map(a -> Figures.points((double) (a.correct() - a.correctFloat()) / quality.samples()))
            .orElse(Figures.NONE));
    cells.add(quality.accuracy().map(a -> interval(a.deltaInterval())).orElse(Figures.NONE));
    cells.add(toFirst.map(pairing -> Figures.points(pairing.difference())).orElse(Figures.NONE));
    cells.add(toFirst.map(pairing -> interval(pairing.interval())).orElse(Figures.NONE));
    cells.add(Figures.percentNumber(quality.agreementFloat()));
    cells.add(Figures.decibels(quality.outputSqnrDb()));
    cells.add(Figures.decimal(evaluation.cost().weightBytes() / 1000.0, 1));
    cells.add(Figures.decimal(100 * evaluation.cost().integerMacShare(), 1));
    return cells;
  }

  private static String interval(Interval interval) {
    return Figures.points(interval.low()) + " to " + Figures.points(interval.high());
  }
}
