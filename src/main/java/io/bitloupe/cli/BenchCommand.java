package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.MachineLatency;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.bench.KernelBench;
import io.bitloupe.engine.bench.LatencyBench;
import io.bitloupe.engine.bench.LiveBench;
import io.bitloupe.engine.bench.ModelBench;
import io.bitloupe.engine.bench.SensitivityBench;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.exec.Processor;
import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.ui.bench.MemoryBench;
import io.bitloupe.ui.bench.Pulses;
import io.bitloupe.ui.bench.UiBench;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench}: how fast it is here, beside ONNX Runtime in the same run. */
@CommandLine.Command(
    name = "bench",
    description =
        "Measure speed beside ONNX Runtime in the same run: kernels, a whole model, a live change of one layer,"
            + " or a table of sensitivities; what layers' times predict beside what the whole model takes; how soon the window"
            + " opens and how evenly it draws; or what memory it takes beside what it may take.")
final class BenchCommand extends Command {

  private static final int LARGE_BATCH = 32;
  private static final int LIVE_SAMPLES = 500;
  private static final int UI_CHANGES = 12;
  private static final int SENSITIVITY_SAMPLES = 2000;

  /** What can be measured. */
  enum Subject {
    kernels,
    model,
    live,
    sensitivity,
    latency,
    memory,
    ui
  }

  @Parameters(index = "0", paramLabel = "kernels|model|live|sensitivity|latency|memory|ui", description = "What to measure.")
  private Subject subject = Subject.kernels;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "An ONNX file; for all but kernels. Without one, memory and ui take a sample, and ui then made models of 300 layers and of a"
              + " large tensor.")
  private Optional<Path> modelFile = Optional.empty();

  @Option(names = "--data", paramLabel = "DATA", description = "An idx image file, an .npz, or a folder of images by class.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--samples",
      paramLabel = "N",
      description =
          "Samples of a live evaluation (default: 500), of a table of sensitivities (2000), or of each change in the window (500).")
  private Optional<Integer> samples = Optional.empty();

  @Option(names = "--changes", paramLabel = "N", description = "Layers that are changed in the window, one after the other (default: 12).")
  private int changes = UI_CHANGES;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "CSV",
      description = "Where latency writes its table: what cost and search take as --latency-table, on this machine or another.")
  private Optional<Path> output = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final DataOptions dataOptions = new DataOptions();
  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  BenchCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    check();
    ObjectNode document =
        switch (subject) {
          case kernels -> kernels();
          case model -> model();
          case live -> live();
          case sensitivity -> sensitivity();
          case latency -> latency();
          case memory -> memory();
          case ui -> ui();
        };
    if (json) {
      console().print(document);
    } else {
      console().print(BenchTables.of(document));
    }
    return ExitStatus.DONE;
  }

  private void check() {
    if (subject == Subject.kernels && modelFile.isPresent()) {
      throw new InvalidInputException("bench kernels takes no MODEL.");
    }
    spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .filter(option -> !takes(option))
        .findFirst()
        .ifPresent(
            option -> {
              throw new InvalidInputException("bench %s has no use for %s.".formatted(subject, option));
            });
    if (changes < 1) {
      throw new InvalidInputException("--changes needs at least 1, not %d.".formatted(changes));
    }
  }

  private boolean takes(String option) {
    return switch (option) {
      case "--json" -> true;
      case "--data" -> subject != Subject.kernels;
      case "--samples" -> subject == Subject.live || subject == Subject.sensitivity || usesWindow();
      case "--changes" -> usesWindow();
      case "--output" -> subject == Subject.latency;
      case "--activation-memory" -> subject == Subject.live || subject == Subject.memory;
      // How data is read, and what the engine may use: the window does the one by itself and leaves a core to itself.
      default -> subject != Subject.kernels && !usesWindow();
    };
  }

  private boolean usesWindow() {
    return subject == Subject.ui || subject == Subject.memory;
  }

  private ObjectNode kernels() {
    List<KernelBench.Row> rows;
    try (ConsoleProgress progress = console().progress("measuring kernels")) {
      rows = KernelBench.run(done -> progress.report(done, KernelBench.shapes()));
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .putObject("machine")
        .put("cpu", Processor.name())
        .put("isa", KernelChoice.best().reason())
        .put("threads", 1);
    ArrayNode shapes = document.putArray("shapes");
    for (KernelBench.Row row : rows) {
      ObjectNode shape =
          shapes.addObject().put("m", row.m()).put("k", row.k()).put("n", row.n()).put("weightBits", row.weightBits());
      shape.put("activationBits", row.activationBits());
      ObjectNode gops = shape.putObject("gops");
      if (row.scalar().isPresent()) {
        gops.put("scalar", row.scalar().getAsDouble());
      } else {
        gops.putNull("scalar");
      }
      gops.put("vector", row.vector()).put("best", row.best()).put("bytes", row.bytes()).put("service", row.service());
      gops.put("onnxruntimeFloat", row.onnxruntimeFloat()).put("onnxruntimeInt8", row.onnxruntimeInt8());
      shape.put("bestKernel", row.bestName()).put("bestReason", row.bestReason());
      shape.put("onnxruntimeSaturates", row.onnxruntimeSaturates());
    }
    return document;
  }

  private ObjectNode model() {
    Workbench workbench = workbench(engineOptions.engine());
    int threads = engineOptions.threads();
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("model", workbench.model().fileName()).put("threads", threads);
    put(document.putObject("batch1"), ModelBench.run(workbench, QuantConfig.defaults(), 1, threads));
    put(document.putObject("batch32"), ModelBench.run(workbench, QuantConfig.defaults(), LARGE_BATCH, threads));
    return document;
  }

  private static void put(ObjectNode node, ModelBench.Row row) {
    node.put("integer", row.integer());
    node.put("onnxruntimeFloat", row.onnxruntimeFloat());
    node.put("onnxruntimeQdq", row.onnxruntimeQdq());
  }

  private ObjectNode live() {
    int count = samples.isPresent() ? SampleCount.check(samples) : LIVE_SAMPLES;
    LocalEngine engine = engineOptions.engine();
    Workbench workbench = workbench(engine);
    LiveBench.Row row;
    try (ConsoleProgress progress = console().progress("changing layers")) {
      row = LiveBench.run(engine, workbench, count, done -> progress.report(done, workbench.model().layers().size()));
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("model", workbench.model().fileName())
        .put("incrementalMs", row.incrementalMs())
        .put("fullMs", row.fullMs())
        .put("onnxruntimeRequantizeMs", row.onnxruntimeRequantizeMs())
        .put("firstEstimateMs", row.firstEstimateMs())
        .put("samples", row.samples())
        .put("layers", row.layers());
  }

  private ObjectNode sensitivity() {
    int count = samples.isPresent() ? SampleCount.check(samples) : SENSITIVITY_SAMPLES;
    Workbench workbench = workbench(engineOptions.engine());
    SensitivityBench.Row row;
    try (ConsoleProgress progress = console().progress("measuring sensitivity")) {
      row = SensitivityBench.run(workbench, count, engineOptions.threads(), progress);
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("model", workbench.model().fileName())
        .put("samples", row.samples())
        .put("entries", row.entries())
        .put("evaluations", row.evaluations())
        .put("proxySeconds", row.proxySeconds())
        .put("seconds", row.seconds())
        .put("onnxruntimeSeconds", row.onnxruntimeSeconds())
        .put("onnxruntimeOnceSeconds", row.onnxruntimeOnceSeconds())
        .put("onnxruntimeRunThreads", row.onnxruntimeRunThreads())
        .put("speedup", row.speedup())
        .put("speedupOnce", row.speedupOnce())
        .put("speedupWithProxies", row.speedupWithProxies());
  }

  private ObjectNode latency() {
    output.ifPresent(file -> OutputFile.check(file, modelFile.orElse(Path.of("")), data));
    Workbench workbench = workbench(engineOptions.engine());
    MachineLatency.Checked checked;
    try (ConsoleProgress progress = console().progress("timing layers and models")) {
      checked = LatencyBench.run(workbench, progress);
    }
    output.ifPresent(checked.table()::write);
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("model", workbench.model().fileName());
    document.put("restMs", checked.table().restMilliseconds());
    ArrayNode rows = document.putArray("configurations");
    double largest = 0;
    for (MachineLatency.Prediction prediction : checked.predictions()) {
      largest = Math.max(largest, Math.abs(prediction.error()));
      rows.addObject()
          .put("predictedMs", prediction.predictedMilliseconds())
          .put("measuredMs", prediction.measuredMilliseconds())
          .put("error", prediction.error());
    }
    return document.put("largestError", largest);
  }

  private ObjectNode memory() {
    int count = samples.isPresent() ? SampleCount.check(samples) : LIVE_SAMPLES;
    Path model = modelFile.orElseGet(SampleModels::model);
    MemoryBench.Row row;
    try (ConsoleProgress progress = console().progress("using the window")) {
      row = MemoryBench.run(model, pictures(model), count, changes, engineOptions.activationBytes(), progress);
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("model", String.valueOf(model.getFileName())).put("samples", row.samples());
    return document
        .put("emptyWindowMiB", mebibytes(row.emptyBytes()))
        .put("floatWeightsMiB", mebibytes(row.weightBytes()))
        .put("dataMiB", mebibytes(row.dataBytes()))
        .put("activationBudgetMiB", mebibytes(row.budgetBytes()))
        .put("boundMiB", mebibytes(row.boundBytes()))
        .put("peakMiB", mebibytes(row.peakBytes()))
        .put("peakHeapMiB", mebibytes(row.peakHeapBytes()));
  }

  private static double mebibytes(long bytes) {
    return bytes / (double) (1 << 20);
  }

  private Path pictures(Path model) {
    return data.or(() -> SampleModels.dataBeside(model))
        .orElseThrow(() -> new InvalidInputException("bench %s needs --data for %s.".formatted(subject, model)));
  }

  private ObjectNode ui() {
    int count = samples.isPresent() ? SampleCount.check(samples) : LIVE_SAMPLES;
    Path model = modelFile.orElseGet(SampleModels::model);
    Path pictures = pictures(model);
    UiBench.Extent extent = modelFile.isPresent() ? UiBench.Extent.MODEL : UiBench.Extent.WHOLE;
    UiBench.Row row;
    try (ConsoleProgress progress = console().progress("using the window")) {
      row = UiBench.run(model, pictures, count, changes, extent, progress);
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("model", String.valueOf(model.getFileName())).put("width", UiBench.WIDTH).put("height", UiBench.HEIGHT);
    document.put("engineThreads", row.engineThreads()).put("samples", count).put("startupMs", row.startupMs());
    put(document.putObject("pulseMs"), row.sweep());
    row.crowded()
        .ifPresent(
            pulses -> {
              ObjectNode crowded = document.putObject("crowded").put("layers", UiBench.LAYERS).put("points", UiBench.STEPS);
              put(crowded.putObject("pulseMs"), pulses);
            });
    row.drag()
        .ifPresent(
            pulses -> {
              ObjectNode drag = document.putObject("drag").put("values", row.dragValues());
              drag.put("framesPerSecond", pulses.perSecond());
              put(drag.putObject("pulseMs"), pulses);
            });
    return document;
  }

  private static void put(ObjectNode node, Pulses pulses) {
    node.put("count", pulses.count()).put("p50", pulses.p50()).put("p99", pulses.p99()).put("max", pulses.max());
  }

  private Workbench workbench(LocalEngine engine) {
    if (modelFile.isEmpty() || data.isEmpty()) {
      throw new InvalidInputException("bench %s needs a MODEL and --data.".formatted(subject));
    }
    return Setup.open(console(), engine, ModelLoader.load(modelFile.get()), data.get(), dataOptions, Optional.empty());
  }
}
