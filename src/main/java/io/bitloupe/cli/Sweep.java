package io.bitloupe.cli;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.OrtSessions;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.report.Environment;
import io.bitloupe.report.MeasuredConfig;
import io.bitloupe.report.Report;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures a model at the configurations that tell most about it: falling widths, and per-tensor ranges beside per-channel ones.
 */
final class Sweep {

  /** A configuration to measure. */
  record Entry(String name, QuantConfig config) {}

  private Sweep() {}

  /** The standard configurations, the most faithful first. */
  static List<Entry> standard() {
    QuantConfig perTensor =
        QuantConfig.uniform(
            Choices.withRange(Choices.withGranularity(TensorChoice.DEFAULT_WEIGHT, Granularity.TENSOR), new RangeMethod.MinMax()),
            Choices.withRange(TensorChoice.DEFAULT_ACTIVATION, new RangeMethod.MinMax()));
    return List.of(
        new Entry("W8A8", QuantConfig.defaults()),
        new Entry("W8A8 per tensor", perTensor),
        entry("W6A8"),
        entry("W4A8"),
        entry("W3A8"),
        entry("W6A6"),
        entry("W4A4"));
  }

  private static Entry entry(String name) {
    BitWidths widths = BitWidths.parse(name);
    return new Entry(
        name,
        QuantConfig.uniform(
            Choices.withWidth(TensorChoice.DEFAULT_WEIGHT, widths.weight().orElseThrow(), TensorChoice.DEFAULT_WEIGHT),
            Choices.withWidth(
                TensorChoice.DEFAULT_ACTIVATION, widths.activation().orElseThrow(), TensorChoice.DEFAULT_ACTIVATION)));
  }

  /** The standard configurations and {@code chosen} in front, unless it is one of them. */
  static List<Entry> around(QuantConfig chosen) {
    List<Entry> entries = new ArrayList<>(standard());
    boolean known = entries.stream().anyMatch(entry -> canonical(entry.config()).equals(canonical(chosen)));
    if (!known) {
      entries.addFirst(new Entry("chosen", chosen));
    }
    return entries;
  }

  private static String canonical(QuantConfig config) {
    return ConfigCodec.canonical(config);
  }

  /**
   * Measures {@code entries} one after the other.
   *
   * @param chosen the configuration to show in detail; the first where it is none of them
   * @param threads threads of {@code engine}
   */
  static Report run(
      Console console,
      LocalEngine engine,
      Workbench workbench,
      List<Entry> entries,
      Optional<QuantConfig> chosen,
      int samples,
      int threads) {
    List<MeasuredConfig> measured = new ArrayList<>();
    int shown = 0;
    try (Measurements measurements = new Measurements(console, engine, workbench)) {
      for (Entry entry : entries) {
        Evaluation evaluation = measurements.measure(entry.name(), entry.config(), RuntimeKind.INTEGER, samples, true);
        if (chosen.filter(config -> canonical(config).equals(canonical(entry.config()))).isPresent()) {
          shown = measured.size();
        }
        measured.add(new MeasuredConfig(entry.name(), entry.config(), evaluation));
      }
    }
    return new Report(
        workbench.model(),
        workbench.data().report().name(),
        workbench.calibration().samples(),
        Setup.totalSamples(workbench),
        measured,
        shown,
        Environment.current(OrtSessions.version(), threads),
        Instant.now());
  }
}
