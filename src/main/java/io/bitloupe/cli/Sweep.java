package io.bitloupe.cli;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.OrtSessions;
import io.bitloupe.exec.Processor;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.report.Deployment;
import io.bitloupe.report.Environment;
import io.bitloupe.report.MeasuredConfig;
import io.bitloupe.report.Report;
import java.time.Duration;
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

  /** For each load. */
  private static final Duration TIMING = Duration.ofSeconds(1);

  private Sweep() {}

  /** The standard configurations, the most faithful first. */
  static List<Entry> standard() {
    return List.of(
        perChannel("W8A8"),
        perTensor("W8A8"),
        perChannel("W6A8"),
        perTensor("W6A8"),
        perChannel("W4A8"),
        perChannel("W3A8"),
        perChannel("W4A4"));
  }

  /** The defaults at other widths. */
  private static Entry perChannel(String widths) {
    return new Entry(widths, config(widths));
  }

  /** What the simplest tools do: one min-max range for each tensor. */
  private static Entry perTensor(String widths) {
    QuantConfig config = config(widths);
    return new Entry(
        widths + " per tensor, min-max",
        QuantConfig.uniform(
            Choices.withRange(Choices.withGranularity(config.weight(), Granularity.TENSOR), new RangeMethod.MinMax()),
            Choices.withRange(config.activation(), new RangeMethod.MinMax())));
  }

  private static QuantConfig config(String text) {
    BitWidths widths = BitWidths.parse(text);
    return QuantConfig.uniform(
        Choices.withWidth(TensorChoice.DEFAULT_WEIGHT, widths.weight().orElseThrow(), TensorChoice.DEFAULT_WEIGHT),
        Choices.withWidth(TensorChoice.DEFAULT_ACTIVATION, widths.activation().orElseThrow(), TensorChoice.DEFAULT_ACTIVATION));
  }

  /** The standard configurations and {@code chosen} in front, unless it is one of them. */
  static List<Entry> around(String name, QuantConfig chosen) {
    List<Entry> entries = new ArrayList<>(standard());
    boolean known = entries.stream().anyMatch(entry -> canonical(entry.config()).equals(canonical(chosen)));
    if (!known) {
      entries.addFirst(new Entry(name, chosen));
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
   * @param loads how each of them is timed in ONNX Runtime beside one sample on one thread
   * @param threads threads of {@code engine}
   */
  static Report run(
      Console console,
      LocalEngine engine,
      Workbench workbench,
      List<Entry> entries,
      Optional<QuantConfig> chosen,
      List<DeploymentLoad> loads,
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
        measured.add(new MeasuredConfig(entry.name(), entry.config(), timed(console, engine, workbench, entry, evaluation, loads)));
      }
    }
    return new Report(
        workbench.model(),
        workbench.data().report().name(),
        workbench.calibration().samples(),
        workbench.data().size(),
        measured,
        shown,
        Optional.of(deployment(console, engine, workbench, measured.get(shown).config())),
        Environment.current(OrtSessions.version(), Processor.name(), threads),
        Instant.now());
  }

  private static Evaluation timed(
      Console console, LocalEngine engine, Workbench workbench, Entry entry, Evaluation evaluation, List<DeploymentLoad> loads) {
    List<DeploymentLoad> others = loads.stream().filter(load -> evaluation.latency().deployed(load).isEmpty()).toList();
    if (others.isEmpty()) {
      return evaluation;
    }
    try (ConsoleProgress progress = console.progress("timing " + entry.name())) {
      return evaluation.with(evaluation.latency().with(engine.time(workbench, entry.config(), others, TIMING, progress)));
    }
  }

  private static Deployment deployment(Console console, LocalEngine engine, Workbench workbench, QuantConfig config) {
    Prepared prepared = Setup.prepare(console, engine, workbench, config);
    LoweredGraph lowered = Lowering.lower(prepared.workbench().model(), prepared.resolve(config));
    try (ConsoleProgress progress = console.progress("profiling")) {
      return Deployment.onThisMachine(lowered, workbench.data().report(), progress);
    }
  }
}
