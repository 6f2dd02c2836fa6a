package io.bitloupe.cli;

import io.bitloupe.cost.HardwareProfile;
import io.bitloupe.cost.HardwareProfiles;
import io.bitloupe.cost.LatencyModel;
import io.bitloupe.cost.LatencyTable;
import io.bitloupe.model.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The options that say on which hardware latency is estimated. */
final class LatencyOptions {

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      description =
          "Hardware to estimate latency for by roofline: this-machine (measured now), t4, a100, cortex-m7, bit-fusion, or a profile file.")
  private Optional<String> profile = Optional.empty();

  @Option(
      names = "--latency-table",
      paramLabel = "CSV",
      description = "Measured times to look latency up in: layer,weightBits,activationBits,milliseconds.")
  private Optional<Path> table = Optional.empty();

  /**
   * The model of latency that was asked for; empty when none was.
   *
   * @param thisMachine gives the profile of this machine
   * @throws InvalidInputException when it cannot be read, or when two were asked for
   */
  Optional<LatencyModel> model(Supplier<HardwareProfile> thisMachine) {
    if (profile.isPresent() && table.isPresent()) {
      throw new InvalidInputException("--profile and --latency-table both say what latency is; use one of them.");
    }
    return profile.<LatencyModel>map(name -> HardwareProfiles.find(name, thisMachine)).or(() -> table.map(LatencyTable::read));
  }
}
