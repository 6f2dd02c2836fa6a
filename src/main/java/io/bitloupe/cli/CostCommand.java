package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.cost.Cost;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.Energy;
import io.bitloupe.cost.EnergyTable;
import io.bitloupe.cost.HardwareProfile;
import io.bitloupe.cost.HardwareProfiles;
import io.bitloupe.cost.LatencyModel;
import io.bitloupe.cost.LayerWork;
import io.bitloupe.cost.PeakMemory;
import io.bitloupe.engine.MachineRoofline;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
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

/** {@code cost}: what a configuration costs by models, without data and without running it. */
@CommandLine.Command(
    name = "cost",
    description = "Estimate what a configuration costs: bytes, BitOps, activation memory, energy, and latency on some hardware.")
final class CostCommand extends Command {

  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file.")
  private Path modelFile = Path.of("");

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Option(
      names = "--save-profile",
      paramLabel = "FILE",
      description = "Write the profile as a file that can be edited and given to --profile.")
  private Optional<Path> savedProfile = Optional.empty();

  @Mixin private final ChoiceOptions choice = new ChoiceOptions();
  @Mixin private final LatencyOptions latencyOptions = new LatencyOptions();

  CostCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    savedProfile.ifPresent(AtomicFile::folderFor);
    Optional<LatencyModel> latency = latencyOptions.model(MachineRoofline::measure);
    savedProfile.ifPresent(file -> save(latency, file));
    Model model = ModelFile.open(console(), modelFile);
    ResolvedConfig resolved = new ConfigResolver(model).resolveWithoutData(choice.choose(model));
    LoweredGraph lowered = Lowering.lower(model, resolved);
    CostModel costs = new CostModel(resolved, lowered);
    if (json) {
      console().print(document(model, costs, lowered, latency));
    } else {
      console().print(text(model, costs, lowered, latency));
    }
    return ExitStatus.DONE;
  }

  private static void save(Optional<LatencyModel> latency, Path file) {
    if (!(latency.orElse(null) instanceof HardwareProfile profile)) {
      throw new InvalidInputException("--save-profile needs the --profile to write.");
    }
    AtomicFile.writeText(file, HardwareProfiles.encode(profile));
  }

  private static double milliseconds(Model model, CostModel costs, LatencyModel latency) {
    return latency.restMilliseconds()
        + model.layers().stream().mapToDouble(layer -> latency.milliseconds(costs.work(layer))).sum();
  }

  private static ObjectNode document(Model model, CostModel costs, LoweredGraph lowered, Optional<LatencyModel> latency) {
    Cost total = costs.total();
    PeakMemory memory = PeakMemory.of(lowered);
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .put("model", model.fileName())
        .put("weightBytes", total.weightBytes())
        .put("floatWeightBytes", total.floatWeightBytes())
        .put("macs", total.macs())
        .put("bitOps", total.bitOps())
        .put("peakActivationBytes", memory.bytes())
        .put("peakActivationStep", memory.step());
    Energy energy = energy(model, costs);
    document.put("energyMicrojoules", energy.picojoules() * 1e-6).put("energyInterpolated", energy.interpolated());
    latency.ifPresent(
        hardware -> {
          document.put("hardware", hardware.name()).put("latencyMs", milliseconds(model, costs, hardware));
          if (hardware instanceof HardwareProfile profile) {
            document.put("hardwareSource", profile.source());
          }
        });
    ArrayNode layers = document.putArray("layers");
    for (Layer layer : model.layers()) {
      LayerWork work = costs.work(layer);
      Energy own = EnergyTable.of(work);
      ObjectNode row = layers.addObject();
      row.put("name", layer.name())
          .put("op", layer.kind().title())
          .put("weightBits", costs.of(layer).weightBits())
          .put("activationBits", work.inputBits())
          .put("weightBytes", costs.of(layer).weightBytes())
          .put("bitOps", work.bitOps())
          .put("energyMicrojoules", own.picojoules() * 1e-6)
          .put("energyInterpolated", own.interpolated());
      latency.ifPresent(hardware -> row.put("latencyMs", hardware.milliseconds(work)));
      latency.flatMap(hardware -> bound(hardware, work)).ifPresent(bound -> row.put("bound", bound));
    }
    return document;
  }

  private static Energy energy(Model model, CostModel costs) {
    return model.layers().stream().map(costs::work).map(EnergyTable::of).reduce(Energy.ZERO, Energy::plus);
  }

  private static Optional<String> bound(LatencyModel hardware, LayerWork work) {
    return hardware instanceof HardwareProfile profile
        ? Optional.of(profile.bound(work) == HardwareProfile.Bound.COMPUTE ? "compute" : "memory")
        : Optional.empty();
  }

  private static String text(Model model, CostModel costs, LoweredGraph lowered, Optional<LatencyModel> latency) {
    Cost total = costs.total();
    PeakMemory memory = PeakMemory.of(lowered);
    Energy energy = energy(model, costs);
    StringBuilder text = new StringBuilder();
    text.append("%s, by cost models: nothing was run%n".formatted(model.fileName()));
    text.append(
        "  weights        %s, %s %% of %s in float%n"
            .formatted(
                Figures.bytes(total.weightBytes()),
                Figures.decimal(100 * total.weightShare(), 1),
                Figures.bytes(total.floatWeightBytes())));
    text.append("  operations     %s MACs, %s BitOps%n".formatted(Figures.large(total.macs()), Figures.large(total.bitOps())));
    text.append("  activations    at most %s at once, at %s%n".formatted(Figures.bytes(memory.bytes()), memory.step()));
    text.append(
        "  energy         %s µJ a sample by a 45 nm table%s; good for comparing, not for a battery%n"
            .formatted(
                Figures.real(energy.picojoules() * 1e-6),
                energy.interpolated() ? " (~ with widths interpolated that it does not have)" : ""));
    latency.ifPresent(
        hardware ->
            text.append(
                "  latency        %s ms a sample on %s%n"
                    .formatted(Figures.real(milliseconds(model, costs, hardware)), hardware.name())));
    if (latency.orElse(null) instanceof HardwareProfile profile) {
      text.append("                 %s%n".formatted(profile.source()));
    }
    TextTable table =
        new TextTable()
            .text("layer")
            .text("operator")
            .number("weights", "bits")
            .number("input", "bits")
            .number("size", "B")
            .number("BitOps", "M")
            .number("energy", "µJ")
            .number("latency", "ms")
            .text("bound by");
    for (Layer layer : model.layers()) {
      LayerWork work = costs.work(layer);
      Energy own = EnergyTable.of(work);
      table.row(
          layer.name(),
          layer.kind().title(),
          Figures.bits(costs.of(layer).weightBits()),
          Figures.bits(work.inputBits()),
          Figures.count(costs.of(layer).weightBytes()),
          Figures.decimal(work.bitOps() * 1e-6, 1),
          (own.interpolated() ? "~" : "") + Figures.real(own.picojoules() * 1e-6),
          latency.map(hardware -> Figures.real(hardware.milliseconds(work))).orElse(Figures.NONE),
          latency.flatMap(hardware -> bound(hardware, work)).orElse(Figures.NONE));
    }
    return text.append(System.lineSeparator()).append(table.render()).toString();
  }
}
