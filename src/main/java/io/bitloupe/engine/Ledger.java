package io.bitloupe.engine;

import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.metric.Outcomes;
import io.bitloupe.util.RecentlyUsed;
import java.util.List;
import java.util.Optional;

/**
 * What was measured, by what was measured: a configuration that was evaluated once is not evaluated again. Only final figures
 * enter. What was not asked for longest is forgotten, so that a long sweep does not grow. Thread-safe.
 */
public final class Ledger {

  /**
   * What identifies a measurement.
   *
   * @param configDigest digest of model, resolved configuration and calibration data
   * @param runtime who computed it
   * @param samples samples of the report part
   */
  public record Key(String configDigest, RuntimeKind runtime, int samples) {}

  private static final int MOST_ENTRIES = 4096;

  /** Of all kept answers together; a sample takes four bytes of its own in each. */
  private static final long MOST_SAMPLES = 1 << 24;

  private final RecentlyUsed<Key, Evaluation> entries = new RecentlyUsed<>();
  private final RecentlyUsed<Key, Outcomes> outcomes = new RecentlyUsed<>();

  /** What was measured for {@code key}. */
  public Optional<Evaluation> find(Key key) {
    return entries.find(key);
  }

  /** Keeps {@code evaluation}, the later of two with the same key. */
  public void record(Evaluation evaluation) {
    if (!evaluation.isComplete()) {
      throw new IllegalArgumentException("an estimate is no entry of the ledger");
    }
    entries.put(new Key(evaluation.configDigest(), evaluation.runtime(), evaluation.totalSamples()), evaluation);
    entries.trim(MOST_ENTRIES);
  }

  /** Keeps {@code timings} with every entry of the configuration with {@code configDigest}. */
  void add(String configDigest, List<DeploymentTiming> timings) {
    entries.values().stream()
        .filter(entry -> entry.configDigest().equals(configDigest))
        .forEach(entry -> record(entry.with(entry.latency().with(timings))));
  }

  /** What was answered sample by sample for {@code key}. */
  public Optional<Outcomes> outcomes(Key key) {
    return outcomes.find(key);
  }

  /** Keeps the answers sample by sample; labels and float answers that are the same as in another entry are kept once. */
  void keep(Key key, Outcomes found) {
    Optional<Outcomes> other = outcomes.values().stream().filter(found::isPairedWith).findFirst();
    outcomes.put(key, other.map(found::sharing).orElse(found));
    outcomes.trim(MOST_SAMPLES, Outcomes::samples);
  }
}
