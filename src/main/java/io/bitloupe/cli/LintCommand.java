package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.exec.DeploymentProfiler;
import io.bitloupe.exec.Progress;
import io.bitloupe.lint.LintReport;
import io.bitloupe.lint.Linter;
import io.bitloupe.lint.NodeVerdict.Outcome;
import io.bitloupe.lint.Target;
import io.bitloupe.lint.UncalibratedConfig;
import io.bitloupe.method.Recipe;
import io.bitloupe.method.Subject;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.report.Figures;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lint}: what a target will fuse, saturate or refuse, and why it is not faster. */
@CommandLine.Command(
    name = "lint",
    description =
        "Say of each layer whether it will run on integers on the target, why not, and what change would help. With --data also"
            + " where the time goes in ONNX Runtime, and which sums saturate on processors without VNNI.")
final class LintCommand extends Command {

  /** Names that a line lists before it only counts. */
  private static final int NAMED = 3;

  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file.")
  private Path modelFile = Path.of("");

  @Option(names = "--data", paramLabel = "DATA", description = "Data to set ranges with and to run.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      description = "ort-vnni (default), ort-avx2, ort-arm, tensorrt or npu-8bit.")
  private String target = Target.ORT_VNNI.id();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final ChoiceOptions choice = new ChoiceOptions();
  @Mixin private final DataOptions dataOptions = new DataOptions();
  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  LintCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    Target chosen = Target.parse(target);
    dataOptions.check(data);
    Model given = ModelFile.open(console(), modelFile);
    QuantConfig config = choice.choose(given);
    Optional<Prepared> prepared = data.map(samples -> prepare(given, config, samples));
    Optional<Workbench> workbench = prepared.map(Prepared::workbench);
    Subject subject = Subject.of(given, config, Optional.empty());
    Subject transformed = prepared.isPresent() ? subject : Recipe.apply(subject, Progress.NONE);
    Model model = workbench.map(Workbench::model).orElse(transformed.model());
    ResolvedConfig resolved =
        prepared.map(ready -> ready.resolve(config)).orElseGet(() -> UncalibratedConfig.resolve(transformed.config(), transformed.model()));
    LoweredGraph lowered = Lowering.lower(model, resolved);
    LintReport report = Linter.lint(lowered, chosen);
    Optional<DeploymentProfile> profile = Optional.empty();
    if (workbench.isPresent() && chosen.isOnnxRuntime()) {
      Dataset samples = workbench.get().data().report();
      try (ConsoleProgress progress = console().progress("profiling")) {
        report = Linter.lint(lowered, chosen, samples, progress);
        profile = Optional.of(DeploymentProfiler.profile(lowered, samples, progress));
      }
    }
    if (json) {
      console().print(document(model, report, profile));
    } else {
      print(model, report, profile);
    }
    return ExitStatus.DONE;
  }

  private Prepared prepare(Model model, QuantConfig config, Path samples) {
    LocalEngine engine = engineOptions.engine();
    return Setup.prepare(console(), engine, Setup.open(console(), engine, model, samples, dataOptions, config.calibration()), config);
  }

  private void print(Model model, LintReport report, Optional<DeploymentProfile> profile) {
    console()
        .println(
            "%s on %s: %d operators run on integers, %d in float%s",
            model.fileName(),
            report.target().title(),
            report.count(Outcome.INTEGER),
            report.count(Outcome.FLOAT),
            report.count(Outcome.FAILS) == 0 ? "" : ", %d are refused".formatted(report.count(Outcome.FAILS)));
    report.subjects().forEach((issue, names) -> console().println("  %s: %s", Figures.listed(names, NAMED), issue.sentence()));
    if (!report.saturation().isEmpty()) {
      long affected = report.saturation().values().stream().filter(count -> count.saturated() > 0).count();
      console()
          .println(
              "Sums saturate in 16 bits without VNNI in %d of %d products, on the first samples.", affected, report.saturation().size());
    }
    profile.ifPresent(this::printProfile);
  }

  private void printProfile(DeploymentProfile profile) {
    console().println("");
    console()
        .println(
            "Where the time goes in ONNX Runtime on this machine, one sample on one thread, medians of %d profiled runs",
            profile.runs());
    TextTable table = new TextTable().text("part").number("time", "ms").number("of float", "%").text("slowest nodes");
    double whole = profile.floatMilliseconds();
    table.row("float model", Figures.milliseconds(whole), Figures.decimal(100, 1), "");
    for (DeploymentProfile.Kind kind : DeploymentProfile.Kind.values()) {
      double time = profile.milliseconds(kind);
      table.row(title(kind), Figures.milliseconds(time), Figures.decimal(100 * time / whole, 1), slowest(profile, kind));
    }
    table.row(
        "quantized model",
        Figures.milliseconds(profile.quantizedMilliseconds()),
        Figures.decimal(100 * profile.quantizedMilliseconds() / whole, 1),
        "%s times as fast".formatted(Figures.decimal(whole / profile.quantizedMilliseconds(), 2)));
    console().print(table.render());
  }

  private static String slowest(DeploymentProfile profile, DeploymentProfile.Kind kind) {
    return profile.quantized().stream()
        .filter(node -> node.kind() == kind)
        .limit(2)
        .map(node -> "%s %s".formatted(node.op(), Figures.milliseconds(node.milliseconds())))
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }

  private static String title(DeploymentProfile.Kind kind) {
    return switch (kind) {
      case INTEGER -> "  on integers";
      case FLOAT -> "  left in float";
      case BORDER -> "  quantize and dequantize";
    };
  }

  private static ObjectNode document(Model model, LintReport report, Optional<DeploymentProfile> profile) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("model", model.fileName());
    document.put("target", report.target().id());
    document.put("integer", report.count(Outcome.INTEGER));
    document.put("float", report.count(Outcome.FLOAT));
    document.put("refused", report.count(Outcome.FAILS));
    ArrayNode layers = document.putArray("layers");
    for (LintReport.Finding finding : report.findings()) {
      ObjectNode layer = layers.addObject().put("name", finding.name()).put("op", finding.op());
      layer.put("outcome", finding.outcome() == Outcome.FAILS ? "refused" : finding.outcome() == Outcome.FLOAT ? "float" : "integer");
      ArrayNode issues = layer.putArray("issues");
      finding.issues().forEach(issue -> issues.addObject().put("reason", issue.reason()).put("change", issue.change()));
      Optional.ofNullable(report.saturation().get(finding.name())).ifPresent(count -> layer.put("saturatedShare", count.share()));
    }
    profile.ifPresentOrElse(
        known -> {
          ObjectNode node = document.putObject("profile").put("runs", known.runs());
          node.put("floatMs", known.floatMilliseconds());
          node.put("quantizedMs", known.quantizedMilliseconds());
          node.put("integerMs", known.milliseconds(DeploymentProfile.Kind.INTEGER));
          node.put("leftInFloatMs", known.milliseconds(DeploymentProfile.Kind.FLOAT));
          node.put("quantizeDequantizeMs", known.milliseconds(DeploymentProfile.Kind.BORDER));
          ArrayNode nodes = node.putArray("nodes");
          known
              .quantized()
              .forEach(
                  it -> {
                    ObjectNode row = nodes.addObject().put("name", it.name()).put("op", it.op());
                    row.put("kind", kind(it.kind())).put("ms", it.milliseconds());
                  });
        },
        () -> document.putNull("profile"));
    return document;
  }

  private static String kind(DeploymentProfile.Kind kind) {
    return switch (kind) {
      case INTEGER -> "integer";
      case FLOAT -> "float";
      case BORDER -> "border";
    };
  }
}
