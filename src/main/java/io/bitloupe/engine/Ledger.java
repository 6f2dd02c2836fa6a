package io.bitloupe.engine;

import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.metric.Outcomes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was measured, by what was measured: a configuration that was evaluated once is not evaluated again. Only final figures
 * enter. Thread-safe.
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

  private final Map<Key, Evaluation> entries = new ConcurrentHashMap<>();
  private final Map<Key, Outcomes> outcomes = new ConcurrentHashMap<>();

  /** What was measured for {@code key}. */
  public Optional<Evaluation> find(Key key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Keeps {@code evaluation}, the later of two with the same key. */
  public void record(Evaluation evaluation) {
    if (!evaluation.isComplete()) {
      throw new IllegalArgumentException("an estimate is no entry of the ledger");
    }
    entries.put(new Key(evaluation.configDigest(), evaluation.runtime(), evaluation.totalSamples()), evaluation);
  }

  /** What was answered sample by sample for {@code key}. */
  public Optional<Outcomes> outcomes(Key key) {
    return Optional.ofNullable(outcomes.get(key));
  }

  /** Keeps the answers sample by sample; labels and float answers that are the same as in another entry are kept once. */
  void keep(Key key, Outcomes found) {
    Optional<Outcomes> other = outcomes.values().stream().filter(found::isPairedWith).findFirst();
    outcomes.put(key, other.map(found::sharing).orElse(found));
  }

  /** All entries, in no particular order. */
  public List<Evaluation> entries() {
    return List.copyOf(entries.values());
  }
}
