package io.bitloupe.ui.search;

import io.bitloupe.cost.HardwareProfile;
import io.bitloupe.cost.HardwareProfiles;
import io.bitloupe.cost.LatencyModel;
import io.bitloupe.cost.LatencyTable;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.ui.i18n.Messages;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What latency is asked for. */
public sealed interface Hardware {

  /** The integer runtime of this machine: its layers are timed when it is known which and at which widths. */
  record ThisMachine() implements Hardware {}

  /**
   * Known hardware.
   *
   * @param model a profile or a table
   */
  record Known(LatencyModel model) implements Hardware {}

  /** What people call it. */
  default String title() {
    return switch (this) {
      case ThisMachine _ -> Messages.get("search.hardware.this");
      case Known(HardwareProfile profile) -> profile.name();
      case Known(LatencyTable table) -> table.name();
    };
  }

  /** The profiles that ship; reads files. */
  static List<Hardware> shipped() {
    return HardwareProfiles.SHIPPED.stream().<Hardware>map(name -> new Known(HardwareProfiles.shipped(name))).toList();
  }

  /**
   * What a file of the user's says: a table of times where it is CSV, a profile otherwise.
   *
   * @throws InvalidInputException with one sentence, when it is neither
   */
  static Hardware read(Path file) {
    boolean table = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".csv");
    return new Known(table ? LatencyTable.read(file) : HardwareProfiles.read(file));
  }
}
