package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.engine.sensitivity.SensitivityListener;
import io.bitloupe.engine.sensitivity.SensitivityPlan;
import io.bitloupe.engine.sensitivity.SensitivityRow;
import io.bitloupe.engine.sensitivity.SensitivityRun;
import io.bitloupe.engine.sensitivity.SensitivityTable;
import io.bitloupe.report.Figures;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sensitivity}: what each layer loses at each width. */
@CommandLine.Command(
    name = "sensitivity",
    description = "Measure what each layer loses when it alone gets fewer bits, on the tuning part of the data.")
final class SensitivityCommand extends Command {

  @Option(names = "--activations", description = "Try activations as well as weights.")
  private boolean activations;

  @Option(names = "--all-but", description = "Also the other way round: all layers at the width but one.")
  private boolean allBut;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final SensitivityOptions sensitivity = new SensitivityOptions();
  @Mixin private final MeasuringOptions measuring = new MeasuringOptions();

  SensitivityCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    List<Integer> widths = sensitivity.widths();
    Set<Cell.Target> targets = activations ? EnumSet.allOf(Cell.Target.class) : EnumSet.of(Cell.Target.WEIGHT);
    Set<Cell.Direction> directions = allBut ? EnumSet.allOf(Cell.Direction.class) : EnumSet.of(Cell.Direction.ONLY_THIS);
    try (SensitivityOptions.Kept kept = sensitivity.journal()) {
      MeasuringOptions.Opened opened = measuring.open(console());
      SensitivityOptions.requireIntegers(opened.config());
      Dataset samples = sensitivity.samples(opened.workbench().data());
      SweepBase base = Setup.sweepBase(console(), opened.engine(), opened.workbench(), opened.config());
      try (ConfigEvaluator evaluator = measuring.evaluator(base, samples, kept.journal());
          ConsoleProgress progress = console().progress("measuring sensitivity")) {
        SensitivityPlan plan =
            SensitivityPlan.of(evaluator.model(), evaluator.resolver(), base.config(), widths, targets, directions);
        String model = opened.model().fileName();
        SensitivityListener listener = json ? _ -> {} : new SensitivityStream(progress, model, samples, widths, plan);
        SensitivityTable table = new SensitivityRun(evaluator, samples, plan, listener).run(progress);
        progress.close();
        if (json) {
          console().print(document(model, samples, table));
        } else {
          console().print(footer(table));
        }
      }
    }
    return ExitStatus.DONE;
  }

  private static ObjectNode document(String model, Dataset samples, SensitivityTable table) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("model", model).put("part", "tuning").put("samples", samples.size());
    if (table.reference().right().isPresent()) {
      document.put("top1Float", table.reference().headline());
    } else {
      document.putNull("top1Float");
    }
    put(document.putObject("base"), table.base());
    layers(document.putArray("layers"), table.rows(Cell.Target.WEIGHT, Cell.Direction.ONLY_THIS));
    layers(document.putArray("activations"), table.rows(Cell.Target.ACTIVATION, Cell.Direction.ONLY_THIS));
    layers(document.putArray("allButLayers"), table.rows(Cell.Target.WEIGHT, Cell.Direction.ALL_BUT_THIS));
    layers(document.putArray("allButActivations"), table.rows(Cell.Target.ACTIVATION, Cell.Direction.ALL_BUT_THIS));
    ObjectNode correlations = document.putObject("rankCorrelation");
    for (Cell.Target target : Cell.Target.values()) {
      Map<String, Double> found = table.rankCorrelations(target);
      if (!found.isEmpty()) {
        found.forEach(correlations.putObject(target == Cell.Target.WEIGHT ? "weights" : "activations")::put);
      }
    }
    document.put("evaluations", table.evaluations()).put("proxySeconds", table.proxySeconds()).put("seconds", table.seconds());
    return document;
  }

  private static void layers(ArrayNode rows, List<SensitivityRow> found) {
    for (SensitivityRow row : found) {
      ObjectNode json = rows.addObject();
      json.put("name", row.cell().name()).put("tensor", row.cell().tensor()).put("bits", row.cell().bits());
      row.measured().ifPresent(response -> put(json, response));
      row.proxies()
          .ifPresent(
              proxies -> {
                ObjectNode estimates = json.putObject("proxies");
                number(estimates, "layerSqnrDb", proxies.layerSqnrDb().orElse(Double.NaN));
                number(estimates, "divergence", proxies.divergence());
                number(estimates, "outputSqnrDb", proxies.outputSqnrDb());
                number(estimates, "omega", proxies.omega().orElse(Double.NaN));
                number(estimates, "fisher", proxies.fisher().orElse(Double.NaN));
                number(estimates, "hessian", proxies.hessian().orElse(Double.NaN));
              });
    }
  }

  private static void put(ObjectNode json, Response response) {
    number(json, "top1", response.right().isPresent() ? response.headline() : Double.NaN);
    number(json, "agreementFloat", response.agreementFloat());
    number(json, "divergence", response.divergence());
    number(json, "outputSqnrDb", response.outputSqnrDb());
  }

  private static void number(ObjectNode json, String field, double value) {
    if (Double.isFinite(value)) {
      json.put(field, value);
    } else {
      json.putNull(field);
    }
  }

  private static String footer(SensitivityTable table) {
    StringBuilder text = new StringBuilder(System.lineSeparator());
    for (Cell.Target target : Cell.Target.values()) {
      table
          .rankCorrelations(target)
          .forEach(
              (proxy, rho) ->
                  text.append(
                      "rank correlation of %s with the measurement of %s: %s%n"
                          .formatted(proxy, SensitivityStream.name(target), Figures.decimal(rho, 3))));
    }
    return text.append(
            "%d configurations measured in %s s%n".formatted(table.evaluations(), Figures.decimal(table.seconds(), 1)))
        .toString();
  }
}
