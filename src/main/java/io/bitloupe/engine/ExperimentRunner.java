package io.bitloupe.engine;

/** Measures configurations in the background. The latest submitted experiment wins: it cancels the one that still runs. */
public interface ExperimentRunner extends AutoCloseable {

  /** Starts to measure {@code experiment} and returns at once. */
  Job submit(Experiment experiment, ExperimentListener listener);

  /** Stops everything and frees native memory. */
  @Override
  void close();
}
