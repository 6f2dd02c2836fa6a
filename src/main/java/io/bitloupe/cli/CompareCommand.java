package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.metric.Pairing;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.report.EvaluationJson;
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
    CompareTable table = new CompareTable(configs.keySet());
    try (Measurements measurements = new Measurements(console(), opened.engine(), opened.workbench())) {
      for (Map.Entry<String, QuantConfig> choice : configs.entrySet()) {
        String name = choice.getKey();
        Evaluation evaluation = measurements.measure(name, choice.getValue(), RuntimeKind.INTEGER, count, false);
        Optional<Pairing> pairing = measured.values().stream().findFirst().flatMap(first -> pairing(opened.engine(), first, evaluation));
        boolean isFirst = measured.isEmpty();
        measured.put(name, evaluation);
        pairing.ifPresent(found -> toFirst.put(name, found));
        if (!json) {
          console().print((isFirst ? heading(opened, evaluation) + table.head() : "") + table.row(name, evaluation, pairing));
        }
      }
    }
    if (json) {
      console().print(document(opened.model().fileName(), measured, toFirst));
    }
    return ExitStatus.DONE;
  }

  /** {@code evaluation} against the first choice on the same samples; empty where nothing tells which are right, or both are equal. */
  private static Optional<Pairing> pairing(Engine engine, Evaluation first, Evaluation evaluation) {
    return engine
        .outcomes(first)
        .filter(answers -> answers.hasLabels() && !evaluation.equals(first))
        .flatMap(answers -> engine.outcomes(evaluation).map(own -> Pairing.of(answers, own)));
  }

  private static String heading(MeasuringOptions.Opened opened, Evaluation first) {
    return "%s on %d samples of the report part of %s (calibrated on %d others)%n"
        .formatted(
            opened.model().fileName(),
            first.quality().samples(),
            opened.workbench().data().report().name(),
            opened.workbench().calibration().samples());
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
}
