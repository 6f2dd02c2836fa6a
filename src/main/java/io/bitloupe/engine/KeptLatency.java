package io.bitloupe.engine;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.ConfigDigest;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.cost.HardwareProfile;
import io.bitloupe.cost.HardwareProfiles;
import io.bitloupe.cost.LatencyTable;
import io.bitloupe.exec.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this machine was measured to take, kept in a run directory: no two measurements are alike, and a run that goes on has to see
 * the figures that it began with.
 *
 * @param folder the run directory, which exists; empty where nothing is kept, and measured whenever it is asked for
 */
public record KeptLatency(Optional<Path> folder) {

  private static final int DIGITS = 16;

  /** The table that {@link MachineLatency#measure} gave when it was first asked for, measured now if it was not. */
  public LatencyTable table(
      Workbench workbench, QuantConfig base, List<Integer> widths, List<Integer> activationWidths, Progress progress) {
    if (folder.isEmpty()) {
      return MachineLatency.measure(workbench, base, widths, activationWidths, progress);
    }
    String widthsText = Stream.of(widths, activationWidths).map(KeptLatency::joined).collect(Collectors.joining("-on-"));
    String digest = ConfigDigest.of(workbench.model().sha256(), base).substring(0, DIGITS);
    Path file = folder.get().resolve("latency-%s-%s.csv".formatted(digest, widthsText));
    if (Files.isRegularFile(file)) {
      return LatencyTable.read(file).named(MachineLatency.NAME);
    }
    LatencyTable table = MachineLatency.measure(workbench, base, widths, activationWidths, progress);
    table.write(file);
    return table;
  }

  /** The profile that {@code measure} gave when it was first asked for, measured now if it was not. */
  public HardwareProfile profile(Supplier<HardwareProfile> measure) {
    if (folder.isEmpty()) {
      return measure.get();
    }
    Path file = folder.get().resolve(HardwareProfiles.THIS_MACHINE + ".json");
    if (Files.isRegularFile(file)) {
      return HardwareProfiles.read(file);
    }
    HardwareProfile profile = measure.get();
    AtomicFile.writeText(file, HardwareProfiles.encode(profile));
    return profile;
  }

  private static String joined(List<Integer> widths) {
    return widths.isEmpty() ? "given" : widths.stream().map(String::valueOf).collect(Collectors.joining("."));
  }
}
