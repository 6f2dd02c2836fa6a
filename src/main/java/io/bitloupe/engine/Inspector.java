package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.exec.Progress;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps the configuration that was looked at last open, so that the next question about it is quick. Questions wait for each other;
 * not for the FX thread. Thread-safe.
 */
public final class Inspector implements AutoCloseable {

  private record Opened(Workbench workbench, QuantConfig config, Inspection inspection) {}

  private final Engine engine;
  private Optional<Opened> opened = Optional.empty();

  /** Has recipes applied by {@code engine}. */
  public Inspector(Engine engine) {
    this.engine = engine;
  }

  /** Answers {@code question} about {@code config} on {@code workbench}. */
  public synchronized <T> T ask(Workbench workbench, QuantConfig config, Function<Inspection, T> question) {
    boolean known = opened.filter(it -> it.workbench().equals(workbench) && it.config().equals(config)).isPresent();
    if (!known) {
      close();
      opened = Optional.of(new Opened(workbench, config, new Inspection(engine.prepare(workbench, config, Progress.NONE), config)));
    }
    return question.apply(opened.orElseThrow().inspection());
  }

  /** Frees native memory; the next question opens it again. */
  @Override
  public synchronized void close() {
    Optional<Opened> old = opened;
    opened = Optional.empty();
    old.map(Opened::inspection).ifPresent(Inspection::close);
  }
}
